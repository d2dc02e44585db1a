// The top-up over a maker's library in a real device process: the library hangs, crashes, corrupts its memory, tears the card. Each costs one
// call of unknown outcome, and looking at the card settles it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import tradeContract from '../../drivers/trade-contract/layout.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import type { DeviceBinding } from '../../src/main/devices/settings.ts';
import { findSidecar, launchSidecar } from '../../src/main/hosts/sidecar.ts';
import type { ProcessHandle } from '../../src/main/processes/launch.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { FaultCode } from '../../src/shared/domain/fault.ts';
import { audit } from '../support/auditor.ts';
import { ACCOUNT_ID, ACCOUNT_NO, BRANCH, CARD_NO, DRIVER_ROOT, FLOAT_FEN, ISSUED, openBench, SHIFT_ID } from '../support/counter-bench.ts';
import {
  buildGasCardLibrary,
  C_COMPILER,
  createLibraryBench,
  type LibraryBench,
  type LibraryCard,
  libraryCard,
} from '../support/gas-card-library.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-trade-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const ENTRY = new URL('../../src/main/devices/device-process.ts', import.meta.url).pathname;
/** The folder of a sidecar (scripts/pack-sidecar.ts --target linux-x64) runs all of this in its built process under its Node 22. */
const SIDECAR = findSidecar([process.env.COUNTERTOP_SIDECAR ?? '']);
/** Most of a case is waiting for processes to start and for limits to pass: so many wait together. */
vi.setConfig({ maxConcurrency: 3 });

const TOPUP_ID = '01890000-0000-7000-8000-0000000000cc';
const M3 = 100;
const AMOUNT_FEN = 23_000;
const CARD = libraryCard({
  kh: CARD_NO,
  dqdm: BRANCH.regionCode,
  yhh: ACCOUNT_NO,
  cs: ISSUED.sequence,
  ljgql: 700,
  ljyql: 68_800,
  syql: 1_200,
});

interface Case {
  readonly name: string;
  readonly card?: LibraryCard;
  readonly options?: DeviceBinding['options'];
  /** Before the money is taken. */
  readonly prepare?: (library: LibraryBench) => void;
  /** While the purchase is written for the first time. */
  readonly meanwhile?: (library: LibraryBench, device: () => ProcessHandle, cancel: () => void) => Promise<void>;
  /** After the first attempt, before anybody looks again: the library is well from here on. */
  readonly between?: (library: LibraryBench) => void;
}

interface Result {
  /** What stopped the first attempt; null when nothing did. */
  readonly first: FaultCode | null;
  readonly attempts: number;
  readonly open: readonly string[];
  readonly lastFault: FaultCode | null;
  readonly proof: string | null;
  readonly calls: readonly string[];
  readonly card: LibraryCard | null;
  /** Device processes started, and how often one of them had to be killed. */
  readonly processes: number;
  readonly kills: number;
}

/** Waits until the library has noted a line; a case whose library never does runs into its test's time limit. */
async function noted(library: LibraryBench, line: string): Promise<void> {
  while (!library.calls().includes(line)) await pause(20);
}

/** Starts a device process whose library works in this folder; the process takes it over as it starts. */
function launchWith(library: LibraryBench): ProcessHandle {
  process.env.GAS_CARD_DIR = library.dir;
  return SIDECAR === null ? launchForkedDeviceProcess(ENTRY) : launchSidecar(SIDECAR, [DRIVER_ROOT]);
}

