// Tasks of the area meters: exchange, or installation where none hangs; and the store by itself.
import { lazy } from 'react';
import type { Task } from '../tasks/task.ts';

const COUNTER = ['clerk', 'supervisor', 'manager'] as const;

export const METERS_TASKS: readonly Task[] = [
  {
    id: 'meter',
    letter: 'M',
    screen: lazy(() => import('./meter-screen.tsx')),
    roles: COUNTER,
    needsShift: true,
    fits: ({ status }) => status === 'active',
  },
  {
    id: 'meter-store',
    letter: '2',
    screen: lazy(() => import('./meters-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    needsAccount: false,
    fits: () => true,
  },
];
