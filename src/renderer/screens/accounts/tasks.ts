// Tasks of the area accounts.
import type { Task } from '../tasks/task.ts';

export const ACCOUNTS_TASKS: readonly Task[] = [];
