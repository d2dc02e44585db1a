// A counter that was restored from an old backup, or copied, gets going again: nothing lost, nothing twice, whatever breaks off on the way.
import DatabaseFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rosterOf } from '../../src/hq/roster.ts';
import { branchTotals } from '../../src/hq/totals.ts';
import { renewCounter } from '../../src/main/core/usecases/renew-counter.ts';
import type { OperationPayloads } from '../../src/shared/domain/operation.ts';
import { type BenchCounter, type BranchBench, branchBench, CODE, corrected } from '../support/branch-bench.ts';
import { onEachDatabase } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const APPROVER = { staffNo: '2001', role: 'supervisor' as const };
const REASON = '硬盘损坏，用旧备份恢复';
const [first, second] = [sampleAccount(1).accountId, sampleAccount(2).accountId];

let bench: BranchBench;

const paid = (topupId: string, amountFen: number): OperationPayloads['topup.paid'] => ({
  topupId,
  cardNo: sampleAccount(1).card?.cardNo ?? '',
  purchase: {
    ...{ litres: 1_000, amountFen, lines: [], tariffId: 'residential', vatPermille: 90, tierYear: 2026, usedBeforeLitres: 0 },
  },
  tenders: [{ kind: 'cash', amountFen, reference: '' }],
  cashTenderedFen: amountFen,
  changeFen: 0,
});

/** A top-up paid, with its receipt. */
function sell(counter: BenchCounter, amountFen: number, accountId = first): string {
  const topupId = bench.newId();
  counter.put('topup.paid', paid(topupId, amountFen), accountId);
  const receiptNo = `01-${counter.store.counterId()}-${String(counter.store.write((tx) => tx.nextNumber('receipt'))).padStart(8, '0')}`;
  counter.put('receipt.issued', { receiptId: bench.newId(), receiptNo, topupId, markup: 'x' }, accountId);
  return topupId;
}

/** Both counters and headquarters hold the same, and every journal is sound. */
async function expectAgreement(): Promise<void> {
  await bench.settle();
  const truth = await headquartersRows(bench.db, '01');
  for (const { name, file, store } of bench.counters) {
    expect(counterRows(file), name).toEqual(truth);
    expect(store.verifyJournal()).toEqual({ ok: true });
  }
}

const undeliveredFen = async () => 0 - ((await branchTotals(bench.db))[0]?.ledgerFen['undelivered-purchase'] ?? 0);
const problemOf = (counter: BenchCounter) => counter.replication.state().lastError?.context.code;

/** Sells, backs up, sells more that headquarters takes; then the old backup comes back and sells on. Returns the counter, which has stopped. */
async function fork(): Promise<BenchCounter> {
  const counter = bench.counter(0);
  counter.put('shift.opened', { shiftId: 'shift-C01', floatFen: 50_000 });
  sell(counter, 1_000);
  await bench.settle();
  const copy = await bench.backUp(counter);
  sell(counter, 2_000);
  counter.put('account.corrected', corrected(counter.store, second, '王大明'), second);
  await bench.settle();
  await bench.restart(counter, copy);
  sell(counter, 4_000);
  counter.put('account.corrected', corrected(counter.store, second, '王小名'), second);
  await bench.settle(() => problemOf(counter) !== undefined);
  return counter;
}

/** What the new journal begins with. */
function renewalOf({ store }: BenchCounter): OperationPayloads['counter.renewed'] {
  const [renewal] = store.operationsAfter(0, 1);
  if (renewal?.kind !== 'counter.renewed') throw new RangeError('not renewed');
  return renewal.payload;
}

const renew = (counter: BenchCounter) => renewCounter(counter.context('it'), { code: CODE, reason: REASON }, APPROVER);

