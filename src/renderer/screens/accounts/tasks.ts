// Tasks of the area accounts.
import { lazy } from 'react';
import type { Task } from '../tasks/task.ts';

const COUNTER = ['clerk', 'supervisor', 'manager'] as const;

export const ACCOUNTS_TASKS: readonly Task[] = [
  {
    id: 'open-account',
    letter: 'Y',
    screen: lazy(() => import('./open-account-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    needsAccount: false,
    fits: () => false,
  },
  {
    id: 'correct-account',
    letter: 'U',
    screen: lazy(() => import('./correct-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    fits: ({ status }) => status !== 'closed',
  },
  {
    id: 'notes',
    letter: 'K',
    screen: lazy(() => import('./notes-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    fits: () => true,
  },
];
