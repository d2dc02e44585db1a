// A counter that headquarters has locked out, lived through by real counters: it says so, keeps its journal, and its neighbours leave it alone.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNews, feedEnd } from '../../src/hq/feed.ts';
import { acceptHeld, lockOut, unlock } from '../../src/hq/locks.ts';
import { type BenchCounter, BRANCH_NO, type BranchBench, branchBench } from '../support/branch-bench.ts';
import { onEachDatabase } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const { accountId } = sampleAccount(1);
let bench: BranchBench;

const noLine = (async () => {
  throw new TypeError('no route');
}) as typeof fetch;
const named = { counterId: 'C03', branchNo: BRANCH_NO };
const from = { named, news: createNews(), nowMs: () => 1_772_400_000_000 };
const note = (counter: BenchCounter, text: string) => counter.put('note.added', { noteId: bench.newId(), text }, accountId);
const notesAt = ({ store }: BenchCounter) =>
  store.operationsOf(accountId, 50).flatMap((one) => (one.kind === 'note.added' ? [one.payload.text] : []));
const rosterOf = ({ store }: BenchCounter) => store.replica.neighbours.roster().map(({ counterId }) => counterId);

onEachDatabase((database) => {
  beforeEach(async () => {
    bench = await branchBench({ count: 3, hasNetwork: true, db: database() });
    await bench.settle(() =>
      bench.counters.every((one) => one.store.replica.neighbours.roster().filter(({ place }) => place !== null).length === 3),
    );
  }, 120_000);
  afterEach(() => bench.close());

  /** What the others hold of the books is what headquarters does. */
  async function expectOneTruth(counters: readonly BenchCounter[]): Promise<void> {
    const truth = await headquartersRows(bench.db, BRANCH_NO);
    for (const { file, name } of counters) expect(counterRows(file), name).toEqual(truth);
  }
  async function haveFollowed(counters: readonly BenchCounter[]): Promise<boolean> {
    const { hash } = await feedEnd(bench.db, BRANCH_NO);
    return counters.every(({ store }) => store.replica.feedEnd().hash === hash);
  }
  const waitingOf = async (): Promise<number> => {
    const held = bench.db.selectFrom('operations').select('seq').where('counter_id', '=', 'C03').where('code', '=', 'COUNTER_LOCKED');
    return (await held.execute()).length;
  };

  it('is left alone by its neighbours, and what they had of it waits at headquarters until people let it count', {
    timeout: 60_000,
  }, async () => {
    const [first, second, third] = [0, 1, 2].map((index) => bench.counter(index)) as [BenchCounter, BenchCounter, BenchCounter];
    // Its own line is cut: what it sells reaches only the neighbours, who have a line.
    third.line = noLine;
    note(third, '停用前');
    await bench.settle(() => first.store.replica.neighbours.unordered().length === 1);
    await lockOut(bench.db, { named, reason: '夜里被盗', nowMs: from.nowMs() });
    await bench.settle(async () => (await waitingOf()) === 1);
    await bench.settle(() => !rosterOf(first).includes('C03') && !rosterOf(second).includes('C03'));
    await bench.settle(() => haveFollowed([first, second]));
    await expectOneTruth([first, second]);
    expect(Object.keys(counterRows(first.file)).filter((key) => key.startsWith('record-note/'))).toEqual([]);

    // Nobody hears what it does from now on, and it relays for itself.
    note(third, '停用后');
    await bench.settle(() => third.replication.state().neighbours?.isRelay === true);
    expect(notesAt(first)).not.toContain('停用后');

    expect((await acceptHeld(bench.db, from)).judged).toMatchObject([{ verdict: 'applied' }]);
    await bench.settle(() => haveFollowed([first, second]));
    await expectOneTruth([first, second]);
    expect(Object.keys(counterRows(first.file)).filter((key) => key.startsWith('record-note/'))).toHaveLength(1);
    expect(await waitingOf()).toBe(0);
  });

  it('says so with the reason, keeps its journal, and goes on by itself once it is let in again', { timeout: 60_000 }, async () => {
    const third = bench.counter(2);
    await bench.settle();
    await lockOut(bench.db, { named, reason: '夜里被盗', nowMs: from.nowMs() });
    note(third, '停用后');
    await bench.settle(() => third.replication.state().state === 'locked');
    const { lastError, waiting } = third.replication.state();
    expect(lastError).toEqual({
      code: 'HEADQUARTERS_REFUSED',
      context: { status: 403, seq: 0, code: 'COUNTER_LOCKED', reason: '夜里被盗' },
    });
    expect(waiting).toBe(1);
    expect(third.store.verifyJournal()).toEqual({ ok: true });
    expect(notesAt(third)).toContain('停用后');
    // After a restart without a line it does not know, and learns it again with one.
    await bench.restart(third);
    await bench.settle(() => third.replication.state().state === 'locked');

    await unlock(bench.db, { ...from, reason: '设备找回' });
    await bench.settle();
    expect(third.replication.state()).toMatchObject({ state: 'up-to-date', waiting: 0, setAside: 0 });
    await expectOneTruth(bench.counters);
  });
});
