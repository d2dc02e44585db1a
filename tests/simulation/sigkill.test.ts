// Real processes, really killed: the core by SIGKILL at every commit and after every byte on the card, the device process in mid-write.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { openStore } from '../../src/main/store/index.ts';
import { pscAttemptsLeft } from '../../src/shared/domain/card-image.ts';
import { audit } from '../support/auditor.ts';
import { BRANCH, CARD_NO, createReaderSimulator, FLOAT_FEN, ISSUED, issueCard, SHIFT_ID } from '../support/counter-bench.ts';
import { writeReturn as writeCountertopReturn } from '../support/countertop-return.ts';
import type { KillableCoreOptions } from '../support/killable-core.ts';
import { serveReader } from '../support/reader-server.ts';
import { singleRecordLayout, writeReturn as writeSingleReturn } from '../support/single-record-layout.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-kill-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const TOPUP_ID = '01890000-0000-7000-8000-0000000000bb';
const SALE = { topupId: TOPUP_ID, litres: 100_000, amountFen: 23_000 };
const COMMITS = 7;
const LAYOUTS = [
  { layout: countertopCard, writeReturn: writeCountertopReturn },
  { layout: singleRecordLayout, writeReturn: writeSingleReturn },
] as const;

type Stop =
  | { readonly kind: 'commit'; readonly commit: number; readonly when: 'before' | 'after' }
  | { readonly kind: 'core-after-bytes' | 'device-after-bytes'; readonly bytes: number };

/** Sells under the knife, then starts again and finishes; returns how the first process ended. */
async function runCase({ layout, writeReturn }: (typeof LAYOUTS)[number], stop: Stop, name: string) {
  const card = issueCard(layout, writeReturn);
  const reader = createReaderSimulator(1);
  reader.insert(1, card);
  const line = await serveReader(reader);
  const dir = join(ROOT, name);
  let kill: ((victim: 'core' | 'device') => void) | null = null;
  let written = 0;
  let leastAttempts = 3;
  card.persist = () => {
    written += 1;
    leastAttempts = Math.min(leastAttempts, pscAttemptsLeft(card.errorCounter));
    if (stop.kind !== 'commit' && written === stop.bytes) kill?.(stop.kind === 'core-after-bytes' ? 'core' : 'device');
  };

  const run = (mode: 'sell' | 'recover') =>
    new Promise<NodeJS.Signals | number | null>((resolve) => {
      const stopAt = mode === 'sell' && stop.kind === 'commit' ? { commit: stop.commit, when: stop.when } : null;
      const options: KillableCoreOptions = { dir, layoutId: layout.id, readerPort: line.port, mode, stopAt, ...SALE };
      const file = new URL('../support/killable-core.ts', import.meta.url).pathname;
      // Compiled once for all the starts of this file.
      const env = { ...process.env, NODE_COMPILE_CACHE: join(ROOT, 'compiled') };
      const child = spawn(process.execPath, [file, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'], env });
      let devicePid = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        devicePid = Number(/device (\d+)/.exec(chunk.toString())?.[1] ?? devicePid);
      });
      kill = (victim) => (victim === 'core' ? child.kill('SIGKILL') : process.kill(devicePid, 'SIGKILL'));
      child.on('exit', (code, signal) => resolve(signal ?? code));
    });

  const ended = await run('sell');
  const recovered = await run('recover');
  await line.close();

  expect(recovered, name).toBe(0);
  const store = await openStore({ file: join(dir, 'branch.sqlite'), backupDir: join(dir, 'backup'), clock: { nowMs: () => 0 } });
  const reading = layout.read(card.main, BRANCH.regionCode);
  const purchase = reading.kind === 'content' ? reading.content.purchase : null;
  const truth = { sequence: purchase?.sequence ?? -1, cumulativeLitres: purchase?.cumulativeLitres ?? -1 };
  const result = audit(store.operationsAfter(0, 1000), new Map([[CARD_NO, ISSUED]]), new Map([[CARD_NO, truth]]));
  expect(result.complaints, name).toEqual([]);
  expect(result.open, name).toEqual([]);
  expect(result.takenFen, name).toBe(result.deliveredFen + result.refundedFen);
  // Killed before the payment was durable, no money was recorded and nothing is on the card; otherwise exactly one sale.
  const beforePayment = stop.kind === 'commit' && stop.commit === 1 && stop.when === 'before';
  expect(result.deliveredFen, name).toBe(beforePayment ? 0 : SALE.amountFen);
  expect(store.balance('undelivered-purchase'), name).toBe(0);
  expect(store.balance('cash-drawer', SHIFT_ID), name).toBe(FLOAT_FEN + result.deliveredFen);
  expect(store.verifyJournal().ok, name).toBe(true);
  expect(leastAttempts, name).toBeGreaterThanOrEqual(2);
  store.close();
  return { ended, written };
}

/** Runs the cases, a few at a time: each spends most of its time waiting for its processes to start. */
async function runAll<T>(cases: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await run(one);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

for (const kind of LAYOUTS) {
  const { id } = kind.layout;
  describe(`a core selling on ${id}`, () => {
    it('is killed before and after every commit', async () => {
      const commits = Array.from({ length: COMMITS }, (_, index) => index + 1);
      const cases = commits.flatMap((commit) => [
        { commit, when: 'before' as const },
        { commit, when: 'after' as const },
      ]);
      await runAll(cases, async ({ commit, when }) => {
        const { ended } = await runCase(kind, { kind: 'commit', commit, when }, `${id}-${commit}-${when}`);
        expect(ended).toBe('SIGKILL');
      });
    }, 120_000);

    it('is killed after each byte on the card', async () => {
      const clean = await runCase(kind, { kind: 'core-after-bytes', bytes: Number.POSITIVE_INFINITY }, `${id}-clean`);
      const bytes = Array.from({ length: clean.written }, (_, index) => index + 1);
      await runAll(bytes, async (count) => {
        const { ended } = await runCase(kind, { kind: 'core-after-bytes', bytes: count }, `${id}-core-${count}`);
        expect(ended).toBe('SIGKILL');
      });
    }, 180_000);

    it('loses its device process in the middle of the write and goes on', async () => {
      await runAll([1, 3, 6, 9], async (count) => {
        const { ended } = await runCase(kind, { kind: 'device-after-bytes', bytes: count }, `${id}-device-${count}`);
        expect(ended).toBe(0);
      });
    }, 120_000);
  });
}
