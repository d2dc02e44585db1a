// The task menu over the whole registry: every task reachable by one letter, named in three languages, found by its name and its initials.
import { expect, it } from 'vitest';
import { LANGUAGES, TEXTS } from '../../text/index.ts';
import { commandsFor, entryOf, hindranceOf, initialsOf, MENU, type MenuEntry, PROPOSED } from './menu.ts';
import { TASKS } from './tasks.ts';

const nameIn = (language: (typeof LANGUAGES)[number]) => (id: string) =>
  (TEXTS[language].task as Readonly<Record<string, string>>)[id] ?? '';
const active = { status: 'active', cards: [{}] } as unknown as Parameters<MenuEntry['fits']>[0];

it('has every task of the registry once, each with a letter of its own', () => {
  expect(new Set(MENU.map(({ id }) => id)).size).toBe(MENU.length);
  for (const { id, needsAccount } of TASKS) {
    const accountId = needsAccount === false ? '' : 'a';
    expect(entryOf(id)?.place('a')).toEqual({ screen: 'task', taskId: id, accountId });
  }
  const letters = MENU.map(({ letter }) => letter);
  for (const { id, letter } of MENU) expect(letter, id).toMatch(/^[A-Z0-9]$/);
  expect(letters.filter((letter, at) => letters.indexOf(letter) !== at)).toEqual([]);
});

it('proposes only what is in it', () => {
  for (const [kind, ids] of Object.entries(PROPOSED)) for (const id of ids) expect(entryOf(id), `${kind} ${id}`).not.toBeNull();
});

it('names every task in every language, no two alike', () => {
  for (const language of LANGUAGES) {
    const names = MENU.map(({ id }) => nameIn(language)(id));
    for (const [at, name] of names.entries()) expect(name, `${language} ${MENU[at]?.id}`).not.toBe('');
    expect(new Set(names).size).toBe(names.length);
  }
});

it('finds a task by a part of its name and by the initials of it', () => {
  expect(initialsOf('购气充值')).toBe('gqcz');
  expect(initialsOf('補卡 IC 1')).toBe('bkic1');
  for (const { id } of MENU) {
    expect(
      commandsFor(nameIn('en')(id), nameIn('en')).map((entry) => entry.id),
      id,
    ).toContain(id);
    for (const language of ['zh-CN', 'zh-TW'] as const) {
      const initials = initialsOf(nameIn(language)(id));
      expect(initials.length, `${language} ${id}`).toBeGreaterThan(1);
      expect(
        commandsFor(initials, nameIn(language)).map((entry) => entry.id),
        `${language} ${initials}`,
      ).toContain(id);
    }
  }
  expect(commandsFor('', nameIn('zh-CN'))).toEqual([]);
  expect(commandsFor('w', nameIn('en'))).toEqual([]);
});

it('says why a task cannot be started: the role first, then the shift, then the account', () => {
  const topup = entryOf('topup');
  if (topup === null) throw new Error('no top-up');
  const now = { role: 'clerk' as const, shiftOpen: true, account: active, isAway: false };
  expect(hindranceOf(topup, now)).toBeNull();
  expect(hindranceOf(topup, { ...now, role: 'it', shiftOpen: false })).toBe('role');
  expect(hindranceOf(topup, { ...now, shiftOpen: false })).toBe('shift');
  expect(hindranceOf(topup, { ...now, account: { ...active, status: 'suspended' } })).toBe('status');
  expect(hindranceOf(topup, { ...now, account: { ...active, cards: [] } })).toBe('misfit');
  expect(hindranceOf(topup, { ...now, account: null })).toBeNull();
  // Away from home: what the core lets through for another branch's account, and nothing else that is about an account.
  const away = MENU.filter((entry) => hindranceOf(entry, { ...now, role: 'supervisor', isAway: true }) !== 'away').map(({ id }) => id);
  expect(away.toSorted()).toEqual(['account', 'bills', 'meter-store', 'open-account', 'payments', 'reprint', 'tool-cards', 'topup']);
});
