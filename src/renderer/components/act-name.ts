// The acts that can be approved, in words.
import type { Commodity } from '../../shared/domain/commodity.ts';
import { useWords } from './commodity.tsx';

/** Returns what "area.call" means to a person; calls without a wording are named as they are. */
export function useActName(own?: Commodity): (act: string) => string {
  const { t, i18n } = useWords(own);
  return (act) => {
    const key = `work.act.${act.replace('.', '-')}`;
    return i18n.exists(key) ? String((t as (key: string) => unknown)(key)) : t('work.approvals.actOther', { act });
  };
}

/** The act that is to be let through: its call and the input of that call without an approval. */
export interface ActToApprove {
  readonly act: string;
  readonly input: object;
  /** Where the input does not name it. */
  readonly accountId?: string;
}
