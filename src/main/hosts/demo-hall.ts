// The demo hall of an empty data folder: a branch with thousands of accounts, their cards, and the bench with a few of them.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CardLayout } from '../../shared/domain/card-layout.ts';
import { commodityOf, suppliedWith } from '../../shared/domain/commodity.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { KeyVault } from '../core/ports/cards.ts';
import type { CardRecord } from '../hall/card-file.ts';
import { type DemoStore, seedDemoBranch } from '../hall/demo-branch.ts';
import type { DemoCard, DemoSpareMeter } from '../hall/demo-cards.ts';
import { createDemoHallFiles } from '../hall/demo-hall-files.ts';
import type { HallMeter, HandCard } from '../hall/hall-file.ts';
import { type HallLayout, hallLayouts, type MeterModule } from '../hall/meters.ts';
import { scanDrivers } from '../processes/driver-registry.ts';

export const DEMO_ACCOUNTS = 20_000;
export const DEMO_COUNTER = '03';
const SEED = 20_260_101;
const FULL_ERROR_COUNTER = 0b111;
const ONE_ATTEMPT_LEFT = 0b001;
const TRANSPORT_PSC = Uint8Array.of(0xff, 0xff, 0xff);
/** Answer-to-reset of the chip, in its first four bytes. */
const CHIP_ATR = Uint8Array.of(0xa2, 0x13, 0x10, 0x91);

/** Labels of the blank cards in the bench's drawer: a lost card, a damaged one and a new meter's each take one. */
const BLANK_CARDS = ['9900000000', '9900000003', '9900000004', '9900000005', '9900000006', '9900000007'];

/** Stands in the folder while a demo hall is being made: after a crash in the middle everything is made anew. */
function unfinishedMark(dataDir: string): string {
  return join(dataDir, 'demo-unfinished');
}

/** Whether the folder is to become a demo hall: it is empty, or the making of one was cut short, whose pieces are then removed. */
export function prepareDemoFolder(dataDir: string): boolean {
  const mark = unfinishedMark(dataDir);
  const pieces = ['branch.sqlite', 'branch.sqlite-wal', 'branch.sqlite-shm', 'settings.json', 'hall'].map((name) => join(dataDir, name));
  if (!existsSync(mark)) {
    if (pieces.some((piece) => existsSync(piece))) return false;
    writeFileSync(mark, '');
    return true;
  }
  for (const piece of pieces) rmSync(piece, { recursive: true, force: true });
  return true;
}

/** Fills the empty store and the folder. Rejects with DRIVER_UNKNOWN when there is no card layout or no simulated device. */
export async function createDemoHall(options: {
  readonly dataDir: string;
  readonly store: DemoStore;
  readonly keys: KeyVault;
  readonly driverRoots: readonly string[];
  readonly accounts: number;
  readonly nowMs: number;
}): Promise<void> {
  const { dataDir, store, keys, driverRoots, nowMs } = options;
  const layouts = await hallLayouts(scanDrivers(driverRoots));
  const [first, second] = layouts;
  if (first === undefined) throw new Fault('DRIVER_UNKNOWN', { reason: 'no card layout with a meter' });
  const layoutOf = ({ layoutId }: { readonly layoutId: string }): HallLayout =>
    layouts.find(({ layout }) => layout.id === layoutId) ?? first;
  const { layout } = first;
  const blank = new Uint8Array(layout.imageBytes).fill(0xff);
  blank.set(CHIP_ATR);
  const cards: CardRecord[] = [];
  const bench: HandCard[] = [];
  const pscOf = (card: DemoCard) => {
    const { id: layoutId, access } = layoutOf(card).layout;
    const own = keys.cardKeys({ layoutId, access, cardNo: card.cardNo, uid: null, keyVersion: 0 });
    // The hall's card file holds SLE4442 cards, and its layouts are theirs.
    return own.chip === 'SLE4442' ? own.psc : TRANSPORT_PSC;
  };
  const flaws = ['damaged', 'locked', 'last-attempt'];
  let atBench = 0;
  const made = seedDemoBranch(store, {
    seed: SEED,
    accounts: options.accounts,
    businessDate: localDate(nowMs),
    nowMs,
    layoutId: layout.id,
    otherLayoutId: second?.layout.id ?? layout.id,
    writeCard(card) {
      // The first cards lie at the bench as they should be; the next few have something wrong with them.
      atBench += 1;
      const flaw = atBench > 12 ? (flaws.shift() ?? '') : '';
      const errorCounter = flaw === 'locked' ? 0 : flaw === 'last-attempt' ? ONE_ATTEMPT_LEFT : FULL_ERROR_COUNTER;
      cards.push({ cardNo: card.cardNo, image: imageOf({ card, ...layoutOf(card), blank }), errorCounter, psc: pscOf(card), flaw });
      if (flaw !== '') bench.push(handCard(card));
    },
  });
  const strangers = strangerCards(layout, blank);
  await createDemoHallFiles(
    dataDir,
    {
      cards: [...cards, ...strangers],
      hand: [...made.hand.map(handCard), ...bench, ...strangers.map(({ cardNo }) => ({ cardNo, customerName: '', accountNo: '' }))],
      meters: [...made.hand.map(meterOf), ...made.spareMeters.map((spare) => spareMeterOf(spare, made.branch.regionCode))],
    },
    { driverRoots, platform: process.platform },
  );
  rmSync(unfinishedMark(dataDir));
}

