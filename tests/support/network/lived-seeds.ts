// Small worlds lived from seeds, one after another, each judged by the auditor: the body of the network tests, which share the seeds between two files
// so that two processes live them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/hq/database.ts';
import { TEST_DATABASES } from '../headquarters-databases.ts';
import { judgeWorld } from './verdict.ts';
import { createWorld, type Happened } from './world.ts';

/** Of each seed, so that all of them are lived on every push. */
const SMALL = { branches: 1, countersPerBranch: 3, accounts: 8 };
const OPERATIONS = 30;
const PARTS = 5;

/** So many meet every accident there is. */
const MANY = 100;

/** Declares the tests over the seeds from `first` on, `count` of them, with headquarters on the database of that name. */
export function liveSeeds({
  first,
  count,
  on,
}: {
  readonly first: number;
  readonly count: number;
  readonly on: 'PGlite' | 'PostgreSQL';
}): void {
  let db: Database;
  let close = async (): Promise<void> => {};
  beforeAll(async () => {
    const opened = await TEST_DATABASES.find(({ name }) => name === on)?.open();
    if (opened === undefined) throw new RangeError(`no ${on}`);
    ({ db, close } = opened);
  }, 120_000);
  afterAll(() => close());

  const seen: Partial<Record<keyof Happened, number>> = {};

  async function live(seed: number): Promise<readonly string[]> {
    const world = await createWorld({ seed, db, ...SMALL });
    try {
      await world.live(OPERATIONS);
      for (const key of Object.keys(world.happened) as (keyof Happened)[]) seen[key] = (seen[key] ?? 0) + world.happened[key];
      return (await judgeWorld(world)).map((wrong) => `seed ${seed}: ${wrong}`);
    } finally {
      await world.close();
    }
  }

  describe(`a branch with three counters, on ${on}`, () => {
    const seeds = Array.from({ length: count }, (_, index) => first + index);
    const parts = Array.from({ length: PARTS }, (_, part) => seeds.filter((seed) => seed % PARTS === part));
    it.each(parts.map((part) => [`${part[0]}, ${part[1]}, … ${part.at(-1)}`, part] as const))(
      'agrees in the end (seeds %s)',
      { timeout: 300_000 },
      async (_name, part) => {
        const wrong: string[] = [];
        for (const seed of part) wrong.push(...(await live(seed)));
        expect(wrong).toEqual([]);
      },
    );

    if (count < MANY) return;
    it('has met every accident', () => {
      expect(Object.entries(seen).filter(([, met]) => met === 0)).toEqual([]);
      expect(Object.keys(seen)).toHaveLength(8);
    });
  });
}
