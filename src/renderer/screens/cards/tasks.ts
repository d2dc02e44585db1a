// Tasks of the area cards.
import type { Task } from '../tasks/task.ts';

export const CARDS_TASKS: readonly Task[] = [];
