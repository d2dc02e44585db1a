// Measures whether memory stays flat on both sides: a counter sends a long life of top-ups to headquarters, another one follows it, all by the real
// code over HTTP. `--operations 1000000` lives the million of the issue; the default is what a build has time for.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDatabase } from '../../src/hq/database.ts';
import { createReplication } from '../../src/main/replication/index.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import { enrolDirectly, TEST_KEY } from '../support/counter-keys.ts';
import { HASTY_SETTINGS, newDatabase, startPostgres } from '../support/postgres-server.ts';
import { beginning } from './headquarters-bench.ts';
import { numberOption, report } from './report.ts';

const branchNo = '01';
const ACCOUNTS = 500;
/** Operations of one top-up. */
const STEPS = 6;
/** Between two looks at the other side, ms. */
const LOOK_MS = 20;
/** Looks at the memory. */
const LOOKS = 8;
/** What caches and statistics may add between the first quarter and the end. */
const BOUND = 1.25;
const operations = numberOption('operations', 24_000);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const clock = { nowMs: () => performance.now() };
const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Memory {
  readonly heapBytes: number;
  readonly residentBytes: number;
}

const dir = mkdtempSync(join(tmpdir(), 'countertop-bench-memory-'));
const postgres = await startPostgres(HASTY_SETTINGS);
const database = await newDatabase(postgres.url);
const main = join(import.meta.dirname, '..', '..', 'src', 'hq', 'main.ts');
const headquarters = fork(main, ['--database', database.url], {
  execArgv: ['--expose-gc', '--import', join(import.meta.dirname, 'tell-memory.ts')],
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
const stores: StoreHandle[] = [];
try {
  const [ready] = (await once(createInterface({ input: headquarters.stdout as Readable }), 'line')) as [string];
  const db = await openDatabase({ kind: 'url', url: database.url });
  const open = async (counterId: string) => {
    await enrolDirectly(db, { branchNo, counterId });
    const store = await openStore({ file: join(dir, `${counterId}.sqlite`), backupDir: dir, counterId, clock });
    stores.push(store);
    store.replica.setEnrolledBranch(branchNo);
    const replication = createReplication({
      ...{ store, url: ready.replace(/^ready /, ''), key: TEST_KEY, ownCode: null, clock, timers, random: () => 0.5 },
      ...{ publish: () => undefined, followed: () => undefined },
    });
    return { store, replication };
  };
  const [sender, follower] = [await open('C01'), await open('C02')];
  await db.destroy();
  const begun = beginning({ branchNo, first: 1_000, accounts: ACCOUNTS });
  sender.store.importOperations(begun.operations);
  for (const { replication } of [sender, follower]) replication.start();

  /** Appends top-ups and waits until headquarters and the other counter have them. */
  async function live(from: number, to: number): Promise<void> {
    for (let number = from; number < to; number += 100) {
      const some = Array.from({ length: Math.min(100, to - number) }, (_, index) => begun.topup(number + index)).flat();
      sender.store.importOperations(some);
      sender.replication.nudge();
      while (sender.store.acknowledgedSeq() < sender.store.lastSeq()) await wait(LOOK_MS);
    }
    while (follower.store.replica.feedEnd().position < sender.store.lastSeq()) await wait(LOOK_MS);
  }
  async function theirs(): Promise<Memory> {
    headquarters.send('memory');
    const [memory] = (await once(headquarters, 'message')) as [Memory];
    return memory;
  }

  const topups = Math.ceil(operations / STEPS);
  const looks: { readonly ours: Memory; readonly theirs: Memory }[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await live(Math.floor((topups * look) / LOOKS), Math.floor((topups * (look + 1)) / LOOKS));
    collect();
    const ours = { heapBytes: process.memoryUsage().heapUsed, residentBytes: process.memoryUsage.rss() };
    looks.push({ ours, theirs: await theirs() });
  }
  const mb = (bytes: number) => Math.round(bytes / 104_857.6) / 10;
  for (const side of ['ours', 'theirs'] as const) {
    console.log(
      `${side}: ${looks.map((look) => `${mb(look[side].heapBytes)}/${Math.round(mb(look[side].residentBytes))}`).join(' ')} MB heap/resident`,
    );
    const [early, late] = [looks[LOOKS / 4 - 1], looks.at(-1)].map((look) => look?.[side].heapBytes ?? Number.NaN);
    if (early === undefined || late === undefined) throw new RangeError('no looks');
    report({
      ...{
        name: `heap of ${side === 'ours' ? 'two counters' : 'headquarters'} over ${operations} operations`,
        unit: 'MB, end against first quarter',
      },
      ...{ ours: mb(late), reference: mb(early), ratio: late / early, sense: 'max', bound: BOUND },
    });
  }
  for (const { replication } of [sender, follower]) await replication.stop();
} finally {
  headquarters.kill();
  for (const store of stores) store.close();
  await database.drop();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();
