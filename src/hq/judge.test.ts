// What the judge makes of changes that name what they saw: the number of a version is no identity, and nothing is built upon unseen.
import { beforeEach, describe, expect, it } from 'vitest';
import { factsOf, type MemoryJournal, memoryJournal, theAccount, uuidOf } from '../../tests/support/journal.ts';
import type { SeenVersion } from '../shared/domain/customers.ts';
import type { AccountRow } from '../shared/domain/fold.ts';
import type { NewOperation, Operation } from '../shared/domain/operation.ts';
import { type Judged, judge, VERDICT_KEYS, verdictKey, type Waiting } from './judge.ts';
import { verifyChain } from './verify.ts';
import type { Row } from './workspace.ts';

const BRANCH_NO = 'B1';

/** A branch as headquarters holds it, in memory. */
class Held {
  readonly rows = new Map<string, Row>();
  readonly verdicts = new Map<string, string>();
  waiting: Waiting[] = [];

  /** Judges an operation, with what waits, and returns what was said of each by its id; of what still waits, nothing. */
  async take(operation: Operation): Promise<Record<string, string>> {
    const { sound } = verifyChain({
      ...{ version: 1, branchNo: BRANCH_NO, counterId: operation.counterId, fromSeq: operation.seq, toSeq: operation.seq, heard: [] },
      operations: [operation],
    });
    const { judged, changed } = await judge({
      ...{ branchNo: BRANCH_NO, fresh: sound, waiting: this.waiting, held: new Map(), unseen: [], heard: [] },
      fetch: async (keys) => new Map(keys.flatMap((key) => this.#fetch(key))),
    });
    for (const [key, row] of changed) this.rows.set(key, row);
    for (const one of judged) this.#keep(one);
    return Object.fromEntries(judged.map(({ sound: { link }, verdict, code }) => [link.id, code === '' ? verdict : code]));
  }

  #fetch(key: string): [string, Row][] {
    if (!key.startsWith(VERDICT_KEYS)) return [...this.rows].filter(([found]) => found === key);
    const place = { accountId: '', counterId: '', seq: 0 };
    return [...this.verdicts].filter(([id]) => verdictKey(id) === key).map(([, body]) => [key, { body, ...place }]);
  }

  #keep({ sound, verdict, code }: Judged): void {
    this.verdicts.set(sound.link.id, verdict);
    this.waiting = this.waiting.filter(({ link }) => link.id !== sound.link.id);
    if (verdict === 'quarantined') this.waiting.push({ ...sound, code });
  }

  phone = () => (this.rows.get('account/A1')?.body as AccountRow | undefined)?.phone;
}

let held: Held;
let serial: number;
let opening: Operation;
let first: MemoryJournal;
let second: MemoryJournal;
let third: MemoryJournal;

beforeEach(async () => {
  held = new Held();
  serial = 0;
  [first, second, third] = ['C1', 'C2', 'C3'].map((counterId) => memoryJournal({ branchNo: BRANCH_NO, counterId })) as [
    MemoryJournal,
    MemoryJournal,
    MemoryJournal,
  ];
  opening = add(first, { kind: 'account.opened', payload: theAccount() });
  expect(await held.take(opening)).toEqual({ [opening.id]: 'applied' });
});

function add(journal: MemoryJournal, fact: Pick<NewOperation, 'kind' | 'payload'>): Operation {
  serial += 1;
  return journal.append({ ...factsOf(uuidOf({ of: 1, serial })), ...fact } as NewOperation);
}

/** A change of the telephone number, on top of what is given. */
function change(journal: MemoryJournal, phone: string, seen: SeenVersion): Operation {
  const { customerName, address } = theAccount();
  return add(journal, { kind: 'account.corrected', payload: { ...seen, customerName, address, phone, reason: '', requestId: '' } });
}
const upon = ({ id }: Operation, seenVersion: number): SeenVersion => ({ seenVersion, seenChangeId: id });

