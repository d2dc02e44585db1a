// The task menu: every task with its letter, where it leads, and why it cannot be done now; and the words by which the search field knows it. Pure.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { TicketKind } from '../../../shared/domain/queue.ts';
import type { Place } from '../shell/trail.ts';
import type { Task, TaskRole } from './task.ts';
import { TASKS } from './tasks.ts';

type Account = Outputs['accounts']['get'];

/** An entry of the menu: a task of the registry, or something with a screen of its own. */
export type MenuEntry = Omit<Task, 'screen'> & {
  /** False where it is not about a customer who is there already. */
  readonly needsAccount: boolean;
  place(accountId: string): Place;
};

const COUNTER: readonly TaskRole[] = ['clerk', 'supervisor', 'manager'];

const OWN: readonly MenuEntry[] = [
  {
    id: 'topup',
    letter: 'W',
    roles: COUNTER,
    needsShift: true,
    needsAccount: true,
    fits: (account) => account.status === 'active' && account.cards.length > 0,
    place: (accountId) => ({ screen: 'topup', accountId }),
  },
  {
    id: 'account',
    letter: 'J',
    roles: COUNTER,
    needsShift: false,
    needsAccount: true,
    fits: () => true,
    place: (accountId) => ({ screen: 'account', accountId }),
  },
];

/** All entries, the most frequent first. */
export const MENU: readonly MenuEntry[] = [
  ...OWN,
  ...TASKS.map(
    (task): MenuEntry => ({
      ...task,
      fits: (account) => task.fits(account),
      needsAccount: task.needsAccount ?? true,
      place: (accountId) => ({ screen: 'task', taskId: task.id, accountId: task.needsAccount === false ? '' : accountId }),
    }),
  ),
];

/** Returns the entry of that id, or null. */
export function entryOf(id: string): MenuEntry | null {
  return MENU.find((entry) => entry.id === id) ?? null;
}

/** What is done for an account of another branch; the rest only its home branch does. */
const SERVED_AWAY: ReadonlySet<string> = new Set(['topup', 'account', 'bills', 'payments', 'reprint']);

/** Whether a counter of another branch than the account's own may start the task. */
export function isServedAway(taskId: string): boolean {
  return SERVED_AWAY.has(taskId);
}

export type Hindrance = 'role' | 'away' | 'shift' | 'status' | 'misfit';

/** What stands in front of a task: who is there, and for which account; `isAway` where that is another branch's. */
export interface TaskNow {
  readonly role: TaskRole;
  readonly shiftOpen: boolean;
  readonly account: Account | null;
  readonly isAway: boolean;
}

/** Returns what keeps the entry from being started now, null when nothing does. Without an account only the person is looked at. */
export function hindranceOf(entry: MenuEntry, now: TaskNow): Hindrance | null {
  if (!entry.roles.includes(now.role)) return 'role';
  if (entry.needsAccount && now.account !== null && now.isAway && !isServedAway(entry.id)) return 'away';
  if (entry.needsShift && !now.shiftOpen) return 'shift';
  if (!entry.needsAccount || now.account === null || entry.fits(now.account)) return null;
  return now.account.status === 'active' ? 'misfit' : 'status';
}

/** What a customer with a ticket of that kind has most probably come for. */
export const PROPOSED: Readonly<Record<TicketKind, readonly string[]>> = {
  topup: ['topup'],
  bill: ['bills'],
  card: ['reissue'],
  request: ['transfer'],
  account: ['correct-account'],
};

/** The first Chinese character of each initial in the order of pinyin, as the collation of the language has it; I, U and V begin nothing. */
const FIRST_OF: readonly (readonly [initial: string, first: string])[] = [
  ...'阿A 八B 嚓C 哒D 妸E 发F 旮G 哈H 讥J 咔K 垃L 妈M 拏N 噢O 妑P 七Q 呥R 仨S 他T 屲W 夕X 丫Y 帀Z'.split(' '),
].map((pair) => [pair.slice(1).toLowerCase(), pair.slice(0, 1)] as const);
const byPinyin = new Intl.Collator('zh-CN-u-co-pinyin');

/** Returns the pinyin initials of the Chinese characters of a name, and its Latin letters as they are. */
export function initialsOf(name: string): string {
  return [...name]
    .map((sign) => {
      if (/[a-z0-9]/i.test(sign)) return sign.toLowerCase();
      if (!/\p{Script=Han}/u.test(sign)) return '';
      return FIRST_OF.findLast(([, first]) => byPinyin.compare(sign, first) >= 0)?.[0] ?? '';
    })
    .join('');
}

/** Returns the entries that a text typed into the search field means: by a part of the name, or by the beginning of its initials. */
export function commandsFor(typed: string, nameOf: (id: string) => string): readonly MenuEntry[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  return MENU.filter(({ id }) => {
    const name = nameOf(id).toLowerCase();
    const words = name.split(/\s+/);
    const latin = words.some((_, at) => words.slice(at).join(' ').startsWith(wanted));
    return (
      wanted.length >= 2 && (latin || (/\p{Script=Han}/u.test(wanted) && name.includes(wanted)) || initialsOf(name).startsWith(wanted))
    );
  });
}
