// The whole network from seeds: branches, counters, a line with every fault, crashes and restored backups. In the end everybody agrees, and with the auditor.
import { describe, expect, it } from 'vitest';
import { linkOf } from '../../src/hq/feed.ts';
import { branchTotals } from '../../src/hq/totals.ts';
import type { Operation } from '../../src/shared/domain/operation.ts';
import { audit } from '../support/network/auditor.ts';
import { createWorld, type World } from '../support/network/world.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';

/** `COUNTERTOP_SEED` repeats one; `COUNTERTOP_SEEDS` and `COUNTERTOP_OPERATIONS` make the campaign as large as wanted. */
const { COUNTERTOP_SEED, COUNTERTOP_SEEDS = '3', COUNTERTOP_OPERATIONS = '30' } = process.env;
const SEEDS =
  COUNTERTOP_SEED === undefined ? Array.from({ length: Number(COUNTERTOP_SEEDS) }, (_, index) => index + 1) : [Number(COUNTERTOP_SEED)];
const OPERATIONS = Number(COUNTERTOP_OPERATIONS);

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

/** A note that headquarters could not read stands only where it was written. */
const withoutPoison = (rows: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(rows).filter(([key]) => !key.startsWith('record-note/poison')));

/** Rows that are not the same, both sides. */
const differences = (left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>) =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((key) => left[key] !== right[key])
    .map((key) => [key, left[key], right[key]]);

describe('a network of three branches with three counters each', () => {
  it.each(SEEDS)('agrees in the end (seed %i)', { timeout: 600_000 }, async (seed) => {
    const world = await createWorld({ seed, branches: 3, countersPerBranch: 3 });
    try {
      await world.live(OPERATIONS);
      for (const branchNo of new Set(world.counters.map((counter) => counter.branchNo))) {
        const counters = world.counters.filter((counter) => counter.branchNo === branchNo);
        const ordered = await orderedOf(world, branchNo);
        // Nothing lost, nothing twice: every journal is held whole, in its own order.
        for (const { counterId, store } of counters) {
          const journal = store.operationsAfter(0, 1_000_000).map(({ hash }) => hash);
          const held = ordered.filter(({ operation }) => operation.counterId === counterId).map(({ operation }) => operation);
          expect(held.sort((left, right) => left.seq - right.seq).map(({ hash }) => hash)).toEqual(journal);
          expect(store.verifyJournal()).toEqual({ ok: true });
        }
        // The same fold everywhere.
        const truth = await headquartersRows(world.db, branchNo);
        for (const { counterId, file } of counters) expect(differences(withoutPoison(counterRows(file)), truth), counterId).toEqual([]);

        const expected = audit(
          ordered.map(({ operation }) => operation),
          world.known,
        );
        const idsOf = (verdict: string) => ordered.filter((one) => one.verdict === verdict).map(({ operation }) => operation.id);
        expect(idsOf('conflict')).toEqual(expected.conflicts);
        expect(idsOf('quarantined')).toEqual(expected.quarantined);
        const cases = await world.db.selectFrom('cases').select('case_id').where('branch_no', '=', branchNo).execute();
        expect(cases.map((one) => one.case_id).sort()).toEqual([...expected.conflicts, ...expected.cases].sort());
        const ledgerFen = (await branchTotals(world.db)).find((one) => one.branchNo === branchNo)?.ledgerFen;
        expect(ledgerFen?.['cash-drawer'] ?? 0).toBe(expected.drawerFen);
        expect(0 - (ledgerFen?.['undelivered-purchase'] ?? 0)).toBe(expected.undeliveredFen);
        expect(ledgerFen?.receivable ?? 0).toBe(expected.receivableFen);
        for (const { store } of counters) {
          for (const [accountId, name] of Object.entries(expected.names)) expect(store.account(accountId)?.customerName).toBe(name);
          expect(store.replica.cases().filter(({ state }) => state === 'open')).toHaveLength(cases.length);
        }
      }
    } finally {
      await world.close();
    }
  });
});
