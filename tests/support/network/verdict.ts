// Whether a simulated network has come to the right end: every replica against headquarters, headquarters against the journals and the auditor.
import { isDeepStrictEqual } from 'node:util';
import { sumUp } from '../../../src/hq/day-totals.ts';
import { linkOf } from '../../../src/hq/feed.ts';
import { branchTotals } from '../../../src/hq/totals.ts';
import type { Operation } from '../../../src/shared/domain/operation.ts';
import { counterRows, headquartersRows } from '../replica-rows.ts';
import { audit } from './auditor.ts';
import type { SimulatedCounter, World } from './world.ts';

/** Codes by which a counter is told that it runs on an old copy. */
const OLD_COPY: readonly unknown[] = ['SEQUENCE_FORK', 'JOURNAL_BEHIND', 'CHAIN_BROKEN'];
/** As many differences are named. */
const SHOWN = 3;

/** A branch's operations in the order of their acceptance. */
async function orderedOf({ db }: World, branchNo: string) {
  const rows = await db
    .selectFrom('entries as entry')
    .innerJoin('operations as operation', (join) =>
      join
        .onRef('operation.branch_no', '=', 'entry.branch_no')
        .onRef('operation.counter_id', '=', 'entry.counter_id')
        .onRef('operation.seq', '=', 'entry.seq'),
    )
    .selectAll('operation')
    .select('entry.position')
    .where('entry.branch_no', '=', branchNo)
    .orderBy('entry.position')
    .execute();
  // One that was accepted after it had been in quarantine has its place where it was accepted.
  const last = new Map(rows.map((row) => [row.hash, row.position]));
  return rows
    .filter((row) => last.get(row.hash) === row.position)
    .map((row) => ({ verdict: row.verdict, operation: linkOf(row) as unknown as Operation }));
}

type Ordered = Awaited<ReturnType<typeof orderedOf>>;

/** Returns everything that is wrong with a world that has settled, in words; nothing for a right one. */
export async function judgeWorld(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const branchNo of new Set(world.counters.map((counter) => counter.branchNo))) {
    const say = (what: string) => wrong.push(`${branchNo}: ${what}`);
    const expect = (what: string, { found, wanted }: { readonly found: unknown; readonly wanted: unknown }): void => {
      if (!isDeepStrictEqual(found, wanted)) say(`${what}: ${firstDifference(found, wanted)}`);
    };
    const counters = world.counters.filter((counter) => counter.branchNo === branchNo);
    const ordered = await orderedOf(world, branchNo);
    const truth = await headquartersRows(world.db, branchNo);
    const running = counters.filter((counter) => !judgeJournal(counter, ordered, say));
    for (const { counterId, file } of running) {
      expect(`rows of ${counterId}`, { found: withoutPoison(counterRows(file)), wanted: truth });
    }
    const idsOf = (verdict: string) => ordered.filter((one) => one.verdict === verdict).map(({ operation }) => operation.id);
    const expected = audit(ordered.map(({ operation }) => operation));
    expect('conflicts', { found: idsOf('conflict'), wanted: expected.conflicts });
    expect('quarantined', { found: idsOf('quarantined'), wanted: expected.quarantined });
    const cases = await world.db.selectFrom('cases').select('case_id').where('branch_no', '=', branchNo).execute();
    expect('cases', { found: cases.map((one) => one.case_id).sort(), wanted: [...expected.conflicts, ...expected.cases].sort() });
    const ledgerFen = (await branchTotals(world.db)).find((one) => one.branchNo === branchNo)?.ledgerFen ?? {};
    expect('sums of the page', { found: await summed(world, branchNo), wanted: withoutZeros(ledgerFen) });
    expect('cash', { found: ledgerFen['cash-drawer'] ?? 0, wanted: expected.drawerFen });
    expect('undelivered', { found: 0 - (ledgerFen['undelivered-purchase'] ?? 0), wanted: expected.undeliveredFen });
    expect('receivable', { found: ledgerFen.receivable ?? 0, wanted: expected.receivableFen });
    expect('deposits', { found: 0 - (ledgerFen['customer-deposit'] ?? 0), wanted: expected.depositFen });
    for (const { store, counterId } of running) {
      const phones = Object.fromEntries(Object.keys(expected.phones).map((id) => [id, store.account(id)?.phone]));
      expect(`telephones at ${counterId}`, { found: phones, wanted: expected.phones });
      const verified = Object.fromEntries(Object.keys(expected.verified).map((no) => [no, store.meter(no)?.detail.verifiedUntil]));
      expect(`verifications at ${counterId}`, { found: verified, wanted: expected.verified });
      const openCases = store.replica.cases().filter(({ state }) => state === 'open');
      expect(`cases at ${counterId}`, { found: openCases.length, wanted: Math.min(200, cases.length) });
    }
  }
  return wrong;
}

/** What headquarters' page shows of a branch: sums that follow the feed, through every crash and restored backup. */
async function summed({ db }: World, branchNo: string): Promise<Readonly<Record<string, number>>> {
  await sumUp(db);
  const rows = await db
    .selectFrom('day_totals')
    .select(['ledger_account', ({ fn }) => fn.sum<string>('amount_fen').as('sum_fen')])
    .where('branch_no', '=', branchNo)
    .groupBy('ledger_account')
    .execute();
  return withoutZeros(Object.fromEntries(rows.map((row) => [row.ledger_account, Number(row.sum_fen)])));
}

const withoutZeros = (sums: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(sums)
      .filter(([, amountFen]) => amountFen !== 0)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );

/** Nothing lost, nothing twice: the journal is held whole, in its own order. Returns whether the counter is known to run on an old copy and has stopped. */
function judgeJournal(
  { counterId, store, replication, restored }: SimulatedCounter,
  ordered: Ordered,
  say: (what: string) => void,
): boolean {
  const journal = store.operationsAfter(0, 1_000_000).map(({ hash }) => hash);
  const operations = ordered.filter(({ operation }) => operation.counterId === counterId).map(({ operation }) => operation);
  const held = operations.sort((left, right) => left.seq - right.seq).map(({ hash }) => hash);
  if (!store.verifyJournal().ok) say(`journal of ${counterId} does not verify`);
  if (isDeepStrictEqual(held, journal)) return false;
  const { lastError } = replication.state();
  const isKnown = restored && OLD_COPY.includes(lastError?.context.code);
  if (!isKnown)
    say(`journal of ${counterId} is not what headquarters holds: ${firstDifference(held, journal)}; ${JSON.stringify(lastError)}`);
  // Headquarters keeps what it held; nothing of the copy's own life after the restore may have come in.
  const common = held.findIndex((hash, index) => hash !== journal[index]);
  if (isKnown && held.slice(common).some((hash) => journal.includes(hash)))
    say(`headquarters took operations of the old copy of ${counterId}`);
  return true;
}

/** A note that headquarters could not read stands only where it was written. */
const withoutPoison = (rows: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(rows).filter(([key]) => !key.startsWith('record-note/poison')));

function firstDifference(found: unknown, wanted: unknown): string {
  if (typeof found !== 'object' || typeof wanted !== 'object' || found === null || wanted === null) {
    return `found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`;
  }
  const [left, right] = [found, wanted] as unknown as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((key) => !isDeepStrictEqual(left[key], right[key]));
  const words = keys.slice(0, SHOWN).map((key) => `${key}: found ${JSON.stringify(left[key])}, wanted ${JSON.stringify(right[key])}`);
  return `${keys.length} differences; ${words.join('; ')}`;
}
