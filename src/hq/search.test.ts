// The search on headquarters' page: accounts and receipts by their whole number, with verdicts and cases, found by index and told to nobody else.
import type { FastifyInstance } from 'fastify';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolDirectly } from '../../tests/support/counter-keys.ts';
import { TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import { cashPayment, factsOf, type MemoryJournal, memoryJournal, theAccount, uuidOf } from '../../tests/support/journal.ts';
import type { NewOperation } from '../shared/domain/operation.ts';
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { ingest } from './ingest.ts';
import { search } from './search.ts';
import { createService } from './service.ts';

const BRANCH = '9A-01';
const RECEIPT = `${BRANCH}-C04711-00000007`;

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  let service: FastifyInstance;
  let serial = 0;
  const facts = () => factsOf(uuidOf({ of: 7, serial: ++serial }));

  async function send(journal: MemoryJournal): Promise<void> {
    const { branchNo, counterId, operations } = journal;
    const batch = { version: WIRE_VERSION, branchNo, counterId, fromSeq: 1, toSeq: operations.length } as const;
    await ingest(db, { batch: { ...batch, heard: [], operations: [...operations] }, receivedAtMs: 5 });
  }
  const renamed = (customerName: string) =>
    ({
      ...facts(),
      kind: 'account.corrected',
      payload: { seenVersion: 1, customerName, phone: '', address: theAccount().address, reason: '更正', requestId: '' },
    }) as NewOperation;

  beforeAll(async () => {
    ({ db, close } = await open());
    service = createService({ db, nowMs: () => 5, log: () => {} });
    const [first, second] = ['C04711', 'C04712'].map((counterId) => memoryJournal({ branchNo: BRANCH, counterId })) as [
      MemoryJournal,
      MemoryJournal,
    ];
    for (const journal of [first, second]) await enrolDirectly(db, journal);
    first.append({ ...facts(), kind: 'account.opened', payload: theAccount() });
    first.append({ ...facts(), kind: 'shift.opened', payload: { shiftId: 'S1', floatFen: 50_000 } });
    first.append({ ...facts(), kind: 'topup.paid', payload: cashPayment({ topupId: 'top-1', amountFen: 10_000 }) });
    // What is printed may hold anything, a number among it.
    const markup = `${'燃气费 '.repeat(200)}"receiptNo":"${BRANCH}-C04711-00000001"`;
    const receipt = { receiptId: 'receipt-1', receiptNo: RECEIPT, topupId: 'top-1', markup, amountFen: 10_000 };
    first.append({ ...facts(), kind: 'receipt.issued', payload: receipt });
    first.append(renamed('甲'));
    second.append(renamed('乙'));
    // Waits for a top-up that never came: put aside.
    second.append({ ...facts(), kind: 'topup.verified', payload: { topupId: 'top-9', proof: 'written' } });
    for (const journal of [first, second]) await send(journal);
    // Another branch has an account of the same number.
    const other = memoryJournal({ branchNo: '9A02', counterId: 'C04711' });
    await enrolDirectly(db, other);
    other.append({ ...facts(), kind: 'account.opened', payload: { ...theAccount(), customerName: '李四' } });
    await send(other);
  }, 120_000);
  afterAll(async () => {
    await service.close();
    await close();
  });

  it('finds a receipt by its whole number, with what was done beside it', async () => {
    const found = await search(db, RECEIPT);
    expect(found.accounts).toEqual([{ branchNo: BRANCH, accountNo: '0001', customerName: '甲' }]);
    expect(found.operations.find(({ kind }) => kind === 'receipt.issued')).toMatchObject({
      ...{ branchNo: BRANCH, counterId: 'C04711', seq: 4, receiptNo: RECEIPT, amountFen: 10_000, verdict: 'applied', clerk: '1001' },
    });
    expect(found.operations.map(({ kind }) => kind)).toContain('topup.paid');
    for (const none of [RECEIPT.slice(0, -1), `${BRANCH}-C04711-00000001`, `${BRANCH}-C04712-00000007`, '7', 'A1', '王小明'])
      expect(await search(db, none), none).toMatchObject({ accounts: [], operations: [], cases: [] });
  });

  it('finds an account in every branch that has its number: receipts, what was put aside, cases', async () => {
    const found = await search(db, '0001');
    expect(found.accounts).toMatchObject([{ branchNo: BRANCH }, { branchNo: '9A02', customerName: '李*' }]);
    expect(found.operations.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ['receipt.issued', 'applied'],
      ['topup.verified', 'quarantined'],
    ]);
    expect(found.cases).toMatchObject([{ code: 'ACCOUNT_CHANGED', state: 'open', later: { counterId: 'C04712', seq: 1 } }]);
    expect(found.isCut).toBe(false);
  });

  it('reads no table from end to end', async () => {
    const asked: CompiledQuery[] = [];
    const noting = db.withPlugin({ transformQuery: ({ node }) => node, transformResult: async ({ result }) => result });
    const executor = noting.getExecutor();
    const compile = executor.compileQuery.bind(executor);
    executor.compileQuery = (node, id) => {
      const query = compile(node, id);
      asked.push(query as CompiledQuery);
      return query;
    };
    await search(noting, RECEIPT);
    await search(noting, '0001');
    expect(asked.length).toBeGreaterThan(5);
    await db.connection().execute(async (one) => {
      // With so few rows the planner would read them all: where it must not, it shows whether an index is there.
      await one.executeQuery(CompiledQuery.raw('set enable_seqscan = off'));
      for (const { sql, parameters } of asked) {
        const { rows } = await one.executeQuery<{ 'QUERY PLAN': string }>(CompiledQuery.raw(`explain ${sql}`, [...parameters]));
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan, sql).toMatch(/Index/);
        expect(plan, sql).not.toMatch(/Seq Scan/);
        if (sql.includes('right(payload_json')) expect(plan).toContain('operations_by_receipt');
      }
      await one.executeQuery(CompiledQuery.raw('reset enable_seqscan'));
    });
  });

  it('is a page in three languages that says what it found, takes nothing else, and is for nobody else', async () => {
    const page = async (q: string, lang = 'zh-CN') =>
      (await service.inject({ url: `/search?lang=${lang}&q=${encodeURIComponent(q)}` })).body;
    const chinese = await page(RECEIPT);
    for (const words of [RECEIPT, '100.00', '● 已入账', '▲ 待处理', '有异常事项']) expect(chinese).toContain(words);
    expect(chinese).not.toContain('王小明');
    expect(await page('0001', 'zh-TW')).toMatch(/隔離: 等待這筆購氣的收款/);
    const english = (await page('0001', 'en')).replaceAll(/简体中文|繁體中文|Noto Sans \wC|[甲李]/g, '');
    expect(english).not.toMatch(/[\u4e00-\u9fff]/);
    expect(english).toContain('in quarantine');
    expect(await page('', 'en')).toContain('Give the whole account number');
    expect(await page('404', 'en')).toContain('There is no account or receipt 404');
    for (const wrong of ['"><script>alert(1)</script>', '%', "' or 1=1 --", 'x'.repeat(65), 'x'.repeat(500)]) {
      const refused = await page(wrong, 'en');
      expect(refused, wrong).not.toContain('<script');
      expect(refused, wrong).not.toContain('<td');
    }
    // The number stays when the language changes.
    expect(chinese).toContain(`href="/search?lang=en&amp;q=${RECEIPT}"`);
    expect((await service.inject({ url: '/search?q=0001', remoteAddress: '192.0.2.7' })).statusCode).toBe(401);
  });
});
