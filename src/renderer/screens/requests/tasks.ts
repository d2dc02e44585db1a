// Tasks of the area requests.
import type { Task } from '../tasks/task.ts';

export const REQUESTS_TASKS: readonly Task[] = [];