onEachDatabase((database) => {
  beforeEach(async () => {
    bench = await branchBench({ db: database() });
  }, 120_000);
  afterEach(() => bench.close());

  describe('a counter restored from an old backup', { timeout: 120_000 }, () => {
    it('stops, goes on under another number, and everything that either journal held is there once', async () => {
      const counter = await fork();
      expect(problemOf(counter)).toBe('SEQUENCE_FORK');
      const before = counter.store.operationsAfter(0, 100);
      await bench.allowCode();
      const done = await renew(counter);
      expect(done).toMatchObject({ formerId: 'C01', carried: 3 });
      expect(done.counterId).toBe(counter.store.counterId());
      // What the clerk sold after the restore is still there at once, line or no line.
      expect(counter.store.balance('undelivered-purchase')).toBe(-5_000);
      const carried = counter.store.operationsAfter(1, 100);
      const { commonSeq, numbers } = renewalOf(counter);
      expect(counter.store.operationsAfter(0, 1)[0]).toMatchObject({
        kind: 'counter.renewed',
        clerk: '9001',
        payload: { reason: REASON, approvedBy: '2001', heldSeq: commonSeq + 3 },
      });
      expect(carried.map(({ id }) => id)).toEqual(before.slice(commonSeq).map(({ id }) => id));

      await expectAgreement();
      expect(await undeliveredFen()).toBe(7_000);
      const held = await bench.db.selectFrom('operations').select(['id', 'verdict']).execute();
      expect(new Set(held.map(({ id }) => id)).size).toBe(held.length);
      for (const { id } of before) expect(held.map((row) => row.id)).toContain(id);
      // The second change of the same account is a case for people; the numbers on paper are another.
      const cases = bench.counter(1).store.replica.cases();
      expect(cases.map(({ code }) => code).sort()).toEqual(['ACCOUNT_CHANGED', 'NUMBERS_TWICE']);
      expect(numbers).toEqual([{ what: 'receipt', first: '01-C01-00000002', last: '01-C01-00000002', count: 1 }]);
      expect(bench.counter(1).store.account(second)?.customerName).toBe('王大明');
      sell(counter, 8_000);
      await expectAgreement();
      expect(await undeliveredFen()).toBe(15_000);
      // The clerk's shift goes on with everything that was done in it under either number.
      expect(counter.store.openShiftOf('1001')?.shiftId).toBe('shift-C01');
      expect(bench.counter(1).store.openShiftOf('1001')).toBe(null);
      const kinds = counter.store.operationsOfShift('shift-C01').map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'topup.paid')).toHaveLength(4);
      expect(kinds[0]).toBe('shift.opened');
    });

    it('keeps what the old journal held after the fork as it was written', async () => {
      const counter = await fork();
      const before = counter.store.operationsAfter(0, 100);
      await bench.allowCode();
      await renew(counter);
      const { commonSeq } = renewalOf(counter);
      const file = new DatabaseFile(counter.file);
      const kept = file.prepare<[], { hash: string }>('SELECT hash FROM former_operation ORDER BY seq').all();
      expect(kept.map(({ hash }) => hash)).toEqual(before.slice(commonSeq).map(({ hash }) => hash));
      for (const table of ['operation', 'posting', 'former_operation', 'foreign_operation'])
        expect(() => file.prepare(`DELETE FROM ${table}`).run(), table).toThrow();
      file.close();
    });

    it('with nothing of its own since gets back what it had forgotten', async () => {
      const counter = bench.counter(0);
      const copy = await bench.backUp(counter);
      sell(counter, 2_000);
      await bench.settle();
      await bench.restart(counter, copy);
      await bench.settle(() => problemOf(counter) === 'JOURNAL_BEHIND');
      await bench.allowCode();
      expect(await renew(counter)).toMatchObject({ carried: 0 });
      await expectAgreement();
      expect(counter.store.balance('undelivered-purchase')).toBe(-2_000);
      expect(counter.store.replica.cases()).toEqual([]);
    });

    it('takes the same code again when the answer was lost, and no other time', async () => {
      const counter = await fork();
      await bench.allowCode();
      counter.line = async (input, init) => {
        const answer = await bench.deliver(input, init);
        if (String(input).endsWith('/v1/renew')) throw new TypeError('answer lost');
        return answer;
      };
      await expect(renew(counter)).rejects.toMatchObject({ code: 'HEADQUARTERS_UNREACHABLE' });
      expect(counter.store.counterId()).toBe('C01');
      counter.line = null;
      await bench.restart(counter);
      await renew(counter);
      const known = await bench.db.selectFrom('counters').select(['counter_id', 'former_id']).orderBy('counter_id').execute();
      expect(known.filter(({ former_id }) => former_id === 'C01').map(({ counter_id }) => counter_id)).toEqual([counter.store.counterId()]);
      await expectAgreement();
      // Its neighbours hear of the new number only, unless somebody goes on under the old one: a copy of its data folder.
      const neighbours = async () => {
        const { counters } = await rosterOf(bench.db, { request: { version: 1, branchNo: '01', counterId: 'C02', place: null }, nowMs: 0 });
        return counters.map(({ counterId }) => counterId).filter((counterId) => counterId !== 'C02');
      };
      expect(await neighbours()).toEqual([counter.store.counterId()]);
      const lateMs = Date.UTC(2099, 0, 1);
      await bench.db.updateTable('counters').set({ last_contact_ms: lateMs }).where('counter_id', '=', 'C01').execute();
      expect(await neighbours()).toContain('C01');
      await expect(renew(counter)).rejects.toMatchObject({ code: 'RENEWAL_NOT_NEEDED' });
      await expect(renew(bench.counter(1))).rejects.toMatchObject({ code: 'RENEWAL_NOT_NEEDED' });
    });

    it('is as it was when the change breaks off inside, and goes on when it breaks off after', async () => {
      const counter = await fork();
      await bench.allowCode();
      const rows = counterRows(counter.file);
      const before = counter.store.operationsAfter(0, 100);
      await expect(
        counter.replication.renew(CODE, () => {
          throw new Error('power cut');
        }),
      ).rejects.toThrow('power cut');
      expect(counter.store.counterId()).toBe('C01');
      expect(counter.store.operationsAfter(0, 100)).toEqual(before);
      expect(counterRows(counter.file)).toEqual(rows);
      expect(counter.store.verifyJournal()).toEqual({ ok: true });
      counter.line = async (input, init) => {
        if (String(input).endsWith('/v1/operations') && counter.store.counterId() !== 'C01') throw new TypeError('no route');
        return bench.deliver(input, init);
      };
      await renew(counter);
      counter.line = null;
      await bench.restart(counter);
      await expectAgreement();
      expect(await undeliveredFen()).toBe(7_000);
    });

    it('needs a second person, a code of its branch, and headquarters', async () => {
      const counter = await fork();
      await expect(renewCounter(counter.context('it'), { code: CODE, reason: REASON }, null)).rejects.toMatchObject({
        code: 'SUPERVISOR_REQUIRED',
      });
      await expect(renew(counter)).rejects.toMatchObject({ code: 'ENROLMENT_REFUSED' });
      counter.line = async () => Promise.reject(new TypeError('no route'));
      await expect(renew(counter)).rejects.toMatchObject({ code: 'HEADQUARTERS_UNREACHABLE' });
      expect(counter.store.counterId()).toBe('C01');
    });
  });

  describe('a counter that was copied', { timeout: 120_000 }, () => {
    it('ends as two counters, and what both copies held that headquarters did not is there once', async () => {
      const [one, two] = [bench.counter(0), bench.counter(1)];
      // The line is cut: the copy is made while headquarters lacks the last sale.
      one.line = async () => Promise.reject(new TypeError('no route'));
      sell(one, 1_000);
      const copy = await bench.backUp(one);
      one.line = null;
      sell(one, 2_000);
      await bench.settle();
      // The copy runs in the place of the second machine, with the first one's key, as a cloned disk does; what the old second counter did is at headquarters.
      await bench.restart(one, copy);
      sell(one, 4_000);
      await bench.settle(() => problemOf(one) !== undefined);
      await bench.allowCode();
      expect(await renew(one)).toMatchObject({ carried: 2 });
      await bench.settle();
      expect(await undeliveredFen()).toBe(7_000);
      // And once more from the same copy: what was carried over before is known by its ids.
      await bench.restart(one, copy);
      sell(one, 8_000);
      await bench.settle(() => problemOf(one) !== undefined);
      await bench.allowCode('QRST-UVWX-YZ23');
      await renewCounter(one.context('it'), { code: 'QRST-UVWX-YZ23', reason: REASON }, APPROVER);
      await expectAgreement();
      expect(await undeliveredFen()).toBe(15_000);
      expect(two.store.replica.cases().every(({ code }) => code === 'NUMBERS_TWICE')).toBe(true);
    });
  });

  describe('an operation that two journals hold under one id', () => {
    it('counts once at its own counter, at headquarters and everywhere', async () => {
      const [one, two] = [bench.counter(0), bench.counter(1)];
      const id = bench.newId();
      const topupId = bench.newId();
      for (const counter of [one, two]) counter.line = async () => Promise.reject(new TypeError('no route'));
      for (const counter of [one, two]) counter.put('topup.paid', paid(topupId, 1_000), first, id);
      two.line = null;
      await bench.settle(() => two.replication.state().waiting === 0);
      one.line = null;
      await expectAgreement();
      expect(one.store.balance('undelivered-purchase')).toBe(-1_000);
      expect(one.store.replica.setAside(9)).toEqual({ rows: [], total: 0 });
      expect(one.store.operationsOf(first, 50).filter((operation) => operation.id === id)).toHaveLength(1);
    });
  });
});
