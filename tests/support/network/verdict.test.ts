// The judge of the network simulation is judged: a world that has come to the right end is tampered with in one place, and the judge must name it.
import DatabaseFile from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../src/hq/database.ts';
import type { Tables } from '../../../src/hq/tables.ts';
import { judgeWorld } from './verdict.ts';
import { createWorld, type SimulatedCounter, type World } from './world.ts';

/** In this life changes were left out and something went into quarantine. */
const SEED = 9;
const BRANCH = 'B0';
const TAMPERED = ['operations', 'entries', 'postings', 'projections', 'cases'] as const satisfies readonly (keyof Tables)[];

let db: Database;
let world: World;
let counter: SimulatedCounter;
/** Headquarters as it was. */
const whole = new Map<(typeof TAMPERED)[number], unknown[]>();
let repairs: (() => void)[] = [];

beforeAll(async () => {
  db = await openDatabase({ kind: 'memory' });
  world = await createWorld({ seed: SEED, db, branches: 1, countersPerBranch: 3, accounts: 4 });
  await world.live(40);
  counter = world.counters[1] as SimulatedCounter;
  for (const table of TAMPERED) whole.set(table, await db.selectFrom(table).selectAll().execute());
}, 60_000);
afterAll(async () => {
  await world.close();
  await db.destroy();
});

afterEach(async () => {
  for (const repair of repairs.splice(0)) repair();
  for (const table of TAMPERED) {
    await db.deleteFrom(table).execute();
    await db
      .insertInto(table)
      .values((whole.get(table) ?? []) as Tables['cases'][])
      .execute();
  }
  repairs = [];
  expect(await judgeWorld(world)).toEqual([]);
});

/** Changes a counter's own rows; put back after the test. */
function atCounter({ file }: SimulatedCounter, change: { readonly sql: string; readonly back: string; readonly key: string }): void {
  const run = (sql: string) => {
    const rows = new DatabaseFile(file);
    expect(rows.prepare(sql).run(change.key).changes).toBe(1);
    rows.close();
  };
  run(change.sql);
  repairs.push(() => run(change.back));
}

const opsOf = async ({ counterId }: SimulatedCounter) =>
  db.selectFrom('operations').selectAll().where('counter_id', '=', counterId).orderBy('seq').execute();
const lastOf = async (one: SimulatedCounter) => (await opsOf(one)).at(-1) as Tables['operations'];
const place = ({ counter_id, seq }: Pick<Tables['operations'], 'counter_id' | 'seq'>) => ({ counter_id, seq });

/** Gives an operation another verdict, in the feed as well. */
async function judged(operation: Tables['operations'], verdict: Tables['operations']['verdict']): Promise<void> {
  for (const table of ['operations', 'entries'] as const) {
    const { counter_id, seq } = place(operation);
    await db.updateTable(table).set({ verdict }).where('counter_id', '=', counter_id).where('seq', '=', seq).execute();
  }
}

const appliedIn = async (kind: string) =>
  (await db
    .selectFrom('operations')
    .selectAll()
    .where('verdict', '=', 'applied')
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()) as Tables['operations'];
const aCase = async () => (await db.selectFrom('cases').selectAll().executeTakeFirstOrThrow()) as Tables['cases'];

const shorter = `UPDATE account SET phone = '1' || phone WHERE account_id = ?`;
const asItWas = 'UPDATE account SET phone = substr(phone, 2) WHERE account_id = ?';

