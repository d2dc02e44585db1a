// One counter's core in the network simulation: the real use cases over the real store, with customers' cards in memory for a reader.
import { setImmediate as nextTurn } from 'node:timers/promises';
import countertopCard from '../../../drivers/countertop-card/layout.ts';
import { MAP } from '../../../drivers/countertop-card/records.ts';
import { encodeMeterReturn } from '../../../drivers/kit/index.ts';
import { done, type Outcome, refused, unknown } from '../../../drivers/kit/outcome.ts';
import type { UseCaseContext } from '../../../src/main/core/actor.ts';
import type { CardSnapshot, CardWriteRequest, Devices, HeldReader } from '../../../src/main/core/ports/devices.ts';
import type { Ports } from '../../../src/main/core/ports/index.ts';
import { createReceipts } from '../../../src/main/printing/receipts.ts';
import { createPrivateNumbers } from '../../../src/main/secrets/private-numbers.ts';
import type { StoreHandle } from '../../../src/main/store/index.ts';
import { applyWrites, sameBytes } from '../../../src/shared/domain/card-image.ts';
import { BRANCH, ISSUED, issuedImage, VAULT } from '../counter-bench.ts';
import { NO_SYNC } from '../no-sync.ts';
import { checkedStore } from '../wire-check.ts';

/** Thrown out of a commit: the core is gone. */
export class PowerCut extends Error {}

/** Cards as they are in the customers' pockets, by number. */
export type Pockets = Map<string, Uint8Array>;

/** Returns the image of a new customer's card. */
export function newCard(holder: { readonly cardNo: string; readonly accountNo: string; readonly meterNo: string }): Uint8Array {
  return issuedImage(countertopCard, (image, report) => image.set(encodeMeterReturn(report), MAP.meterReturn), holder);
}

/** At home the meter takes what is on the card. */
export function meterTakes(image: Uint8Array, meterNo: string): void {
  const reading = countertopCard.read(image, BRANCH.regionCode);
  if (reading.kind !== 'content' || reading.content.takenByMeter) return;
  const loadedSequence = reading.content.purchase?.sequence ?? ISSUED.sequence;
  const used = { remainingLitres: 0, cumulativeUseLitres: 688_000, faults: 0, meterNo };
  image.set(encodeMeterReturn({ loadedSequence, ...used }), MAP.meterReturn);
}

export interface Desk {
  readonly context: UseCaseContext;
  /** The store without the check that what is recorded can travel. */
  readonly unchecked: StoreHandle;
  /** The card in the reader; its bytes are the customer's own. */
  insert(image: Uint8Array | null): void;
  /** The power fails at the `commits`-th commit from now, half the time before it and half the time behind it. */
  cutPowerAfter(commits: number | null): void;
}

export interface DeskOptions {
  readonly store: StoreHandle;
  readonly staffNo: string;
  readonly shiftId: string;
  readonly random: () => number;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly nudge: () => void;
}

/** Returns the counter's core. Its reader tears a write now and then. */
export function createDesk(options: DeskOptions): Desk {
  const { random } = options;
  let card: Uint8Array | null = null;
  let cutIn: number | null = null;
  const checked = checkedStore(options.store);
  const store: StoreHandle = {
    ...checked,
    write(act) {
      if (cutIn !== null) cutIn -= 1;
      const isHere = cutIn !== null && cutIn <= 0;
      if (isHere && random() < 0.5) throw new PowerCut();
      const result = checked.write(act);
      if (isHere) throw new PowerCut();
      return result;
    },
  };
  const reader: HeldReader = {
    async read(_slot, choices): Promise<Outcome<CardSnapshot>> {
      const choice = choices.find(({ layoutId }) => layoutId === countertopCard.id);
      const nothing = { uid: null, layoutId: null, keyVersion: null, image: null, attemptsLeft: null, chip: null };
      if (card === null || choice === undefined) return done({ ...nothing, presence: 'absent' });
      return done({ ...nothing, presence: 'present', chip: 'SLE4442', layoutId: choice.layoutId, image: card.slice(), attemptsLeft: 3 });
    },
    async write({ expected, writes }: CardWriteRequest): Promise<Outcome<Uint8Array>> {
      await nextTurn();
      const chance = random();
      if (card === null || chance < 0.03) return refused({ code: 'CARD_ABSENT', context: {} });
      if (!sameBytes(card, expected)) return refused({ code: 'CARD_CHANGED_ELSEWHERE', context: { cardNo: '' } });
      const isTorn = chance < 0.08;
      card.set(applyWrites(card, isTorn ? writes.slice(0, Math.floor(random() * writes.length)) : writes));
      return isTorn ? unknown({ code: 'CARD_ABSENT', context: {} }) : done(card.slice());
    },
  };
  const devices = {
    withReader: async <T>(task: (held: HeldReader) => Promise<T>) => done(await task(reader)),
    print: async () => done({ proof: 'verified', paperNearEnd: false }),
    hasPrinted: async () => done(false),
    openDrawer: async () => done({ isOpen: null }),
    showText: async () => done(null),
    clearDisplay: async () => done(null),
    printerColumns: () => 48,
    states: () => [],
  } as unknown as Devices;
  const ports = {
    clock: { nowMs: options.nowMs },
    ids: { uuid: options.newId, token: options.newId },
    events: { publish: () => {}, subscribe: () => () => {} },
    ...{ store, devices },
    layouts: { get: (id: string) => (id === countertopCard.id ? countertopCard : null), all: () => [countertopCard] },
    keys: VAULT,
    numbers: createPrivateNumbers({ masters: [{ version: 0, key: new Uint8Array(32).fill(7) }], table: options.store.sealedNumbers }),
    receipts: createReceipts(),
    sync: { ...NO_SYNC, nudge: options.nudge },
  } as unknown as Ports;
  const { staffNo, shiftId } = options;
  return {
    context: { ports, actor: { staffNo, name: staffNo, role: 'clerk', shiftId } },
    unchecked: options.store,
    insert(image) {
      card = image;
    },
    cutPowerAfter(commits) {
      cutIn = commits;
    },
  };
}
