// Tasks of the area cards: each purpose on the same screen.
import { lazy } from 'react';
import type { Task } from '../tasks/task.ts';
import type { Purpose } from './card-task.ts';

type Account = Parameters<Task['fits']>[0];
const COUNTER = ['clerk', 'supervisor', 'manager'] as const;
const hasCard = ({ cards }: Account, statuses: readonly string[]): boolean => cards.some(({ status }) => statuses.includes(status));
const hasCardMeter = ({ meters }: Account): boolean => meters.some(({ kind }) => kind === 'ic');

function taskOf(id: Purpose, letter: string, fits: (account: Account) => boolean): Task {
  return {
    id,
    letter,
    screen: lazy(() => import('./card-task-screen.tsx').then(({ screenOf }) => ({ default: screenOf(id) }))),
    roles: COUNTER,
    needsShift: true,
    fits: (account) => account.status === 'active' && fits(account),
  };
}

export const CARDS_TASKS: readonly Task[] = [
  taskOf('issue', 'N', (account) => hasCardMeter(account) && !hasCard(account, ['active'])),
  taskOf('reissue', 'L', (account) => hasCard(account, ['active', 'blacklisted'])),
  taskOf('replace', 'X', (account) => hasCard(account, ['active'])),
  taskOf('correct', 'V', (account) => hasCard(account, ['active'])),
  taskOf('reverse', 'R', (account) => hasCard(account, ['active'])),
  {
    id: 'blacklist',
    letter: '3',
    screen: lazy(() => import('./blacklist-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    fits: (account) => hasCard(account, ['active']),
  },
  {
    id: 'tool-cards',
    letter: '5',
    screen: lazy(() => import('./tool-cards-screen.tsx')),
    roles: COUNTER,
    needsShift: false,
    needsAccount: false,
    fits: () => true,
  },
];
