// What the screens of an account are given: all of it, as the core tells it.
import type { Outputs } from '../../../shared/contract/index.ts';

export type Account = Outputs['accounts']['get'];

/** What each form that puts an account right is given. */
export interface SectionProps {
  readonly account: Account;
  readonly onSaved: () => void;
  readonly onLook: () => void;
}
