// Card tasks over a maker's library: a card made by WriteNewCard, one in place of a lost one, and a purchase taken back by the contract's refund (ql = 0).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import tradeContract from '../../drivers/trade-contract/layout.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { makeCard } from '../../src/main/core/usecases/make-card.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { reverseTopup } from '../../src/main/core/usecases/reverse-topup.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import { audit } from '../support/auditor.ts';
import { SUPERVISOR, TASK_ID } from '../support/card-task-hall.ts';
import { GIVE_BACK, publishPolicy } from '../support/card-task-suite.ts';
import { ACCOUNT_ID, ACCOUNT_NO, type Bench, BRANCH, CARD_NO, FLOAT_FEN, ISSUED, openBench, SHIFT_ID } from '../support/counter-bench.ts';
import { buildGasCardLibrary, C_COMPILER, createLibraryBench, type LibraryBench, libraryCard } from '../support/gas-card-library.ts';
import { TOPUP_ID } from '../support/one-card-hall.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-trade-cards-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));
const ENTRY = new URL('../../src/main/devices/device-process.ts', import.meta.url).pathname;

const AMOUNT_FEN = 23_000;
const LITRES = 100_000;
const OWN = libraryCard({
  kh: CARD_NO,
  dqdm: BRANCH.regionCode,
  yhh: ACCOUNT_NO,
  cs: ISSUED.sequence,
  ljgql: 700,
  ljyql: 68_800,
  syql: 1_200,
});
const BLANK = { ...libraryCard({}), state: 'blank' as const };
const base = { accountId: ACCOUNT_ID, slot: 1, reason: '客户申请', taskId: TASK_ID };

async function open(name: string, file: string): Promise<{ readonly library: LibraryBench; readonly bench: Bench }> {
  const dir = join(ROOT, name);
  const library = createLibraryBench(join(dir, 'library'));
  library.insert(OWN);
  process.env.GAS_CARD_DIR = library.dir;
  const options = { pollMs: 200, checkLimitMs: 1_000, readLimitMs: 1_000, writeLimitMs: 1_000 };
  const binding = { driver: 'trade-dll', transport: { kind: 'dll', file, com: 1, baud: 9600 }, options } as const;
  const bench = await openBench({
    dir,
    layout: tradeContract,
    idPrefix: 1,
    reader: { binding },
    launch: () => launchForkedDeviceProcess(ENTRY),
  });
  publishPolicy(bench);
  return { library, bench };
}

async function buy({ context }: Bench): Promise<void> {
  await payTopup(context, {
    ...{ topupId: TOPUP_ID, accountId: ACCOUNT_ID, slot: 1, purchase: { by: 'volume', litres: LITRES } as const },
    ...{ expectedAmountFen: AMOUNT_FEN, tenders: [], cashTenderedFen: AMOUNT_FEN },
  });
  expect((await deliverTopup(context, { topupId: TOPUP_ID, slot: 1, lastAttemptApprovedBy: null })).fault).toBeNull();
}

const make = ({ context }: Bench, purpose: 'reissue' | 'issue', oldCardNo: string) =>
  makeCard(context, { ...base, purpose, oldCardNo, cardNo: '', meterFigures: null, requestId: '' }, null);
const reverse = ({ context }: Bench) => reverseTopup(context, { ...base, topupId: TOPUP_ID, giveBack: GIVE_BACK }, SUPERVISOR);

describe.runIf(C_COMPILER !== null)('card tasks over a maker’s library', () => {
  const file = C_COMPILER === null ? '' : buildGasCardLibrary(ROOT);

  it('make a card in place of a lost one that goes on with its count and holds what the meter has not loaded', async () => {
    const { library, bench } = await open('reissue', file);
    await buy(bench);
    library.insert(BLANK);
    const { task, fault } = await make(bench, 'reissue', CARD_NO);
    expect(fault).toBeNull();
    expect(task.state).toBe('verified');
    const card = library.card();
    expect(card).toMatchObject({ kh: task.cardNo, yhh: ACCOUNT_NO, cs: ISSUED.sequence + 1, ql: LITRES / 1_000, ljgql: 800, bkcs: 1 });
    expect(bench.store.card(CARD_NO)?.status).toBe('blacklisted');
    expect(bench.store.card(task.cardNo)).toMatchObject({ status: 'active', sequence: ISSUED.sequence + 1 });
    expect(library.calls().filter((call) => call === 'WriteNewCard stored')).toHaveLength(1);
    await bench.close();
  });

  it('take a purchase back by the contract’s refund and give the money back with it; the next purchase has the next count', async () => {
    const { library, bench } = await open('reverse', file);
    await buy(bench);
    const { task, fault } = await reverse(bench);
    expect(fault).toBeNull();
    expect(task.state).toBe('verified');
    expect(library.card()).toMatchObject({ cs: ISSUED.sequence + 1, ql: 0, ljgql: 700 });
    const { store } = bench;
    expect(store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN);
    expect(store.card(CARD_NO)).toMatchObject({ sequence: ISSUED.sequence + 1, cumulativeLitres: ISSUED.cumulativeLitres });
    const truth = { sequence: ISSUED.sequence + 1, cumulativeLitres: ISSUED.cumulativeLitres };
    // The auditor counts purchases; the contract's refund leaves the count where it was, and that is all it finds.
    const { complaints } = audit(store.operationsAfter(0, 1_000), new Map([[CARD_NO, ISSUED]]), new Map([[CARD_NO, truth]]));
    expect(complaints).toEqual([`card ${CARD_NO} stands at purchase ${ISSUED.sequence + 1}, the journal at ${ISSUED.sequence}`]);
    await bench.close();
  });

  it('refuse to take back what the meter has loaded, and no money moves', async () => {
    const { library, bench } = await open('taken', file);
    await buy(bench);
    library.insert({ ...OWN, cs: ISSUED.sequence + 1, ql: 0, ljgql: 800, syql: 11_200 });
    await expect(reverse(bench)).rejects.toMatchObject({ code: 'REVERSAL_TAKEN' });
    expect(bench.store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN + AMOUNT_FEN);
    await bench.close();
  });
});
