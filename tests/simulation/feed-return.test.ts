// A headquarters restored from an old backup gets back what it had said, in the order it had, also what a broken counter had written and who was enrolled.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CounterKey } from '../../src/main/core/ports/sync.ts';
import type { Entry } from '../../src/shared/domain/feed.ts';
import { FEED_RETURN_PATH, feedText } from '../../src/shared/wire/feed-return.ts';
import { type BenchCounter, BRANCH_NO, type BranchBench, branchBench, corrected } from '../support/branch-bench.ts';
import { memoryKey, signatureOf } from '../support/counter-keys.ts';
import { backUpDatabase, onEachDatabase } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const { accountId } = sampleAccount(1);
let bench: BranchBench;

const at = (index: number): BenchCounter => bench.counter(index);
const note = (counter: BenchCounter, text: string): string =>
  counter.put('note.added', { noteId: bench.newId(), text }, accountId, bench.newId());
const feedEnd = () => bench.db.selectFrom('branches').selectAll().where('branch_no', '=', BRANCH_NO).executeTakeFirstOrThrow();
const heldIds = async () => (await bench.db.selectFrom('operations').select('id').execute()).map(({ id }) => id);
const isSigned = ({ store }: BenchCounter) => store.replica.feedWord()?.position === store.replica.feedEnd().position;
const isUpToDate = ({ replication }: BenchCounter) => replication.state().state === 'up-to-date';

/** Business at all three, one change of which is left out, followed and signed. */
async function business(): Promise<string[]> {
  const ids: string[] = [];
  // The same change at two counters that have not heard of each other.
  for (const index of [1, 2]) ids.push(at(index).put('account.corrected', corrected(at(index).store, accountId, `王${index}`), accountId));
  for (const index of [0, 1, 2]) ids.push(note(at(index), `记录${index}`));
  await bench.settle();
  ids.push(note(at(2), '坏机器的最后一笔'));
  await bench.settle();
  await bench.settle(() => bench.counters.every(isSigned));
  return ids;
}

/** A machine that is gone for good: it neither sends nor asks. */
const broken = (counter: BenchCounter) => counter.replication.stop();

