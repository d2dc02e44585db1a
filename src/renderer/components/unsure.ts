// Whether an answer leaves it open if money was recorded.
import { isFaultCode, moneyMayHaveMoved } from '../../shared/domain/fault.ts';
import type { Problem } from '../text/index.ts';

/** Whether it is not known after this answer if the act was recorded: then the very same call is repeated, never a new one. */
export function isUnsure({ code, context }: Problem): boolean {
  return code === 'LINE_LOST' || (isFaultCode(code) && moneyMayHaveMoved({ code, context }));
}
