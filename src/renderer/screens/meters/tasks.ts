// Tasks of the area meters: exchange, or installation where none hangs.
import { lazy } from 'react';
import type { Task } from '../tasks/task.ts';

export const METERS_TASKS: readonly Task[] = [
  {
    id: 'meter',
    letter: 'M',
    screen: lazy(() => import('./meter-screen.tsx')),
    roles: ['clerk', 'supervisor', 'manager'],
    needsShift: true,
    fits: ({ status }) => status === 'active',
  },
];
