// npm run simulate -- --seed N --operations 2000: one life of the simulated network, with progress, and whether it came to the right end.
// `--seeds N` lives the seeds from `--seed` on, `--branches`, `--counters` and `--accounts` change its size.
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/hq/database.ts';
import { judgeWorld } from '../tests/support/network/verdict.ts';
import { createWorld } from '../tests/support/network/world.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seed: { ...text, default: '1' },
    seeds: { ...text, default: '1' },
    operations: { ...text, default: '2000' },
    branches: { ...text, default: '3' },
    counters: { ...text, default: '3' },
    accounts: text,
  },
});
const number = (given: string): number => {
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value <= 0) throw new RangeError('options take positive whole numbers');
  return value;
};
const operations = number(values.operations);
const [branches, countersPerBranch] = [number(values.branches), number(values.counters)];
const accounts = values.accounts === undefined ? Math.max(5, Math.round(operations / 4)) : number(values.accounts);
const first = number(values.seed);

const db = await openDatabase({ kind: 'memory' });
let failed = 0;
for (let seed = first; seed < first + number(values.seeds); seed += 1) {
  const startedMs = performance.now();
  const world = await createWorld({ seed, branches, countersPerBranch, accounts, db });
  let wrong: string[];
  try {
    const wanted = operations * branches * countersPerBranch;
    await world.live(operations, (done) => process.stderr.write(`\rseed ${seed}: ${done} of ${wanted} operations `));
    wrong = await judgeWorld(world);
  } catch (error) {
    wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  } finally {
    await world.close().catch(() => undefined);
  }
  process.stderr.write('\r');
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`${wrong.length === 0 ? '✓' : '✗'} seed ${seed} (${seconds} s) ${JSON.stringify(world.happened)}`);
  for (const line of wrong) console.log(`  ${line}`);
  if (wrong.length > 0) failed += 1;
}
await db.destroy();
if (failed > 0) console.log(`${failed} of ${values.seeds} seeds came to a wrong end`);
process.exit(failed > 0 ? 1 : 0);
