// Tasks of the area charging.
import { lazy } from 'react';
import type { Task } from '../tasks/task.ts';

const COUNTER = ['clerk', 'supervisor', 'manager'] as const;

export const CHARGING_TASKS: readonly Task[] = [
  {
    id: 'bills',
    letter: 'B',
    screen: lazy(() => import('./bills-screen.tsx')),
    roles: COUNTER,
    needsShift: true,
    fits: () => true,
  },
  {
    id: 'fee',
    letter: 'F',
    screen: lazy(() => import('./fee-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    fits: ({ status }) => status === 'active',
  },
  {
    id: 'payments',
    letter: 'P',
    screen: lazy(() => import('./payments-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    fits: () => true,
  },
  {
    id: 'deposit',
    letter: 'D',
    screen: lazy(() => import('./deposit-screen.tsx')),
    roles: COUNTER,
    needsShift: true,
    fits: () => true,
  },
  {
    id: 'credit',
    letter: 'H',
    screen: lazy(() => import('./credit-screen.tsx')),
    roles: COUNTER,
    needsShift: true,
    fits: () => true,
  },
  {
    id: 'invoice',
    letter: 'I',
    screen: lazy(() => import('./invoice-screen.tsx')),
    roles: COUNTER,
    needsShift: true,
    fits: () => true,
  },
];
