// What replication leaves to people is settled once, at one counter, and known everywhere: exception cases and operations in quarantine.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repairOperation, settleCase } from '../../src/main/core/usecases/settle.ts';
import { showSync } from '../../src/main/core/usecases/show-sync.ts';
import { topupView } from '../../src/main/core/views.ts';
import { type BenchCounter, type BranchBench, branchBench, corrected } from '../support/branch-bench.ts';
import { onEachDatabase } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
const { accountId } = sampleAccount(1);

let bench: BranchBench;

async function expectAgreement(): Promise<void> {
  await bench.settle();
  const truth = await headquartersRows(bench.db, '01');
  for (const { name, file } of bench.counters) expect(counterRows(file), name).toEqual(truth);
}

const openCases = (counter: BenchCounter) => counter.store.replica.cases().filter(({ state }) => state === 'open');
const nameOf = ({ store }: BenchCounter) => store.account(accountId)?.customerName;

/** Both halls change the same account while the line of the second is cut. Returns the id of the case. */
async function conflict(): Promise<string> {
  const [one, two] = [bench.counter(0), bench.counter(1)];
  two.line = async () => Promise.reject(new TypeError('no route'));
  const later = two.put('account.corrected', corrected(two.store, accountId, '王后到'), accountId);
  one.put('account.corrected', corrected(one.store, accountId, '王先到'), accountId);
  await bench.settle(() => one.replication.state().waiting === 0);
  two.line = null;
  await bench.settle();
  expect(openCases(one)).toMatchObject([{ caseId: later, code: 'ACCOUNT_CHANGED' }]);
  return later;
}

/** A litre for a yuan. */
const purchase = { litres: 1, amountFen: 100, lines: [], tariffId: 'residential', vatPermille: 90, tierYear: 2026, usedBeforeLitres: 0 };