describe('a change that names what it saw', () => {
  it('is left out where another change has the same number', async () => {
    const stands = change(first, '1', upon(opening, 1));
    const leftOut = change(second, '2', upon(opening, 1));
    // Its clerk saw what a neighbour had brought, and nobody has told either of them.
    const built = change(third, '3', upon(leftOut, 2));
    expect(await held.take(stands)).toEqual({ [stands.id]: 'applied' });
    expect(await held.take(leftOut)).toEqual({ [leftOut.id]: 'ACCOUNT_CHANGED' });
    expect(await held.take(built)).toEqual({ [built.id]: 'ACCOUNT_CHANGED' });
    expect(held.phone()).toBe('1');
  });

  it('waits for what it saw although another change has its number, and is left out with it', async () => {
    const forgotten = change(first, '1', upon(opening, 1));
    const built = change(third, '3', upon(forgotten, 2));
    const sooner = change(second, '2', upon(opening, 1));
    await held.take(sooner);
    expect(await held.take(built)).toEqual({ [built.id]: 'REFERENCE_UNKNOWN' });
    expect(await held.take(forgotten)).toEqual({ [forgotten.id]: 'ACCOUNT_CHANGED', [built.id]: 'ACCOUNT_CHANGED' });
    expect(held.phone()).toBe('2');
  });

  it('waits for what it saw and stands upon it', async () => {
    const late = change(first, '1', upon(opening, 1));
    const built = change(second, '2', upon(late, 2));
    const top = change(third, '3', upon(built, 3));
    expect(await held.take(top)).toEqual({ [top.id]: 'REFERENCE_UNKNOWN' });
    expect(await held.take(built)).toEqual({ [built.id]: 'REFERENCE_UNKNOWN' });
    expect(await held.take(late)).toEqual({ [late.id]: 'applied', [built.id]: 'applied', [top.id]: 'applied' });
    expect(held.phone()).toBe('3');
  });

  it('is a case once people have left out what it waits for', async () => {
    const gone = change(first, '1', upon(opening, 1));
    const built = change(second, '2', upon(gone, 2));
    expect(await held.take(built)).toEqual({ [built.id]: 'REFERENCE_UNKNOWN' });
    const payload = {
      caseId: gone.id,
      code: 'COUNTER_LOCKED',
      way: 'discarded',
      newId: '',
      reason: '柜台失窃',
      approvedBy: '2001',
    } as const;
    const settled = add(third, { kind: 'case.settled', payload });
    expect(await held.take(settled)).toEqual({ [settled.id]: 'applied', [built.id]: 'ACCOUNT_CHANGED' });
  });

  it('stands where the same change is there under it, and its own counter goes on from what it made', async () => {
    const one = change(first, '1', upon(opening, 1));
    const two = change(first, '2', upon(one, 2));
    expect(await held.take(one)).toEqual({ [one.id]: 'applied' });
    expect(await held.take(two)).toEqual({ [two.id]: 'applied' });
  });

  it('goes by the number where an older program has written it', async () => {
    const stands = change(first, '1', { seenVersion: 1 });
    const behind = change(second, '2', { seenVersion: 1 });
    const built = change(third, '3', { seenVersion: 2 });
    expect(await held.take(stands)).toEqual({ [stands.id]: 'applied' });
    expect(await held.take(behind)).toEqual({ [behind.id]: 'ACCOUNT_CHANGED' });
    expect(await held.take(built)).toEqual({ [built.id]: 'applied' });
  });

  it('of a customer is held to the same', async () => {
    const facts = { customerId: 'K1', customerKind: 'residential', name: '王小明', phone: '', identity: null, smsConsent: false } as const;
    const registered = add(first, { kind: 'customer.registered', payload: facts });
    const one = add(first, { kind: 'customer.changed', payload: { ...facts, ...upon(registered, 1), phone: '1' } });
    const other = add(second, { kind: 'customer.changed', payload: { ...facts, ...upon(registered, 1), phone: '2' } });
    const built = add(second, { kind: 'customer.changed', payload: { ...facts, ...upon(other, 2), phone: '3' } });
    const said: string[] = [];
    for (const operation of [registered, one, other, built]) said.push(...Object.values(await held.take(operation)));
    expect(said).toEqual(['applied', 'applied', 'ACCOUNT_CHANGED', 'ACCOUNT_CHANGED']);
  });
});
