// Tasks of the area charging.
import type { Task } from '../tasks/task.ts';

export const CHARGING_TASKS: readonly Task[] = [];