onEachDatabase((database) => {
  beforeEach(async () => {
    bench = await branchBench({ db: database() });
  }, 120_000);
  afterEach(() => bench.close());

  describe('an exception case', { timeout: 120_000 }, () => {
    it('disappears from every hall’s list when it is settled at one, at once there and without a line', async () => {
      const caseId = await conflict();
      const [one, two] = [bench.counter(0), bench.counter(1)];
      const [shown] = showSync(one.context().ports).cases;
      expect(shown).toMatchObject({ ways: ['keep-first', 'redone', 'given-back', 'dismissed'], settled: null });
      expect(JSON.stringify(shown?.laterSays)).toContain('王后到');
      expect(JSON.stringify(shown?.earlierSays)).toContain('王先到');
      const input = { caseId, way: 'keep-first' as const, newId: bench.newId(), reason: '客户确认先到的对' };
      expect(() => settleCase(one.context(), input, null)).toThrow(expect.objectContaining({ code: 'SUPERVISOR_REQUIRED' }));
      expect(() => settleCase(one.context(), { ...input, way: 'loaded' }, SUPERVISOR)).toThrow(
        expect.objectContaining({ code: 'SETTLEMENT_REFUSED' }),
      );
      one.line = async () => Promise.reject(new TypeError('no route'));
      settleCase(one.context(), input, SUPERVISOR);
      expect(openCases(one)).toEqual([]);
      expect(openCases(two)).toHaveLength(1);
      one.line = null;
      await expectAgreement();
      expect(openCases(two)).toEqual([]);
      expect(showSync(two.context().ports).cases[0]).toMatchObject({
        state: 'settled',
        ways: [],
        note: input.reason,
        settled: { way: 'keep-first', clerk: '1001' },
      });
      expect(await bench.db.selectFrom('cases').select(['state', 'note']).execute()).toEqual([{ state: 'settled', note: input.reason }]);
      expect(() => settleCase(two.context('supervisor'), input, null)).toThrow(expect.objectContaining({ code: 'CASE_SETTLED' }));
      expect(nameOf(two)).toBe('王先到');
    });

    it('may have the later change made once more, on top of what stands', async () => {
      const caseId = await conflict();
      const [one, two] = [bench.counter(0), bench.counter(1)];
      const input = { caseId, way: 'redone' as const, newId: bench.newId(), reason: '两项更正都要' };
      settleCase(one.context('supervisor'), input, null);
      settleCase(one.context('supervisor'), input, null);
      await expectAgreement();
      expect([nameOf(one), nameOf(two)]).toEqual(['王后到', '王后到']);
      expect(one.store.replica.operationById(input.newId)).toMatchObject({ kind: 'account.corrected', clerk: '2001' });
      expect(one.store.account(accountId)?.version).toBe(3);
      expect(openCases(two)).toEqual([]);
    });

    it('that two halls settle at once is settled the same way everywhere', async () => {
      const caseId = await conflict();
      for (const counter of bench.counters) counter.line = async () => Promise.reject(new TypeError('no route'));
      for (const [index, way] of (['keep-first', 'dismissed'] as const).entries()) {
        settleCase(bench.counter(index).context('supervisor'), { caseId, way, newId: bench.newId(), reason: way }, null);
      }
      for (const counter of bench.counters) counter.line = null;
      await expectAgreement();
      for (const counter of bench.counters) expect(showSync(counter.context().ports).cases[0]?.settled?.way).toBe('keep-first');
    });

    it('names a purchase number of a card that was sold twice, with ways of its own', async () => {
      const cardNo = sampleAccount(1).card?.cardNo ?? '';
      const sell = (counter: BenchCounter) => {
        const topupId = bench.newId();
        const tenders = [{ kind: 'cash' as const, amountFen: 100, reference: '' }];
        counter.put('topup.paid', { topupId, cardNo, purchase, tenders, cashTenderedFen: 100, changeFen: 0 }, accountId);
        const images = { beforeHex: '00', afterHex: '01' };
        counter.put('topup.intended', { topupId, layoutId: 'countertop-double', cardNo, sequence: 1, ...images }, accountId);
        counter.put('topup.writing', { topupId, attempt: 1 }, accountId);
        counter.put('topup.verified', { topupId, proof: 'written' }, accountId);
      };
      for (const counter of bench.counters) counter.line = async () => Promise.reject(new TypeError('no route'));
      for (const counter of bench.counters) sell(counter);
      for (const counter of bench.counters) counter.line = null;
      await expectAgreement();
      expect(showSync(bench.counter(0).context().ports).cases).toMatchObject([
        { code: 'CARD_SEQUENCE_TWICE', ways: ['loaded', 'given-back', 'dismissed'] },
      ]);
    });
  });

  describe('an own operation in quarantine', { timeout: 120_000 }, () => {
    const aside = (counter: BenchCounter) => showSync(counter.context().ports).setAside;

    it('stays where it was made until it is settled, and is made again with its text corrected', async () => {
      const [one, two] = [bench.counter(0), bench.counter(1)];
      const operationId = one.put('note.added', { noteId: bench.newId(), text: '' }, accountId);
      await bench.settle();
      expect(aside(one)).toMatchObject([
        { code: 'OPERATION_INVALID', ways: ['resent', 'discarded'], fields: [{ name: 'text', value: '' }] },
      ]);
      const repair = { operationId, way: 'resent' as const, newId: bench.newId(), reason: '内容补上' };
      const act = (corrections: Record<string, string>) => repairOperation(one.context(), { ...repair, corrections }, SUPERVISOR);
      const before = counterRows(one.file);
      expect(() => act({})).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', context: { field: 'text', reason: 'empty' } }));
      expect(counterRows(one.file)).toEqual(before);
      act({ text: '有狗' });
      act({ text: '有狗' });
      expect(aside(one)).toEqual([]);
      await expectAgreement();
      expect(two.store.replica.operationById(repair.newId)).toMatchObject({ kind: 'note.added', payload: { text: '有狗' } });
      expect(one.store.verifyJournal()).toEqual({ ok: true });
    });

    it('that moved no money can be dropped: it counts nowhere, also after a rebuild', async () => {
      const one = bench.counter(0);
      const operationId = one.put('note.added', { noteId: 'poison', text: '' }, accountId);
      await bench.settle();
      expect(counterRows(one.file)).toHaveProperty(['record-note/poison']);
      repairOperation(
        one.context('supervisor'),
        { operationId, way: 'discarded', newId: bench.newId(), reason: '误录', corrections: {} },
        null,
      );
      await expectAgreement();
      expect(counterRows(one.file)).not.toHaveProperty(['record-note/poison']);
      one.store.rebuildProjections();
      await expectAgreement();
    });

    it('that moved money is never dropped', async () => {
      const one = bench.counter(0);
      const payload = { shiftId: 'x'.repeat(65), floatFen: 5_000 };
      const operationId = one.put('shift.opened', payload);
      await bench.settle();
      expect(aside(one)).toMatchObject([{ code: 'OPERATION_INVALID', ways: [] }]);
      const input = { operationId, way: 'discarded' as const, newId: bench.newId(), reason: '误录', corrections: {} };
      expect(() => repairOperation(one.context('supervisor'), input, null)).toThrow(
        expect.objectContaining({ code: 'SETTLEMENT_REFUSED' }),
      );
      expect(one.store.balance('safe')).toBe(-5_000);
    });
  });

  describe('a top-up of another counter', { timeout: 120_000 }, () => {
    it('shows as held by headquarters, whatever this counter’s own numbers are', async () => {
      const [one, two] = [bench.counter(0), bench.counter(1)];
      const topupId = bench.newId();
      const cardNo = sampleAccount(1).card?.cardNo ?? '';
      const tenders = [{ kind: 'cash' as const, amountFen: 100, reference: '' }];
      one.put('topup.paid', { topupId, cardNo, purchase, tenders, cashTenderedFen: 100, changeFen: 0 }, accountId);
      one.put(
        'topup.intended',
        { topupId, layoutId: 'countertop-double', cardNo, sequence: 1, beforeHex: '00', afterHex: '01' },
        accountId,
      );
      one.put('topup.writing', { topupId, attempt: 1 }, accountId);
      one.put('topup.verified', { topupId, proof: 'written' }, accountId);
      const receiptId = bench.newId();
      one.put('receipt.issued', { receiptId, receiptNo: 'R1', topupId, markup: 'x' }, accountId);
      one.put('receipt.printed', { receiptId, copyNo: 0, jobId: 'j', outcome: 'printed', faultCode: '' }, accountId);
      const stateAt = ({ store }: BenchCounter) => {
        const topup = store.topup(topupId);
        return topup === null ? null : topupView(store, topup).state;
      };
      expect(stateAt(one)).toBe('receipted');
      await bench.settle();
      expect([stateAt(one), stateAt(two)]).toEqual(['replicated', 'replicated']);
      expect(two.store.operationsOf(accountId, 50).map(({ kind }) => kind)).toContain('receipt.printed');
    });
  });
});
