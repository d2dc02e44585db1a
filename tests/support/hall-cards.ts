// One issued card of every kind, with the reader that takes it: what the simulations put into a hall.
import { simulator as pcscSimulator } from '../../drivers/acs-pcsc/simulator.ts';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { createMeter as cardMeter } from '../../drivers/countertop-card/meter-simulator.ts';
import { MAP as CARD_MAP } from '../../drivers/countertop-card/records.ts';
import countertopCpu from '../../drivers/countertop-cpu/layout.ts';
import { createMeter as cpuMeter } from '../../drivers/countertop-cpu/meter-simulator.ts';
import { ACCESS as CPU_ACCESS, MAP as CPU_MAP } from '../../drivers/countertop-cpu/records.ts';
import countertopMifare from '../../drivers/countertop-mifare/layout.ts';
import { createMeter as mifareMeter } from '../../drivers/countertop-mifare/meter-simulator.ts';
import { MAP as MIFARE_MAP } from '../../drivers/countertop-mifare/records.ts';
import countertopPlain from '../../drivers/countertop-plain/layout.ts';
import { createMeter as plainMeter } from '../../drivers/countertop-plain/meter-simulator.ts';
import { MAP as PLAIN_MAP } from '../../drivers/countertop-plain/records.ts';
import {
  cpuCardKeys,
  createSimulatedCpuCard,
  createSimulatedEeprom,
  createSimulatedMifare,
  createSimulatedPsam,
  newMifareBytes,
  type PsamKeys,
  type SimulatedChipCard,
  setMifareKeys,
} from '../../drivers/kit/cards/index.ts';
import { encodeMeterReturn, type Meter, type MeterOptions, type RecordMap } from '../../drivers/kit/index.ts';
import type { SimulatedCardReader, SimulatedChipReader } from '../../drivers/kit/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import type { CardKeys } from '../../src/main/core/ports/cards.ts';
import type { DeviceBinding } from '../../src/main/devices/settings.ts';
import { MIFARE_BLOCK_BYTES, mifareBlocks } from '../../src/shared/domain/card-access.ts';
import { fromHex, pscAttemptsLeft } from '../../src/shared/domain/card-image.ts';
import type { CardLayout } from '../../src/shared/domain/card-layout.ts';
import type { Commodity } from '../../src/shared/domain/commodity.ts';
import { CARD_NO, createReaderSimulator, holderOf, issueCard, issuedImage, VAULT, type WriteReturn } from './counter-bench.ts';
import { singleRecordLayout, writeReturn as writeSingleReturn } from './single-record-layout.ts';

type AnyReader = Pick<SimulatedCardReader | SimulatedChipReader, 'attach' | 'detach' | 'remove' | 'removeAfterWrittenBytes'>;

/** A card on a reader of its own. */
export interface HallCard {
  readonly reader: AnyReader;
  /** What the reader's slot is bound to; the four-slot reader where it is left out. */
  readonly binding?: DeviceBinding;
  insert(): void;
  /** The image as it lies on the chip. */
  image(): Uint8Array;
  /** The meter changes a byte of the image. */
  change(address: number, byte: number): void;
  /** Null where the chip does not count. */
  attemptsLeft(): number | null;
  /** Puts a blank card in place of this one. Returns what puts this one back; left out where nobody needs it. */
  renew?(): () => void;
}

export interface HallKind {
  readonly layout: CardLayout;
  /** Missing for a layout that no meter reads. */
  readonly createMeter?: (options: MeterOptions) => Meter;
  /** Makes the card; `persist` is called after each byte of its memory that has changed. */
  makeCard(persist: () => void, commodity?: Commodity): HallCard;
}

export const UID = Uint8Array.of(0x5a, 0x10, 0x77, 0x01);
const returnAt =
  (map: RecordMap): WriteReturn =>
  (image, report) =>
    image.set(encodeMeterReturn(report), map.meterReturn);

function keysFor(layout: CardLayout): CardKeys {
  return VAULT.cardKeys({ layoutId: layout.id, access: layout.access, cardNo: CARD_NO, uid: UID, keyVersion: 0 });
}

/** A card as its maker delivers it: the chip's own first bytes, and nothing. */
function blankSle4442(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, address) => [0xa2, 0x13, 0x10, 0x91][address] ?? 0xff);
}

function onMemoryReader(layout: CardLayout, writeReturn: WriteReturn): HallKind['makeCard'] {
  return (persist, commodity = 'gas') => {
    const reader = createReaderSimulator();
    let card = Object.assign(issueCard(layout, writeReturn, holderOf(commodity)), { persist });
    return {
      reader,
      insert: () => reader.insert(1, card),
      image: () => card.main.slice(),
      change(address, byte) {
        card.main[address] = byte;
      },
      attemptsLeft: () => pscAttemptsLeft(card.errorCounter),
      renew() {
        const before = card;
        reader.remove(1);
        card = {
          ...card,
          main: blankSle4442(),
          errorCounter: 7,
          psc: new Uint8Array(3).fill(0xff),
          protectedBytes: new Array<boolean>(32).fill(false),
        };
        reader.insert(1, card);
        return () => {
          reader.remove(1);
          card = before;
          reader.insert(1, card);
        };
      },
    };
  };
}