async function runCase(file: string, one: Case): Promise<Result> {
  const dir = join(ROOT, one.name.replaceAll(/\W+/g, '-'));
  const library = createLibraryBench(join(dir, 'library'));
  library.insert(one.card ?? CARD);
  const processes: ProcessHandle[] = [];
  let kills = 0;
  const bench = await openBench({
    dir,
    layout: tradeContract,
    idPrefix: 1,
    reader: {
      binding: {
        driver: 'trade-dll',
        transport: { kind: 'dll', file, com: 1, baud: 9600 },
        options: { pollMs: 200, checkLimitMs: 1_000, readLimitMs: 1_000, writeLimitMs: 1_000, ...one.options },
      },
    },
    launch: () => {
      const launched = launchWith(library);
      const kill = () => {
        kills += 1;
        launched.kill();
      };
      const handle = { ...launched, kill };
      processes.push(handle);
      return handle;
    },
  });
  const { store, context } = bench;
  try {
    await payTopup(context, {
      topupId: TOPUP_ID,
      accountId: ACCOUNT_ID,
      slot: 1,
      purchase: { by: 'volume', litres: M3 * 1_000 },
      expectedAmountFen: AMOUNT_FEN,
      tenders: [],
      cashTenderedFen: AMOUNT_FEN,
    });
    one.prepare?.(library);
    const deliver = () => deliverTopup(context, { topupId: TOPUP_ID, slot: 1, lastAttemptApprovedBy: null });
    const [attempt] = await Promise.all([
      deliver(),
      one.meanwhile?.(
        library,
        () => running(processes),
        () => context.ports.devices.cancel('reader'),
      ),
    ]);
    library.clearOrders();
    one.between?.(library);
    let last = attempt;
    for (let tries = 0; tries < 60 && last.fault !== null && last.fault.code !== 'CARD_CHANGED_ELSEWHERE'; tries += 1) {
      await pause(100);
      last = await deliver();
    }
    const operations = store.operationsAfter(0, 1_000);
    const card = library.card();
    const truth = { sequence: card?.cs ?? -1, cumulativeLitres: (card?.ljgql ?? -1) * 1_000 };
    const result = audit(operations, new Map([[CARD_NO, ISSUED]]), new Map([[CARD_NO, truth]]));
    expect(result.complaints, one.name).toEqual([]);
    expect(result.takenFen).toBe(AMOUNT_FEN);
    expect(store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN + AMOUNT_FEN);
    expect(store.balance('undelivered-purchase')).toBe(result.open.length > 0 ? -AMOUNT_FEN : 0);
    const verified = operations.find((operation) => operation.kind === 'topup.verified');
    return {
      first: attempt.fault?.code ?? null,
      attempts: operations.filter(({ kind }) => kind === 'topup.writing').length,
      open: result.open,
      lastFault: last.fault?.code ?? null,
      proof: verified?.kind === 'topup.verified' ? verified.payload.proof : null,
      calls: library.calls(),
      card,
      processes: processes.length,
      kills,
    };
  } finally {
    await bench.close();
    const journal = await openStore({ file: join(dir, 'branch.sqlite'), backupDir: join(dir, 'backup'), clock: { nowMs: () => 0 } });
    expect(journal.verifyJournal().ok, one.name).toBe(true);
    journal.close();
  }
}

/** Returns the newest device process. */
function running(processes: readonly ProcessHandle[]): ProcessHandle {
  const newest = processes.at(-1);
  if (newest === undefined) throw new Error('no device process');
  return newest;
}

const count = (calls: readonly string[], line: string) => calls.filter((call) => call === line).length;