onEachDatabase((database) => {
  beforeEach(async () => {
    bench = await branchBench({ count: 3, db: database() });
  }, 120_000);
  afterEach(() => bench.close());

  describe('a headquarters restored from an old backup', () => {
    it('holds again what a counter had written that is broken for good, in the order it had', async () => {
      const restore = await backUpDatabase(bench.db);
      const before = await feedEnd();
      const ids = await business();
      const said = await feedEnd();
      const truth = await headquartersRows(bench.db, BRANCH_NO);
      expect(said.last_position).toBeGreaterThan(before.last_position + 4);
      expect(await bench.db.selectFrom('cases').select('case_id').execute()).toHaveLength(1);
      await broken(at(2));
      await restore();
      expect((await feedEnd()).last_position).toBe(before.last_position);
      await bench.settle(async () => (await feedEnd()).feed_hash === said.feed_hash);
      await bench.settle(() => at(0).replication.state().waiting === 0 && isUpToDate(at(1)));
      expect(await heldIds()).toEqual(expect.arrayContaining(ids));
      expect(await headquartersRows(bench.db, BRANCH_NO)).toEqual(truth);
      for (const index of [0, 1]) expect(counterRows(at(index).file)).toEqual(truth);
      // Business goes on for those who are left.
      const next = note(at(1), '继续');
      await bench.settle(() => isUpToDate(at(1)) && at(0).store.replica.operationById(next) !== null);
    });

    it('loses nothing where it has ordered something else meanwhile', async () => {
      const restore = await backUpDatabase(bench.db);
      const ids = await business();
      await broken(at(2));
      await broken(at(0));
      await restore();
      // Written at a counter that has not noticed anything, and in the way of the old order.
      at(1).store.setAcknowledgedSeq(0);
      ids.push(note(at(1), '其间'));
      await bench.settle(async () => {
        const held = new Set(await heldIds());
        const { feed_hash } = await feedEnd();
        return ids.every((id) => held.has(id)) && at(1).store.replica.feedEnd().hash === feed_hash && isUpToDate(at(1));
      });
      expect(counterRows(at(1).file)).toEqual(await headquartersRows(bench.db, BRANCH_NO));
    });

    it('knows its counters again by its own word, and no one else', async () => {
      const restore = await backUpDatabase(bench.db);
      const ids = await business();
      await broken(at(2));
      await restore();
      await bench.db.deleteFrom('counters').where('counter_id', 'in', ['C02', 'C03']).execute();
      ids.push(note(at(1), '被忘记的窗口'));
      await bench.settle(async () => {
        const held = new Set(await heldIds());
        return ids.every((id) => held.has(id)) && isUpToDate(at(0)) && isUpToDate(at(1));
      });
      // Whoever is broken is known by what it wrote, and has no key before it comes itself.
      const known = await bench.db.selectFrom('counters').select(['counter_id', 'public_key']).orderBy('counter_id').execute();
      expect(known.map(({ counter_id, public_key }) => [counter_id, public_key !== ''])).toEqual([
        ['C01', true],
        ['C02', true],
        ['C03', false],
      ]);
      at(2).replication.start();
      await bench.settle();
      expect(counterRows(at(2).file)).toEqual(await headquartersRows(bench.db, BRANCH_NO));
      // Another key shows the word of C03.
      const [key, enrolment] = [memoryKey(), at(2).store.replica.enrolmentWord()];
      const body = { version: 1, branchNo: BRANCH_NO, counterId: 'C09', publicKey: key.publicKey, enrolment };
      expect(await post('/v1/enrol/again', body, key)).toEqual({ status: 403, code: 'ENROLMENT_REFUSED' });
    });

    it('takes nothing that it has not said', async () => {
      const key = memoryKey();
      await bench.db.updateTable('counters').set({ public_key: key.publicKey }).where('counter_id', '=', 'C03').execute();
      await broken(at(2));
      for (const index of [0, 1]) note(at(index), `记录${index}`);
      await bench.settle(() => [at(0), at(1)].every((one) => isUpToDate(one) && isSigned(one)));
      const piece = at(0).store.replica.saidAfter(0);
      const end = await feedEnd();
      if (piece === null) throw new Error('nothing was said');
      const caller = { version: 1, branchNo: BRANCH_NO, counterId: 'C03', afterHash: piece.afterHash };
      const send = (entries: readonly Entry[], signature = piece.signature) =>
        post(FEED_RETURN_PATH, { ...caller, entries, signature }, key);
      expect(await send(piece.entries)).toEqual({ status: 200, same: true });
      // Signed by the one who returns it; cut short; with another content; under another counter's name.
      const last = piece.entries.at(-1) as Entry;
      const own = key.sign(feedText({ branchNo: BRANCH_NO, position: last.position, hash: last.hash }));
      expect(await send(piece.entries, own)).toMatchObject({ code: 'SIGNATURE_WRONG' });
      expect(await send(piece.entries.slice(0, -1))).toMatchObject({ code: 'SIGNATURE_WRONG' });
      expect(await send([...piece.entries.slice(0, -1), { ...last, operationHash: 'a'.repeat(64) }])).toMatchObject({
        code: 'CHAIN_BROKEN',
      });
      expect(await send(piece.entries.map((entry) => ({ ...entry, counterId: 'C09' })))).toMatchObject({ code: 'CHAIN_BROKEN' });
      expect(await feedEnd()).toEqual(end);
    });
  });
});

async function post(path: string, body: object, key: CounterKey): Promise<Record<string, unknown>> {
  const json = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', ...signatureOf(json, path, key) };
  const answer = await bench.deliver(new URL(`http://headquarters${path}`), { method: 'POST', headers, body: Buffer.from(json) });
  const { code, same } = (await answer.json()) as { code?: string; same?: boolean };
  return { status: answer.status, ...(code === undefined ? {} : { code }), ...(same === undefined ? {} : { same }) };
}
