// All tasks that can be done for an account, in the order of the task menu.
import { lazy } from 'react';
import { ACCOUNTS_TASKS } from '../accounts/tasks.ts';
import { CARDS_TASKS } from '../cards/tasks.ts';
import { CHARGING_TASKS } from '../charging/tasks.ts';
import { METERS_TASKS } from '../meters/tasks.ts';
import { REQUESTS_TASKS } from '../requests/tasks.ts';
import type { Task } from './task.ts';

/** What is about the paper alone, whatever it was for. */
const RECEIPT_TASKS: readonly Task[] = [
  {
    id: 'reprint',
    letter: '0',
    screen: lazy(() => import('./reprint-screen.tsx')),
    roles: ['clerk', 'supervisor', 'manager'],
    needsShift: true,
    fits: () => true,
  },
  {
    id: 'statement',
    letter: '4',
    screen: lazy(() => import('../paper/statement-screen.tsx')),
    roles: ['clerk', 'supervisor', 'manager'],
    needsShift: false,
    fits: () => true,
  },
];

export const TASKS: readonly Task[] = [
  ...CHARGING_TASKS,
  ...CARDS_TASKS,
  ...METERS_TASKS,
  ...REQUESTS_TASKS,
  ...ACCOUNTS_TASKS,
  ...RECEIPT_TASKS,
];

/** Returns the task of that id, or null. */
export function taskOf(id: string): Task | null {
  return TASKS.find((task) => task.id === id) ?? null;
}