/** The card as it left the counter, and as the meter gave it back before that. */
function imageOf(from: {
  readonly card: DemoCard;
  readonly layout: CardLayout;
  readonly meters: MeterModule;
  readonly blank: Uint8Array;
}): Uint8Array {
  const { card, layout, meters, blank } = from;
  const image = layout.planIssue(blank, card);
  if (card.meterReturn !== null) {
    // The meter writes its return record before the purchase is on the card: then nothing is loaded on the way.
    const { regionCode, accountNo, supply } = card;
    meters.createMeter({ state: { ...card.meterReturn, regionCode, accountNo, supply } }).take({
      main: image,
      persist: () => {},
    });
  }
  return card.purchase === null ? image : layout.planPurchase(image, card.purchase);
}

/** Cards that are none of this branch's: never personalised, of another region, of another maker. */
function strangerCards(layout: CardLayout, blank: Uint8Array): CardRecord[] {
  const foreign = { cardNo: '9900000001', regionCode: '7F02', accountNo: '9900000001' };
  const otherMaker = blank.map((byte, index) => (index < 32 ? byte : (index * 37 + 11) & 0xff));
  otherMaker.set([0x4f, 0x4c, 0x02], 8);
  const card = (cardNo: string, image: Uint8Array, flaw: string): CardRecord => ({
    cardNo,
    image,
    errorCounter: FULL_ERROR_COUNTER,
    psc: TRANSPORT_PSC,
    flaw,
  });
  return [
    ...BLANK_CARDS.map((cardNo) => card(cardNo, blank, 'blank')),
    card(foreign.cardNo, layout.planIssue(blank, foreign), 'foreign-region'),
    card('9900000002', otherMaker, 'other-layout'),
    // A maker's tool card that somebody has left in the drawer: never to be taken for a customer's.
    ...(layout.planTool === undefined
      ? []
      : [card('9900000008', layout.planTool(blank, { tool: 'check', toolNo: '8801', regionCode: foreign.regionCode }), 'tool')]),
  ];
}

function handCard({ cardNo, customerName, accountNo }: DemoCard): HandCard {
  return { cardNo, customerName, accountNo };
}

const EMPTY_METER = { loadedSequence: 0, remainingLitres: 0, cumulativeUseLitres: 0, faults: 0 };

function meterOf({ meterNo, layoutId, cardNo, regionCode, accountNo, supply, meterReturn }: DemoCard): HallMeter {
  const { loadedSequence, remainingLitres, cumulativeUseLitres, faults } = meterReturn ?? EMPTY_METER;
  const seen = { loadedSequence, remainingLitres, cumulativeUseLitres, faults, lastResult: '' };
  return { meterNo, layoutId, cardNo, regionCode, accountNo, ...suppliedWith(commodityOf({ supply })), ...seen };
}

function spareMeterOf({ meterNo, layoutId, supply }: DemoSpareMeter, regionCode: string): HallMeter {
  return {
    meterNo,
    layoutId,
    ...suppliedWith(commodityOf({ supply })),
    cardNo: '',
    regionCode,
    accountNo: '',
    ...EMPTY_METER,
    lastResult: '',
  };
}

/** The day at the counter's place, YYYY-MM-DD. */
function localDate(nowMs: number): string {
  const now = new Date(nowMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
