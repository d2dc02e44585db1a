// A counter whose own line is cut, in a branch where another one has a line: what it does reaches headquarters through the neighbour, also if it never comes back.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RELAY_PATH } from '../../src/shared/wire/neighbours.ts';
import { type BenchCounter, BRANCH_NO, type BranchBench, branchBench, corrected } from '../support/branch-bench.ts';
import { memoryKey, signatureOf } from '../support/counter-keys.ts';
import { onEachDatabase } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const { accountId } = sampleAccount(1);
let bench: BranchBench;

const noLine = (async () => {
  throw new TypeError('no route');
}) as typeof fetch;
const heldOf = async (counterId: string) =>
  (await bench.db.selectFrom('counters').select('held_seq').where('counter_id', '=', counterId).executeTakeFirst())?.held_seq;

function pair(): readonly [BenchCounter, BenchCounter] {
  return [bench.counter(0), bench.counter(1)];
}

onEachDatabase((database) => {
  beforeEach(async () => {
    bench = await branchBench({ hasNetwork: true, db: database() });
    // Everybody has heard where the others are.
    await bench.settle(() =>
      bench.counters.every(({ store }) => store.replica.neighbours.roster().filter(({ place }) => place !== null).length === 2),
    );
  }, 120_000);
  afterEach(() => bench.close());

  it('is relayed to headquarters, ordered there, and found there when the line is back', async () => {
    const [first, second] = pair();
    second.line = noLine;
    const before = second.store.lastSeq();
    second.put('account.corrected', corrected(second.store, accountId, '王没线'), accountId);
    const id = second.put('note.added', { noteId: bench.newId(), text: '线断了' }, accountId);
    await bench.settle(async () => (await heldOf('C02')) === before + 2);
    await bench.settle(() => first.store.replica.neighbours.unordered().length === 0);
    expect(first.store.replica.operationById(id)).not.toBeNull();
    expect(first.store.account(accountId)?.customerName).toBe('王没线');
    expect(counterRows(first.file)).toEqual(await headquartersRows(bench.db, BRANCH_NO));
    expect(second.store.acknowledgedSeq()).toBe(before);
    second.line = null;
    await bench.settle(() => second.store.acknowledgedSeq() === second.store.lastSeq());
    await bench.settle();
    expect(counterRows(second.file)).toEqual(await headquartersRows(bench.db, BRANCH_NO));
    expect(await bench.db.selectFrom('operations').select('id').where('id', '=', id).execute()).toHaveLength(1);
  });

  it('is taken only as its writer has signed it', async () => {
    const [first, second] = pair();
    second.line = noLine;
    const before = second.store.lastSeq();
    for (const text of ['一', '二']) second.put('note.added', { noteId: bench.newId(), text }, accountId);
    await bench.settle(() => first.store.replica.neighbours.unordered().length > 0);
    const [run] = first.store.replica.neighbours.unordered();
    if (run === undefined) throw new Error('nothing came');
    const key = memoryKey();
    await bench.db
      .insertInto('counters')
      .values({ ...(await rowOf('C01')), counter_id: 'C09', public_key: key.publicKey })
      .execute();
    const hand = async (changed: object) => {
      const json = JSON.stringify({ version: 1, branchNo: BRANCH_NO, counterId: 'C09', run: { ...run, ...changed } });
      const headers = { 'content-type': 'application/json', ...signatureOf(json, RELAY_PATH, key) };
      const init = { method: 'POST', headers, body: Buffer.from(json) };
      return (await (await bench.deliver(new URL(`http://headquarters${RELAY_PATH}`), init)).json()) as {
        code?: string;
        refused?: { code: string };
      };
    };
    const [one, ...rest] = run.operations;
    expect(await hand({ operations: [{ ...one, payload: { text: '假' } }, ...rest] })).toMatchObject({ refused: { code: 'HASH_WRONG' } });
    expect(await hand({ operations: run.operations.slice(0, -1) })).toMatchObject({ code: 'SIGNATURE_WRONG' });
    expect(await hand({ head: { ...run.head, signature: key.sign('x') } })).toMatchObject({ code: 'SIGNATURE_WRONG' });
    expect(await hand({ counterId: 'C77' })).toMatchObject({ code: 'COUNTER_UNKNOWN' });
    expect(await heldOf('C02')).toBe(before);
    expect(await hand({})).toMatchObject({ heldSeq: run.head.seq });
    expect(await heldOf('C02')).toBe(run.head.seq);
  });
});

const rowOf = (counterId: string) =>
  bench.db.selectFrom('counters').selectAll().where('counter_id', '=', counterId).executeTakeFirstOrThrow();