/** What is done to the world, and the words of the judge that must be among what it finds. */
const MUTATIONS: readonly (readonly [what: string, words: string, tamper: () => Promise<void>])[] = [
  [
    'a lost operation',
    'journal of C1 is not what headquarters holds',
    async () => {
      const { counter_id, seq } = await lastOf(counter);
      for (const table of ['entries', 'operations'] as const)
        await db.deleteFrom(table).where('counter_id', '=', counter_id).where('seq', '=', seq).execute();
    },
  ],
  [
    'an operation that is held twice',
    'journal of C1 is not what headquarters holds',
    async () => {
      const last = await lastOf(counter);
      const again = { ...last, seq: last.seq + 1, hash: 'f'.repeat(64), previous_hash: last.hash, id: `${last.id}-again` };
      const end = (await db.selectFrom('entries').selectAll().orderBy('position', 'desc').executeTakeFirstOrThrow()) as Tables['entries'];
      await db.insertInto('operations').values(again).execute();
      const hashes = { hash: 'e'.repeat(64), operation_hash: again.hash };
      await db
        .insertInto('entries')
        .values({ ...end, ...place(again), ...hashes, position: end.position + 1 })
        .execute();
    },
  ],
  [
    'money that is counted twice',
    'cash: found',
    async () => {
      const rows = await db.selectFrom('postings').selectAll().where('ledger_account', '=', 'cash-drawer').execute();
      const [row] = rows as Tables['postings'][];
      if (row === undefined) throw new Error('no cash in this life');
      await db
        .insertInto('postings')
        .values({ ...row, line: 90 })
        .execute();
    },
  ],
  [
    'a wrong fold at one counter',
    'rows of C1',
    async () => atCounter(counter, { sql: shorter, back: asItWas, key: (await appliedIn('account.corrected')).account_id }),
  ],
  [
    'the same wrong fold everywhere, headquarters among them',
    'telephones at C1',
    async () => {
      const { account_id: key } = await appliedIn('account.corrected');
      for (const one of world.counters) atCounter(one, { sql: shorter, back: asItWas, key });
      const row = await db.selectFrom('projections').selectAll().where('row_key', '=', `account/${key}`).executeTakeFirstOrThrow();
      const body = JSON.parse(row.body) as { readonly phone: string };
      const changed = JSON.stringify({ ...body, phone: `1${body.phone}` });
      await db.updateTable('projections').set({ body: changed }).where('row_key', '=', row.row_key).execute();
    },
  ],
  [
    'a missing exception case',
    'cases: ',
    async () => {
      const { case_id } = await aCase();
      await db.deleteFrom('cases').where('case_id', '=', case_id).execute();
    },
  ],
  [
    'an exception case that one counter never heard of',
    'cases at C1',
    async () => {
      const { case_id: key } = await aCase();
      const [sql, back] = [
        "UPDATE exception_case SET body = json_set(body, '$.state', 'gone') WHERE case_id = ?",
        "UPDATE exception_case SET body = json_set(body, '$.state', 'open') WHERE case_id = ?",
      ];
      atCounter(counter, { sql, back, key });
    },
  ],
  [
    'a wrong extra case',
    'cases: ',
    async () => {
      const { id } = await appliedIn('deposit.taken');
      await db
        .insertInto('cases')
        .values({ ...(await aCase()), case_id: id })
        .execute();
    },
  ],
  [
    'a change that was taken though another one came first',
    'conflicts: ',
    async () => judged((await conflicts())[0] as Tables['operations'], 'applied'),
  ],
  [
    'a change that was left out though nothing came first',
    'conflicts: ',
    async () => judged(await appliedIn('account.corrected'), 'conflict'),
  ],
  ['an operation in quarantine that is sound', 'quarantined: ', async () => judged(await appliedIn('deposit.taken'), 'quarantined')],
];

async function conflicts() {
  return db.selectFrom('operations').selectAll().where('verdict', '=', 'conflict').execute();
}

describe('the judge of the network', () => {
  it('finds nothing in a life in which changes met', async () => {
    expect((await conflicts()).length).toBeGreaterThan(1);
    expect(await judgeWorld(world)).toEqual([]);
  });

  it.each(MUTATIONS)('names %s', async (_what, words, tamper) => {
    await tamper();
    const wrong = await judgeWorld(world);
    expect(wrong.filter((one) => one.startsWith(`${BRANCH}: ${words}`))).toHaveLength(1);
  });
});
