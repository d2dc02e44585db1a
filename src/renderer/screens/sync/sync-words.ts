// Why headquarters set something aside, and what to do about it, in words.
import { syncZhCN } from '../../text/sync.zh-CN.ts';
import { useTranslation } from '../../text/use-translation.tsx';

type Known = keyof typeof syncZhCN.reason;
type Next = keyof typeof syncZhCN.doNext;

/** Returns the sentences for a code of headquarters; codes of a newer one are named as they are. */
export function useSyncWords(): {
  readonly why: (code: string) => string;
  readonly next: (code: string) => string;
  /** Who did it; the program itself has no number. */
  readonly who: (clerk: string) => string;
} {
  const { t } = useTranslation();
  return {
    why: (code) => t(`sync.reason.${code in syncZhCN.reason ? (code as Known) : 'other'}`, { code }),
    who: (clerk) => (clerk === 'system' ? t('detail.system') : clerk),
    next: (code) => t(`sync.doNext.${code in syncZhCN.doNext ? (code as Next) : 'other'}`),
  };
}