describe.runIf(C_COMPILER !== null).concurrent('a top-up over a maker’s library', { timeout: 60_000 }, () => {
  const file = C_COMPILER === null ? '' : buildGasCardLibrary(ROOT);

  function expectDelivered(result: Result): void {
    expect(result.open).toEqual([]);
    expect(result.lastFault).toBeNull();
    expect(count(result.calls, 'WriteGasCard stored')).toBe(1);
    expect(result.card).toMatchObject({ cs: 8, ljgql: 800 });
  }

  it('writes the card, reads it back and is done', async () => {
    const result = await runCase(file, { name: 'well' });
    expectDelivered(result);
    expect(result).toMatchObject({
      first: null,
      attempts: 1,
      proof: 'written',
      processes: 1,
      card: { ql: M3, sqrq: '20261121', kmm: '01' },
    });
    expect(result.calls.filter((call) => call.startsWith('Format') || call.startsWith('WriteNew'))).toEqual([]);
  });

  it('keeps its heartbeat while a write takes longer than silence may', async () => {
    const result = await runCase(file, {
      name: 'slow',
      options: { writeLimitMs: 20_000 },
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'slow', argument: 4_500 }),
    });
    expectDelivered(result);
    expect(result).toMatchObject({ first: null, attempts: 1, processes: 1 });
  });

  describe.each(['hang', 'segv', 'abort', 'exit', 'heap'])('%s in WriteGasCard', (fault) => {
    it('before the card was written: looks at it and writes again', async () => {
      const prepare = (library: LibraryBench) => library.order({ on: 'WriteGasCard', fault });
      // Once the first call is gone the library is well again.
      const meanwhile = async (library: LibraryBench) => {
        await noted(library, 'WriteGasCard begin');
        library.clearOrders();
      };
      const result = await runCase(file, { name: `${fault}-before`, prepare, meanwhile });
      expectDelivered(result);
      expect(result).toMatchObject({ proof: 'written', attempts: 2, processes: 2, kills: 0 });
      expect(count(result.calls, 'WriteGasCard begin')).toBe(2);
    });
  });

  it.each(['hang-after', 'segv-after'])('%s: looks at the card and finds it written', async (fault) => {
    const result = await runCase(file, { name: fault, prepare: (library) => library.order({ on: 'WriteGasCard', fault }) });
    expectDelivered(result);
    expect(result).toMatchObject({ proof: 'found-complete', attempts: 1, processes: 2 });
  });

  it.each([
    ['before', 'hang', 'WriteGasCard begin', 2],
    ['after', 'hang-after', 'WriteGasCard stored', 1],
  ] as const)('is killed in WriteGasCard %s the card was written', async (when, fault, line, attempts) => {
    const result = await runCase(file, {
      name: `killed-${when}`,
      options: { writeLimitMs: 60_000 },
      prepare: (library) => library.order({ on: 'WriteGasCard', fault }),
      async meanwhile(library, device) {
        await noted(library, line);
        library.clearOrders();
        device().kill();
      },
    });
    expectDelivered(result);
    expect(result).toMatchObject({ attempts, processes: 2 });
  });

  it('ends with its core although the library hangs, so that the port is free for the next', async () => {
    const result = await runCase(file, {
      name: 'orphan',
      options: { writeLimitMs: 60_000 },
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'hang' }),
      async meanwhile(library, device) {
        await noted(library, 'WriteGasCard begin');
        library.clearOrders();
        const orphan = device();
        const gone = new Promise<void>((resolve) => orphan.onExit(resolve));
        // What a dying core leaves behind: a pipe with nobody at its other end.
        orphan.channel.close();
        await gone;
      },
    });
    expectDelivered(result);
    expect(result).toMatchObject({ attempts: 2, processes: 2, kills: 0 });
  });

  it('is cancelled by the clerk and comes back all the same: the card says that it was written', async () => {
    const result = await runCase(file, {
      name: 'cancelled',
      options: { writeLimitMs: 20_000 },
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'slow', argument: 2_500 }),
      async meanwhile(library, _, cancel) {
        await noted(library, 'WriteGasCard begin');
        cancel();
      },
    });
    expectDelivered(result);
    expect(result).toMatchObject({ first: 'DEVICE_CANCELLED', proof: 'found-complete', attempts: 1, processes: 1, kills: 0 });
    // Opened again while the write still ran, the library was not called a second time before it had come back.
    const ends = result.calls.indexOf('WriteGasCard end 0');
    expect(result.calls.slice(result.calls.indexOf('WriteGasCard begin') + 1, ends)).toEqual(['WriteGasCard stored']);
  });

  it('writes beyond a buffer: its process ends, and the card says that it was written', async () => {
    const result = await runCase(file, {
      name: 'beyond',
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'beyond', argument: 64 }),
    });
    expectDelivered(result);
    expect(result).toMatchObject({ first: 'LIBRARY_FAILED', proof: 'found-complete', attempts: 1, processes: 2 });
  });

  it.each([0, 1])('returns -10 with half of the purchase on the card (%i): writes the rest', async (argument) => {
    const result = await runCase(file, {
      name: `torn-${argument}`,
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'torn', argument }),
    });
    expectDelivered(result);
    expect(result).toMatchObject({ first: 'CARD_WRITE_UNVERIFIED', proof: 'completed-after-tear', attempts: 2, processes: 1 });
  });

  it.each([
    [-3, 'DEVICE_NO_ANSWER'],
    [-10, 'CARD_WRITE_UNVERIFIED'],
    [-16, 'CARD_MISMATCH'],
    [-25, 'LIBRARY_FAILED'],
  ] as const)('returns %i: %s, and the purchase stays visible until it is written', async (argument, code) => {
    const result = await runCase(file, {
      name: `code${argument}`,
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'return', argument }),
    });
    expectDelivered(result);
    expect(result.first).toBe(code);
  });

  it('goes to the meter before anybody looks again', async () => {
    const result = await runCase(file, {
      name: 'meter',
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'hang-after' }),
      meanwhile: async (library) => {
        await noted(library, 'WriteGasCard stored');
        library.insert({ ...(library.card() ?? CARD), ql: 0, syql: CARD.syql + M3 * 100 });
      },
    });
    expectDelivered(result);
    expect(result).toMatchObject({ proof: 'taken-by-meter', attempts: 1 });
  });

  it('leaves the purchase undelivered where a mute meter may have taken it', async () => {
    const mute = { ...CARD, ljyql: -1, syql: -1 };
    const result = await runCase(file, {
      name: 'mute',
      card: mute,
      prepare: (library) => library.order({ on: 'WriteGasCard', fault: 'hang-after' }),
      meanwhile: async (library) => {
        await noted(library, 'WriteGasCard stored');
        library.insert({ ...(library.card() ?? mute), ql: 0 });
      },
    });
    expect(result).toMatchObject({ open: [TOPUP_ID], proof: null, lastFault: 'CARD_CHANGED_ELSEWHERE', attempts: 1 });
  });

  it.each([
    ['hang', 0, 'DEVICE_PROCESS_LOST'],
    ['segv', 0, 'DEVICE_PROCESS_LOST'],
    ['garbage', 0, 'LIBRARY_FAILED'],
    ['beyond', 64, 'LIBRARY_FAILED'],
    ['return', -6, 'CARD_LOCKED'],
    // Nothing wrong, but the meter takes less than is to be sold.
    ['none', 0, 'AMOUNT_OUT_OF_RANGE'],
  ] as const)('takes no money when reading ends with %s %i', async (fault, argument, code) => {
    const dir = join(ROOT, `read-${fault}`);
    const library = createLibraryBench(join(dir, 'library'));
    library.insert(fault === 'none' ? { ...CARD, czsx: 99 } : CARD);
    const binding: DeviceBinding = {
      driver: 'trade-dll',
      transport: { kind: 'dll', file, com: 1, baud: 9600 },
      options: { pollMs: 200, checkLimitMs: 1_000, readLimitMs: 1_000 },
    };
    const bench = await openBench({
      dir,
      layout: tradeContract,
      idPrefix: 1,
      reader: { binding },
      launch: () => launchWith(library),
    });
    library.order({ on: 'ReadGasCard', fault, argument });
    const sale = { topupId: TOPUP_ID, accountId: ACCOUNT_ID, slot: 1, purchase: { by: 'volume', litres: 100_000 } as const };
    const money = { expectedAmountFen: AMOUNT_FEN, tenders: [], cashTenderedFen: AMOUNT_FEN };
    await expect(payTopup(bench.context, { ...sale, ...money })).rejects.toMatchObject({ code });
    expect(bench.store.openTopups(10).rows).toEqual([]);
    expect(count(library.calls(), 'WriteGasCard begin')).toBe(0);
    await bench.close();
  });
});
