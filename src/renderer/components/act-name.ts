// The acts that can be approved, in words.
import { useTranslation } from 'react-i18next';

/** Returns what "area.call" means to a person; calls without a wording are named as they are. */
export function useActName(): (act: string) => string {
  const { t, i18n } = useTranslation();
  return (act) => {
    const key = `work.act.${act.replace('.', '-')}`;
    return i18n.exists(key) ? String((i18n.t as (key: string) => unknown)(key)) : t('work.approvals.actOther', { act });
  };
}

/** The act that is to be let through: its call and the input of that call without an approval. */
export interface ActToApprove {
  readonly act: string;
  readonly input: object;
  /** Where the input does not name it. */
  readonly accountId?: string;
}
