// The whole network from seeds: branches, counters with their clerks, a line with every fault, crashes and restored backups on both sides. In the end
// everybody agrees, and with the auditor. `npm run simulate -- --seed N --operations 2000` lives any seed in any size.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/hq/database.ts';
import { judgeWorld } from '../support/network/verdict.ts';
import { createWorld, type Happened } from '../support/network/world.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);
/** Of each seed, so that all of them are lived on every push. */
const SMALL = { branches: 1, countersPerBranch: 3, accounts: 8 };
const OPERATIONS = 30;
const PARTS = 10;

let db: Database;
beforeAll(async () => {
  db = await openDatabase({ kind: 'memory' });
});
afterAll(() => db.destroy());

const seen: Partial<Record<keyof Happened, number>> = {};

async function live(seed: number, size: typeof SMALL, operations: number): Promise<readonly string[]> {
  const world = await createWorld({ seed, db, ...size });
  try {
    await world.live(operations);
    for (const key of Object.keys(world.happened) as (keyof Happened)[]) seen[key] = (seen[key] ?? 0) + world.happened[key];
    return (await judgeWorld(world)).map((wrong) => `seed ${seed}: ${wrong}`);
  } finally {
    await world.close();
  }
}

describe('a branch with three counters', () => {
  const parts = Array.from({ length: PARTS }, (_, part) => SEEDS.filter((seed) => seed % PARTS === part));
  it.each(parts.map((seeds) => [`${seeds[0]}, ${seeds[1]}, … ${seeds.at(-1)}`, seeds] as const))(
    'agrees in the end (seeds %s)',
    { timeout: 300_000 },
    async (_name, seeds) => {
      const wrong: string[] = [];
      for (const seed of seeds) wrong.push(...(await live(seed, SMALL, OPERATIONS)));
      expect(wrong).toEqual([]);
    },
  );

  it('has met every accident', () => {
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
    expect(Object.keys(seen)).toHaveLength(8);
  });
});
