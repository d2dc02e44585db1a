// One counter, one reader, the account's card and a blank one: the stage of card tasks, and what must hold at their end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { simulator as pcscSimulator } from '../../drivers/acs-pcsc/simulator.ts';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { MAP as CARD_MAP } from '../../drivers/countertop-card/records.ts';
import countertopPlain from '../../drivers/countertop-plain/layout.ts';
import { MAP as PLAIN_MAP } from '../../drivers/countertop-plain/records.ts';
import { createSimulatedEeprom } from '../../drivers/kit/cards/index.ts';
import { encodeMeterReturn } from '../../drivers/kit/index.ts';
import type { SimulatedCard } from '../../drivers/kit/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import type { DeviceBinding } from '../../src/main/devices/settings.ts';
import { pscAttemptsLeft } from '../../src/shared/domain/card-image.ts';
import type { CardLayout } from '../../src/shared/domain/card-layout.ts';
import { audit, type CardTruth } from './auditor.ts';
import {
  ACCOUNT_ID,
  type Bench,
  BRANCH,
  CARD_NO,
  createReaderSimulator,
  FLOAT_FEN,
  ISSUED,
  issueCard,
  issuedImage,
  openBench,
  SHIFT_ID,
  VAULT,
} from './counter-bench.ts';
import { LITRES, PRICE_FEN, TOPUP_ID } from './one-card-hall.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-tasks-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

export const TASK_ID = '01890000-0000-7000-8000-0000000000bb';
export const SUPERVISOR = { staffNo: '2001', role: 'manager' as const };

type Which = 'own' | 'blank';

/** A reader with the account's card and a blank one, on chips of one kind. */
interface Stage {
  readonly reader: { attach: never; detach: never } | unknown;
  readonly binding?: DeviceBinding;
  insert(which: Which): void;
  remove(): void;
  tearAfter(bytes: number): void;
  image(which: Which): Uint8Array;
  /** Null where the chip does not count. */
  attemptsLeft(which: Which): number | null;
  /** Whether the card answers to the secret that belongs to its number. */
  hasOwnSecret(which: Which, cardNo: string): boolean;
  /** Puts a fresh blank card in place of one that was spoilt. */
  renewBlank(): void;
  /** The meter writes its report. */
  change(which: Which, image: Uint8Array): void;
}

export interface TaskKind {
  readonly layout: CardLayout;
  readonly map: { readonly meterReturn: number };
  makeStage(persist: () => void): Stage;
  /** Blank cards that tears may spoil, over all bytes. */
  readonly mostSpoilt: number;
  /** The number printed on the blank card, where its keys go by it. */
  readonly printedNo?: string;
}

const returnAt =
  ({ meterReturn }: TaskKind['map']) =>
  (image: Uint8Array, report: Parameters<typeof encodeMeterReturn>[0]): void =>
    image.set(encodeMeterReturn(report), meterReturn);

function memoryStage(persist: () => void): Stage {
  const reader = createReaderSimulator();
  const own = Object.assign(issueCard(countertopCard, returnAt(CARD_MAP)), { persist });
  const blank: SimulatedCard = {
    main: Uint8Array.from({ length: 256 }, (_, address) => [0xa2, 0x13, 0x10, 0x91][address] ?? 0xff),
    errorCounter: 7,
    psc: new Uint8Array(3).fill(0xff),
    protectedBytes: new Array<boolean>(32).fill(false),
    persist,
  };
  const cards = { own, blank };
  return {
    reader,
    insert: (which) => reader.insert(1, cards[which]),
    remove: () => reader.remove(1),
    tearAfter: (bytes) => reader.removeAfterWrittenBytes(1, bytes),
    image: (which) => cards[which].main.slice(),
    attemptsLeft: (which) => pscAttemptsLeft(cards[which].errorCounter),
    hasOwnSecret(which, cardNo) {
      const keys = VAULT.cardKeys({ layoutId: countertopCard.id, access: countertopCard.access, cardNo, uid: null, keyVersion: 0 });
      return keys.chip === 'SLE4442' && keys.psc.every((byte, index) => byte === cards[which].psc[index]);
    },
    renewBlank() {
      cards.blank.main.set(new Uint8Array(252).fill(0xff), 4);
      Object.assign(cards.blank, { errorCounter: 7, psc: new Uint8Array(3).fill(0xff) });
    },
    change: (which, image) => cards[which].main.set(image),
  };
}

function plainStage(persist: () => void): Stage {
  const options = { cardSlots: 1, samSlot: 1, pauseMs: 0 };
  const reader = pcscSimulator.createChipReader?.({ timers: systemTimers, byteTimeMs: 0, options });
  if (reader === undefined) throw new Error('the reader ships no simulator');
  const bytes = { own: issuedImage(countertopPlain, returnAt(PLAIN_MAP)), blank: new Uint8Array(256).fill(0xff) };
  const chips = {
    own: createSimulatedEeprom({ bytes: bytes.own, persist }),
    blank: createSimulatedEeprom({ bytes: bytes.blank, persist }),
  };
  return {
    reader,
    binding: { driver: 'acs-pcsc', transport: { kind: 'tcp', host: '127.0.0.1', port: 1 }, options },
    insert: (which) => reader.insert(1, chips[which]),
    remove: () => reader.remove(1),
    tearAfter: (count) => reader.removeAfterWrittenBytes(1, count),
    image: (which) => bytes[which].slice(),
    attemptsLeft: () => null,
    hasOwnSecret: () => true,
    renewBlank: () => void bytes.blank.fill(0xff),
    change: (which, image) => bytes[which].set(image),
  };
}

