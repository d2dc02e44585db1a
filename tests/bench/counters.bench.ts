// Measures a company at work: 1,000 counters that hold their questions open, each with a trickle of operations; how long a change takes to another
// counter of its branch, and what headquarters needs of memory for it.
import { readFileSync } from 'node:fs';
import { openDatabase } from '../../src/hq/database.ts';
import { GENESIS_HASH } from '../../src/shared/domain/operation.ts';
import { FEED_PATH, type Page } from '../../src/shared/wire/feed.ts';
import { enrolDirectly, signatureOf } from '../support/counter-keys.ts';
import { type MemoryJournal, memoryJournal } from '../support/journal.ts';
import { newDatabase, startPostgres } from '../support/postgres-server.ts';
import { sampleId, sampleOperation } from '../support/sample-operations.ts';
import { DURABLE_SETTINGS, onOneCorePair, poster, prepareBatches, startHeadquarters } from './headquarters-bench.ts';
import { numberOption, percentile, report } from './report.ts';

onOneCorePair();

/** What a change may take to another hall, ms. */
const LIMIT_MS = 2_000;
/** How long the last changes are waited for, ms. */
const PATIENCE_MS = 60_000;
const COUNTERS_PER_BRANCH = 10;
const counters = numberOption('counters', 1_000);
/** How often each counter sends something, s: a top-up every two minutes is a busy hall. */
const everySeconds = numberOption('every', 120);
const seconds = numberOption('seconds', 20);

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Resident memory of a process, MB. */
const residentMb = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

const postgres = await startPostgres(DURABLE_SETTINGS);
const database = await newDatabase(postgres.url);
try {
  const db = await openDatabase({ kind: 'url', url: database.url });
  const journals = Array.from({ length: counters }, (_, index) =>
    memoryJournal({ branchNo: `B${Math.floor(index / COUNTERS_PER_BRANCH)}`, counterId: `C${index}` }),
  );
  for (const journal of journals) await enrolDirectly(db, journal);
  const headquarters = await startHeadquarters(database.url);
  const line = poster(headquarters.url);
  const sentAtMs = new Map<string, number>();
  const samples: number[] = [];
  let isSending = true;
  let isOver = false;

  /** Follows the feed of its branch as a counter does. */
  async function follow({ branchNo, counterId }: MemoryJournal): Promise<void> {
    for (let [position, hash] = [0, GENESIS_HASH]; !isOver; ) {
      const body = Buffer.from(JSON.stringify({ version: 1, branchNo, counterId, position, hash, heard: [], waitMs: 25_000 }));
      const headers = { 'content-type': 'application/json', ...signatureOf(body, FEED_PATH) };
      const page = (await line.post({ path: FEED_PATH, headers, body })) as Page;
      const nowMs = performance.now();
      for (const entry of page.entries) {
        if (entry.counterId !== counterId) samples.push(nowMs - (sentAtMs.get(`${entry.counterId} ${entry.seq}`) ?? Number.NaN));
        ({ position, hash } = entry);
      }
    }
  }

  /** Sends an operation now and then, the first at its place in the round. */
  async function trickle(journal: MemoryJournal, index: number): Promise<void> {
    await wait((everySeconds * 1_000 * ((index * 7_919) % counters)) / counters);
    for (let step = 0; isSending; step += 1) {
      const payload = { what: 'phone', masked: '138****0000', reason: '客户要求核对' } as const;
      const id = sampleId(index * 1_000 + step);
      const operation = journal.append(sampleOperation('number.revealed', payload, { id, accountId: sampleId(1) }));
      const [batch] = await prepareBatches(journal, [operation]);
      sentAtMs.set(`${journal.counterId} ${operation.seq}`, performance.now());
      if (batch !== undefined) await line.post(batch);
      await wait(everySeconds * 1_000);
    }
  }

  const aloneMb = residentMb(headquarters.pid);
  const ended = (error: unknown) => {
    if (!isOver) throw error;
  };
  for (const journal of journals) void follow(journal).catch(ended);
  const isAsking = () => db.selectFrom('counters').select('counter_id').where('last_contact_ms', '>', 0).execute();
  while ((await isAsking()).length < counters) await wait(200);
  await db.destroy();
  const connectedMb = residentMb(headquarters.pid);
  for (const [index, journal] of journals.entries()) void trickle(journal, index).catch(ended);
  await wait(seconds * 1_000);
  isSending = false;
  const busyMb = residentMb(headquarters.pid);
  const expected = sentAtMs.size * (COUNTERS_PER_BRANCH - 1);
  for (let waited = 0; samples.length < expected && waited < PATIENCE_MS; waited += 200) await wait(200);
  isOver = true;
  line.close();
  // Its pool would be gone before the questions are.
  await wait(200);
  await headquarters.stop();
  console.log(`${sentAtMs.size} changes, ${samples.length} of ${expected} arrivals; ${Math.round(connectedMb)} MB connected and silent`);
  if (samples.length !== expected) throw new Error('changes have not arrived');
  const p99Ms = percentile(samples, 0.99);
  console.log(`half within ${Math.round(percentile(samples, 0.5))} ms, all within ${Math.round(percentile(samples, 1))} ms`);
  report({
    ...{ name: `a change reaches another counter, ${counters} connected`, unit: 'ms, p99', ours: p99Ms, reference: LIMIT_MS },
    ...{ ratio: p99Ms / LIMIT_MS, sense: 'max', bound: 1 },
  });
  report({
    ...{ name: `memory of headquarters, ${counters} connected, against none`, unit: 'MB', ours: busyMb, reference: aloneMb },
    ...{ ratio: busyMb / aloneMb, sense: 'max', bound: 3 },
  });
} finally {
  await database.drop();
  await postgres.stop();
}
process.exit(0);
