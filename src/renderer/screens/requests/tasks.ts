// Tasks of the area requests: one per kind, each on the same screen.
import { lazy } from 'react';
import type { RequestKind } from '../../../shared/domain/requests.ts';
import type { Task } from '../tasks/task.ts';

const COUNTER = ['clerk', 'supervisor', 'manager'] as const;
type Status = 'active' | 'suspended' | 'closed';

function taskOf(id: RequestKind, letter: string, statuses: readonly Status[], homesOnly = false): Task {
  return {
    id,
    letter,
    screen: lazy(() => import('./request-screen.tsx').then(({ screenOf }) => ({ default: screenOf(id) }))),
    roles: COUNTER,
    needsShift: false,
    fits: ({ status, customerKind }) => statuses.includes(status) && (!homesOnly || customerKind === 'residential'),
  };
}

export const REQUESTS_TASKS: readonly Task[] = [
  taskOf('transfer', 'T', ['active', 'suspended']),
  taskOf('suspension', 'S', ['active']),
  taskOf('reactivation', 'A', ['suspended']),
  taskOf('closure', 'C', ['active', 'suspended']),
  taskOf('addition', 'E', ['active']),
  taskOf('relocation', 'O', ['active']),
  taskOf('correction', 'Q', ['active', 'suspended']),
  taskOf('household', 'G', ['active', 'suspended'], true),
];