export const TASK_KINDS: readonly TaskKind[] = [
  // Torn inside the change of a secret of three bytes, or while it is proved.
  { layout: countertopCard, map: CARD_MAP, makeStage: memoryStage, mostSpoilt: 3 },
  { layout: countertopPlain, map: PLAIN_MAP, makeStage: plainStage, mostSpoilt: 0 },
];

let folders = 0;

export class CardTaskHall {
  readonly kind: TaskKind;
  readonly stage: Stage;
  writtenBytes = 0;
  #starts = 0;
  readonly #dir: string;

  constructor(kind: TaskKind) {
    this.kind = kind;
    this.stage = kind.makeStage(() => {
      this.writtenBytes += 1;
    });
    folders += 1;
    this.#dir = join(ROOT, String(folders));
  }

  start(wrapStore?: (store: Store) => Store): Promise<Bench> {
    this.#starts += 1;
    const { reader, binding } = this.stage;
    const line = reader as ReturnType<typeof createReaderSimulator>;
    const bound = binding === undefined ? line : { binding, simulator: line };
    return openBench({ dir: this.#dir, layout: this.kind.layout, idPrefix: 40 + this.#starts, reader: bound, wrapStore });
  }

  insert(which: Which): void {
    this.stage.remove();
    this.stage.insert(which);
  }

  truth(which: Which): (CardTruth & { readonly cardNo: string; readonly volumeLitres: number }) | null {
    const reading = this.kind.layout.read(this.stage.image(which), BRANCH.regionCode);
    if (reading.kind !== 'content') return null;
    const { cardNo, purchase } = reading.content;
    return {
      cardNo,
      sequence: purchase?.sequence ?? 0,
      cumulativeLitres: purchase?.cumulativeLitres ?? 0,
      volumeLitres: purchase?.volumeLitres ?? 0,
    };
  }

  /** The customer's meter loads what is on the card. */
  meterTakes(which: Which): void {
    const truth = this.truth(which);
    if (truth === null) throw new Error('the meter cannot read the card');
    const image = this.stage.image(which);
    const report = {
      loadedSequence: truth.sequence,
      remainingLitres: 112_000,
      cumulativeUseLitres: 688_000,
      faults: 0,
      meterNo: 'MT00000001',
    };
    returnAt(this.kind.map)(image, report);
    this.stage.change(which, image);
  }
}

/** Pays for 100 m³ with the account's card, which stays in the reader. */
export async function pay(hall: CardTaskHall, bench: Bench): Promise<void> {
  hall.insert('own');
  await payTopup(bench.context, {
    topupId: TOPUP_ID,
    accountId: ACCOUNT_ID,
    slot: 1,
    purchase: { by: 'volume', litres: LITRES },
    expectedAmountFen: PRICE_FEN,
    tenders: [],
    cashTenderedFen: PRICE_FEN,
  });
}

export const deliver = (bench: Bench) => deliverTopup(bench.context, { topupId: TOPUP_ID, slot: 1, lastAttemptApprovedBy: null });

/** Buys 100 m³ on the account's card, which stays in the reader. */
export async function buy(hall: CardTaskHall, bench: Bench): Promise<void> {
  await pay(hall, bench);
  expect((await deliver(bench)).fault).toBeNull();
}

export const as = (bench: Bench, role: 'clerk' | 'supervisor' | 'manager', staffNo = '1001'): UseCaseContext => ({
  ...bench.context,
  actor: { ...bench.context.actor, role, staffNo },
});

/** The end of every case: journal, ledger and both cards agree, and nothing is open. */
export function expectSettled(hall: CardTaskHall, bench: Bench): void {
  const { store } = bench;
  const truths = new Map<string, CardTruth>();
  for (const which of ['own', 'blank'] as const) {
    const truth = hall.truth(which);
    if (truth === null) continue;
    const row = store.card(truth.cardNo);
    truths.set(truth.cardNo, truth);
    expect(hall.stage.hasOwnSecret(which, truth.cardNo)).toBe(true);
    if (row?.status === 'active') expect(row).toMatchObject({ sequence: truth.sequence, cumulativeLitres: truth.cumulativeLitres });
  }
  const result = audit(store.operationsAfter(0, 1000), new Map([[CARD_NO, ISSUED]]), truths);
  expect(result.complaints).toEqual([]);
  expect(result.open).toEqual([]);
  expect(result.openTasks).toEqual([]);
  expect(store.volumeOwed(ACCOUNT_ID)).toBe(result.owedLitres);
  expect(store.balance('undelivered-purchase')).toBe(0);
  expect(store.balance('cash-drawer', SHIFT_ID) - FLOAT_FEN + store.balance('customer-credit', ACCOUNT_ID)).toBe(result.deliveredFen);
  expect(store.balance('gas-revenue') + store.balance('vat-payable') + result.deliveredFen).toBe(0);
  expect(store.tierUse(ACCOUNT_ID, 2026)).toBe(400_000 + result.deliveredLitres);
}
