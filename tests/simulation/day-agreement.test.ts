// A close before the real headquarters: green is only what headquarters has confirmed, a difference is shown by its kind, and what two counters send late
// enters the next close as an adjustment that names its origin.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import { createDayDesk } from '../../src/main/core/day-desk.ts';
import { agreeDay } from '../../src/main/core/usecases/agree-day.ts';
import { type CloseView, closeDay, viewDay } from '../../src/main/core/usecases/close-day.ts';
import { DAY_SUMS_PATH } from '../../src/shared/wire/day-sums.ts';
import { type BenchCounter, type BranchBench, branchBench } from '../support/branch-bench.ts';
import { sampleAccount } from '../support/sample-operations.ts';

/** Noon of the branch's open day. */
const NOON_MS = new Date(2026, 2, 2, 12).getTime();
const { accountId } = sampleAccount(1);
const desk = createDayDesk();
let bench: BranchBench;
let here: BenchCounter;

const context = (): UseCaseContext => {
  const { ports, actor } = here.context('supervisor');
  return { ports: { ...ports, clock: { nowMs: () => NOON_MS } }, actor };
};
const close = (): CloseView => {
  const { toSeq, nextDate } = viewDay(context(), desk);
  return closeDay(context(), desk, { closeId: bench.newId(), nextDate, seenSeq: toSeq }, { staffNo: '3001', role: 'manager' });
};
const owes = (amountFen: number) => ({
  ...{ receivableId: bench.newId(), kind: 'gas' as const, itemCode: 'r', description: '气费', amountFen, vatPermille: 90 },
  ...{ dueDate: '2026-04-01', bearsLateFee: true },
});
const cut = async (): Promise<never> => {
  throw new Error('the line is down');
};

beforeAll(async () => {
  bench = await branchBench({ count: 3, accounts: 1 });
  here = bench.counter(0);
}, 120_000);
afterAll(() => bench.close());

it('agreement is green only when headquarters has confirmed, and a headquarters that differs shows where', async () => {
  here.put('receivable.raised', owes(4_000), accountId);
  here.put('receivable.raised', owes(1_500), accountId);
  await bench.settle();
  here.line = cut;
  here.put('receivable.raised', owes(2_500), accountId);
  const { closeId, kinds, toSeq } = close();
  const agree = () => agreeDay(context(), { closeId });
  const raised = kinds.find(({ kind }) => kind === 'receivable.raised');
  expect(raised).toMatchObject({ count: 3, debitFen: 8_000 });
  // Nobody could be asked: no word of headquarters, no colour.
  expect(await agree()).toMatchObject({ state: 'unknown', fault: { code: 'HEADQUARTERS_UNREACHABLE' } });
  // It answers, and does not hold all of it yet: the third bill has not gone.
  let sending = false;
  here.line = ((input: URL, init: RequestInit) =>
    sending || input.pathname === DAY_SUMS_PATH ? bench.deliver(input, init) : cut()) as typeof fetch;
  const early = await agree();
  expect([early.state, early.heldSeq < toSeq]).toEqual(['not-held', true]);
  expect(early.kinds.find(({ kind }) => kind === 'receivable.raised')?.theirs).toMatchObject({ count: 2, debitFen: 5_500 });
  sending = true;
  await bench.settle();
  const agreed = await agree();
  expect([agreed.state, agreed.fault]).toEqual(['confirmed', null]);
  for (const { ours, theirs } of agreed.kinds) expect(theirs).toEqual(ours);
  // A sum, a hash, a missing operation: each is enough, and only its kind is named.
  const differing = async () => {
    const { state, kinds: compared } = await agree();
    return [state, ...compared.filter(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs)).map(({ kind }) => kind)];
  };
  const own = bench.db.updateTable('postings').where('counter_id', '=', 'C01').where('seq', '=', toSeq);
  await own.where('amount_fen', '>', 0).set({ amount_fen: 2_501 }).execute();
  expect(await differing()).toEqual(['differs', 'receivable.raised']);
  await own.where('amount_fen', '>', 0).set({ amount_fen: 2_500 }).execute();
  expect(await differing()).toEqual(['confirmed']);
  const operation = bench.db.updateTable('operations').where('counter_id', '=', 'C01').where('seq', '=', toSeq);
  const { hash } = await bench.db
    .selectFrom('operations')
    .select('hash')
    .where('counter_id', '=', 'C01')
    .where('seq', '=', toSeq)
    .executeTakeFirstOrThrow();
  await operation.set({ hash: '0'.repeat(64) }).execute();
  expect(await differing()).toEqual(['differs', 'receivable.raised']);
  await operation.set({ hash }).execute();
  await operation.set({ kind: 'note.added' }).execute();
  expect(await differing()).toEqual(['differs', 'note.added', 'receivable.raised']);
  await operation.set({ kind: 'receivable.raised' }).execute();
  expect(await differing()).toEqual(['confirmed']);
}, 120_000);

it('late arrivals from two counters enter the next day as adjustments, each naming its origin', async () => {
  const others = [bench.counter(1), bench.counter(2)];
  const before = viewDay(context(), desk).receivable.closingFen;
  for (const other of others) other.line = cut;
  others[0]?.put('receivable.raised', owes(700), accountId);
  others[1]?.put('receivable.raised', owes(30), accountId);
  others[1]?.put('receivable.raised', owes(5), accountId);
  const first = close();
  for (const other of others) other.line = null;
  await bench.settle();
  const next = close();
  expect([first.late, first.receivable.closingFen]).toEqual([[], before]);
  const of = (other: BenchCounter | undefined, count: number) => {
    const lastSeq = other?.store.lastSeq() ?? 0;
    return { counterId: other?.name, kind: 'receivable.raised', count, fromSeq: lastSeq - count + 1, toSeq: lastSeq };
  };
  expect(next.late).toMatchObject([
    { ...of(others[0], 1), debitFen: 700 },
    { ...of(others[1], 2), debitFen: 35 },
  ]);
  expect([next.receivable.othersFen, next.receivable.closingFen]).toEqual([735, before + 735]);
  expect(close().late).toEqual([]);
}, 120_000);
