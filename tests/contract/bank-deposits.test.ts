// Cash to the bank by its call: the books move once, before two people, and what is typed wrong is named and leaves nothing behind.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APPROVAL, type CallsBench, type CallsClient, callsBench, STAFF } from '../support/calls-bench.ts';
import type { Bench } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { OneCardHall } from '../support/one-card-hall.ts';

const [kind] = LAYOUTS;
if (kind === undefined) throw new Error('a layout is wanted');
const hall = new OneCardHall(kind);
const IN_SAFE_FEN = 500_000;
let bench: Bench;
let calls: CallsBench;
let manager: CallsClient;

beforeAll(async () => {
  bench = await hall.start();
  calls = callsBench(bench);
  manager = await calls.signIn('manager');
  // What shifts before have dropped.
  const lines = [{ denominationFen: 10_000, count: (IN_SAFE_FEN - calls.store.balance('safe')) / 10_000 }];
  const amountFen = IN_SAFE_FEN - calls.store.balance('safe');
  const [shift] = calls.store.unclosedShifts();
  calls.put('shift.dropped', { movementId: calls.newId(), shiftId: shift?.shiftId ?? '', lines, amountFen, bagNo: '', approvedBy: '' });
});
afterAll(() => bench.close());

const today = () => calls.ports.clock.nowMs();
const dateOf = (daysAgo: number): string => {
  const date = new Date(today() - daysAgo * 86_400_000);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};
const deposit = (changes: object) => ({
  ...{
    depositId: calls.newId(),
    amountFen: 120_000,
    slipNo: 'ICBC-0001',
    bankedOn: dateOf(0),
    bankAccount: '工行 6222…0188',
    approval: APPROVAL,
  },
  ...changes,
});
const bank = (changes: object, who = manager) =>
  (who.day.bank as (input: object) => Promise<{ safeFen: number }>)(deposit(changes)).then(
    (value) => value,
    ({ code, data }: { readonly code: string; readonly data: unknown }) => ({ code, data }),
  );

it('moves cash from the safe to the bank once, before a second person, and stands in the day with slip, date and account', async () => {
  const depositId = calls.newId();
  expect(await bank({ depositId, approval: undefined })).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
  expect(await bank({ depositId, approval: { ...APPROVAL, staffNo: STAFF.manager } })).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
  expect(calls.store.balance('safe')).toBe(IN_SAFE_FEN);
  expect(await bank({ depositId })).toEqual({ safeFen: IN_SAFE_FEN - 120_000 });
  expect(await bank({ depositId })).toEqual({ safeFen: IN_SAFE_FEN - 120_000 });
  expect(calls.store.balance('bank', depositId)).toBe(120_000);
  expect((await manager.day.now({})).banked).toEqual([
    { depositId, slipNo: 'ICBC-0001', amountFen: 120_000, bankedOn: dateOf(0), bankAccount: '工行 6222…0188' },
  ]);
  const clerk = await calls.signIn('clerk');
  expect(await bank({ slipNo: 'ICBC-0009' }, clerk)).toMatchObject({ code: 'ROLE_DENIED' });
});

it('more than the safe holds, a slip used twice, letters, a date of tomorrow or of last year: each is named and nothing is recorded', async () => {
  const before = [calls.store.lastSeq(), calls.store.balance('safe'), calls.store.balance('bank')];
  const refusals: readonly (readonly [changes: object, code: string, data: object])[] = [
    [{ slipNo: 'ICBC-0002', amountFen: IN_SAFE_FEN }, 'SAFE_SHORT', { safeFen: IN_SAFE_FEN - 120_000 }],
    [{}, 'INPUT_INVALID', { field: 'slipNo', reason: 'used' }],
    [{ slipNo: '   ' }, 'INPUT_INVALID', { field: 'slipNo', reason: 'empty' }],
    [{ slipNo: 'ICBC-0002', amountFen: '12a' }, 'INPUT_INVALID', { field: 'amountFen', reason: 'form' }],
    [{ slipNo: 'ICBC-0002', amountFen: 0 }, 'INPUT_INVALID', { field: 'amountFen', reason: 'range' }],
    [{ slipNo: 'ICBC-0002', bankedOn: dateOf(-1) }, 'INPUT_INVALID', { field: 'bankedOn', reason: 'future' }],
    [{ slipNo: 'ICBC-0002', bankedOn: dateOf(365) }, 'INPUT_INVALID', { field: 'bankedOn', reason: 'early' }],
    [{ slipNo: 'ICBC-0002', bankedOn: '2026-02-30' }, 'INPUT_INVALID', { field: 'bankedOn' }],
    [{ slipNo: 'ICBC-0002', bankAccount: '' }, 'INPUT_INVALID', { field: 'bankAccount', reason: 'empty' }],
  ];
  for (const [changes, code, data] of refusals) expect(await bank(changes), JSON.stringify(changes)).toMatchObject({ code, data });
  expect([calls.store.lastSeq(), calls.store.balance('safe'), calls.store.balance('bank')]).toEqual(before);
});

it('remembers a slip number and the account over the close', async () => {
  const [shift] = calls.store.unclosedShifts();
  const shiftId = shift?.shiftId ?? '';
  const closing = await calls.signIn('clerk');
  await closing.shift.count({ shiftId, countId: calls.newId(), lines: [{ denominationFen: 10_000, count: 0 }] });
  await closing.shift.close({ shiftId, closeId: calls.newId(), reason: '短款', approval: APPROVAL });
  const { toSeq, businessDate } = await manager.day.now({});
  await manager.day.close({ closeId: calls.newId(), nextDate: businessDate, seenSeq: toSeq, approval: APPROVAL });
  expect(await manager.day.now({})).toMatchObject({ banked: [], lastBankAccount: '工行 6222…0188' });
  expect(await bank({ amountFen: 100 })).toMatchObject({ code: 'INPUT_INVALID', data: { field: 'slipNo', reason: 'used' } });
});
