// What a task on an account is: one entry of the task menu, and the screen behind it.
import type { ComponentType, LazyExoticComponent } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';

type Account = Outputs['accounts']['get'];
export type TaskRole = Outputs['session']['signIn']['staff']['role'];

/** What a task's screen is given. */
export interface TaskProps {
  readonly accountId: string;
  /** What the task is about where that is not the account itself: a card task, a request, a payment; '' otherwise. */
  readonly subjectId: string;
}

export interface Task {
  /** Unique; its name is `task.<id>` in the language files. */
  readonly id: string;
  /** The letter that starts it from the task menu (F8) and on the account page (Alt and the letter). Unique. */
  readonly letter: string;
  readonly screen: LazyExoticComponent<ComponentType<TaskProps>>;
  readonly roles: readonly TaskRole[];
  readonly needsShift: boolean;
  /** False where it is not about a customer who is there already; its screen is then given ''. */
  readonly needsAccount?: boolean;
  /** Whether it makes sense for the account as it is now: an entry that does not is not shown. */
  fits(account: Account): boolean;
}
