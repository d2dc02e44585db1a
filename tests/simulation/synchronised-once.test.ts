// Complaints about the line to headquarters: what was sent again after an outage counts once, and one bad row keeps nothing else back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INVOICES } from '../../src/shared/domain/documents.ts';
import { type BranchBench, branchBench } from '../support/branch-bench.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const { accountId } = sampleAccount(1);
let bench: BranchBench;
beforeAll(async () => {
  bench = await branchBench({ count: 2, accounts: 1 });
});
afterAll(() => bench.close());

describe('complaint', { timeout: 120_000 }, () => {
  it('the same invoice synchronised twice after an outage: it is held once, and other counters see it once', async () => {
    const [one, two] = [bench.counter(0), bench.counter(1)];
    const segmentId = bench.newId();
    one.put('segment.assigned', { segmentId, prefix: 'A', first: 1, last: 99, digits: 8 });
    await bench.settle();
    // The line takes what is sent and loses every answer, again and again.
    let lost = 0;
    one.line = async (input, init) => {
      await bench.deliver(input, init);
      lost += 1;
      throw new TypeError('the line broke off before the answer');
    };
    const invoiceId = bench.newId();
    one.put(
      'invoice.issued',
      {
        ...{ invoiceId, segmentId, number: 1, subjectId: bench.newId(), buyer: { name: '王', taxNo: '' }, amountFen: 5_000, vatFen: 0 },
        lines: [{ name: '气费', unit: '', quantity: '', amountFen: 5_000, vatPermille: 90 }],
      },
      accountId,
    );
    await bench.settle(() => lost >= 4);
    one.line = null;
    await bench.settle();
    const held = await bench.db.selectFrom('operations').select(['id', 'verdict']).where('kind', '=', 'invoice.issued').execute();
    expect(held).toMatchObject([{ verdict: 'applied' }]);
    expect(two.store.record(INVOICES, invoiceId)).toMatchObject({ number: 1, amountFen: 5_000 });
    const entries = await bench.db.selectFrom('entries').select('position').where('operation_hash', '<>', '').execute();
    expect(new Set(entries.map(({ position }) => position)).size).toBe(entries.length);
  });

  it('one bad row blocks the whole queue: it is set aside with its reason, and everything behind it goes on', async () => {
    const [one, two] = [bench.counter(0), bench.counter(1)];
    const noteId = bench.newId();
    one.put('note.added', { noteId: bench.newId(), text: '' }, accountId);
    one.put('note.added', { noteId, text: '后面的' }, accountId);
    await bench.settle();
    const verdicts = await bench.db
      .selectFrom('operations')
      .select(['verdict', 'code'])
      .where('kind', '=', 'note.added')
      .orderBy('seq')
      .execute();
    expect(verdicts).toMatchObject([{ verdict: 'quarantined', code: 'OPERATION_INVALID' }, { verdict: 'applied' }]);
    expect(two.store.operationsOf(accountId, 10).some(({ kind, payload }) => kind === 'note.added' && payload.noteId === noteId)).toBe(
      true,
    );
    expect(one.replication.state().state).toBe('up-to-date');
  });
});
