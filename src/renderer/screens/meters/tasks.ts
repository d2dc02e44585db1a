// Tasks of the area meters.
import type { Task } from '../tasks/task.ts';

export const METERS_TASKS: readonly Task[] = [];