/** A PC/SC reader with one card slot and one module slot. */
function onPcsc(
  chip: SimulatedChipCard,
  rest: Pick<HallCard, 'image' | 'change' | 'attemptsLeft'>,
): HallCard & { readonly reader: SimulatedChipReader } {
  const options = { cardSlots: 1, samSlot: 1, pauseMs: 0 };
  const reader = pcscSimulator.createChipReader?.({ timers: systemTimers, byteTimeMs: 0, options });
  if (reader === undefined) throw new Error('the reader ships no simulator');
  const binding: DeviceBinding = { driver: 'acs-pcsc', transport: { kind: 'tcp', host: '127.0.0.1', port: 1 }, options };
  return { reader, binding, insert: () => reader.insert(1, chip), ...rest };
}

function plainCard(persist: () => void): HallCard {
  const bytes = issuedImage(countertopPlain, returnAt(PLAIN_MAP));
  return onPcsc(createSimulatedEeprom({ bytes, persist }), {
    image: () => bytes.slice(),
    change(address, byte) {
      bytes[address] = byte;
    },
    attemptsLeft: () => null,
  });
}

function mifareCard(persist: () => void): HallCard {
  const { access } = countertopMifare;
  const keys = keysFor(countertopMifare);
  if (access.chip !== 'MIFARE-S50' || keys.chip !== 'MIFARE-S50') throw new Error('no Mifare layout');
  const bytes = newMifareBytes(UID);
  for (const sector of keys.sectors) setMifareKeys(bytes, sector);
  const blocks = mifareBlocks(access);
  const placeOf = (address: number) =>
    (blocks[Math.floor(address / MIFARE_BLOCK_BYTES)] ?? 0) * MIFARE_BLOCK_BYTES + (address % MIFARE_BLOCK_BYTES);
  for (const [address, byte] of issuedImage(countertopMifare, returnAt(MIFARE_MAP)).entries()) bytes[placeOf(address)] = byte;
  return onPcsc(createSimulatedMifare({ bytes, uid: UID, persist }), {
    image: () => Uint8Array.from({ length: countertopMifare.imageBytes }, (_, address) => bytes[placeOf(address)] ?? 0),
    change(address, byte) {
      bytes[placeOf(address)] = byte;
    },
    attemptsLeft: () => null,
  });
}

/** The branch's keys as its PSAM holds them. */
export const PSAM_KEYS: PsamKeys = {
  version: 0,
  authentication: fromHex('404142434445464748494A4B4C4D4E4F'),
  lineProtection: fromHex('505152535455565758595A5B5C5D5E5F'),
};

function cpuCard(persist: () => void): HallCard {
  const keys = keysFor(countertopCpu);
  if (keys.chip !== 'CPU') throw new Error('no CPU layout');
  const bytes = issuedImage(countertopCpu, returnAt(CPU_MAP));
  const memory = {
    applicationId: fromHex(CPU_ACCESS.applicationId),
    files: CPU_ACCESS.files,
    bytes,
    attemptsLeft: 3,
    keyId: CPU_ACCESS.keyId,
    keys: cpuCardKeys(PSAM_KEYS, keys.diversifier),
    persist,
  };
  let challenges = 0;
  const challenge = () => {
    challenges += 1;
    return Uint8Array.of(0xc0, challenges >> 16, challenges >> 8, challenges);
  };
  const card = onPcsc(createSimulatedCpuCard(memory, challenge), {
    image: () => bytes.slice(),
    change(address, byte) {
      bytes[address] = byte;
    },
    attemptsLeft: () => memory.attemptsLeft,
  });
  card.reader.setSam?.(1, createSimulatedPsam({ applicationId: fromHex(CPU_ACCESS.psamApplicationId), keys: [PSAM_KEYS] }));
  return card;
}

/** Layouts on SLE4442: our own, and one that has nothing but its images. */
export const LAYOUTS = [
  { layout: countertopCard, createMeter: cardMeter, makeCard: onMemoryReader(countertopCard, returnAt(CARD_MAP)) },
  { layout: singleRecordLayout, makeCard: onMemoryReader(singleRecordLayout, writeSingleReturn) },
] as const satisfies readonly HallKind[];

/** Layouts on other chips, behind a reader for all of them. */
export const CHIP_LAYOUTS: readonly (HallKind & { createMeter(options: MeterOptions): Meter })[] = [
  { layout: countertopPlain, createMeter: plainMeter, makeCard: plainCard },
  { layout: countertopMifare, createMeter: mifareMeter, makeCard: mifareCard },
  { layout: countertopCpu, createMeter: cpuMeter, makeCard: cpuCard },
];
