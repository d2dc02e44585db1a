// The faces of the reader, one per kind of card. A write and a presented secret are sent once; everything else may be sent again.
import {
  type ApduAccess,
  type CardChip,
  type EepromAccess,
  Fault,
  type MifareAccess,
  requireSpan,
  type Sle4442Access,
} from '../kit/index.ts';
import {
  authenticate,
  bodyOf,
  changePsc,
  getResponse,
  loadKey,
  presentPsc,
  readCounter,
  readMemory,
  SW_OK,
  SW_PSC_RIGHT,
  secretsOf,
  statusWordOf,
  writeMemory,
} from './apdu.ts';
import type { CardSession, Cards } from './cards.ts';
import { type CcidLink, slotNumber } from './link.ts';

const MAIN_BYTES = 256;
const PSC_BYTES = 3;
const EC_FULL = 7;
const SECURITY_BYTES = 4;
/** Card bytes that a presentation may change: the counter's bit cleared, and restored. */
const PRESENTATION_WRITES = 2;
const BLOCK_BYTES = 16;
const BLOCKS = 64;
const BLOCKS_PER_SECTOR = 4;
const KEY_BYTES = 6;
/** Contactless cards are always written by this one. */
const UPDATE_BINARY = 0xd6;
/** Procedure bytes of T=0. */
const MORE_DATA = 0x61;
const WRONG_LENGTH = 0x6c;
/** More than the longest response of an extended APDU takes. */
const MOST_ROUNDS = 300;

export interface FaceSettings {
  readonly link: CcidLink;
  readonly cards: Cards;
  /** Runs one task at a time. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
  /** Returns the CCID slot of a slot counted from 1; throws DEVICE_REJECTED. */
  ccidSlot(slot: number): number;
  readonly writeInstruction: number;
  readonly eepromBytes: number;
  readonly eepromPageBytes: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly responseTimeoutMs: number;
  readonly byteTimeoutMs: number;
  readonly apduTimeoutMs: number;
}

function refused(slot: number, reason: string): Fault {
  return new Fault('DEVICE_REJECTED', { slot: slotNumber(slot), reason });
}

/** Reads a span of a memory card in pieces. */
async function readSpan(
  { cards, readBytes }: FaceSettings,
  where: { readonly slot: number; readonly chip: CardChip; readonly address: number; readonly length: number },
): Promise<Uint8Array> {
  const result = new Uint8Array(where.length);
  for (let done = 0; done < where.length; done += readBytes) {
    const length = Math.min(readBytes, where.length - done);
    const response = await cards.ask(where.slot, where.chip, { apdu: readMemory(where.address + done, length), length });
    if (statusWordOf(response) !== SW_OK) await explain({ cards }, where.slot, new Fault('CARD_DAMAGED', { slot: slotNumber(where.slot) }));
    result.set(response.subarray(0, length), done);
  }
  return result;
}

/** Throws what a refused command means: the card has gone or is damaged, else `fault`. */
async function explain({ cards }: Pick<FaceSettings, 'cards'>, slot: number, fault: Fault): Promise<never> {
  const { presence } = await cards.look(slot);
  if (presence === 'absent') throw new Fault('CARD_ABSENT', { slot: slotNumber(slot) });
  throw presence === 'damaged' ? new Fault('CARD_DAMAGED', { slot: slotNumber(slot) }) : fault;
}

interface Effect {
  readonly slot: number;
  readonly apdu: Uint8Array;
  readonly onMifare?: boolean;
  /** Card bytes that it may change. */
  readonly writes: number;
}

/** Sends what may change the card, once. Returns the status word; 0 when the card had lost its power before and has seen nothing of it. */
async function act({ link, cards, responseTimeoutMs, byteTimeoutMs }: FaceSettings, effect: Effect): Promise<number> {
  const { slot, apdu, onMifare = false, writes } = effect;
  const response = await link.transmit(slot, {
    apdu,
    secrets: secretsOf(apdu, { onMifare }),
    timeoutMs: responseTimeoutMs + writes * byteTimeoutMs,
    repeatable: false,
    accepts: (answer) => answer.length === 2,
  });
  if (response !== null) return statusWordOf(response);
  cards.forget(slot);
  return 0;
}

/** Returns the SLE4442 face. */
export function sle4442Face(settings: FaceSettings): Sle4442Access {
  const { cards, inTurn, ccidSlot, writeInstruction, writeBytes } = settings;
  const chip = 'SLE4442';

  async function errorCounter(slot: number): Promise<number> {
    const response = await cards.ask(slot, chip, { apdu: readCounter(), length: SECURITY_BYTES });
    if (statusWordOf(response) !== SW_OK) await explain(settings, slot, new Fault('CARD_DAMAGED', { slot: slotNumber(slot) }));
    return response[0] ?? 0;
  }

  /** The card that has accepted its PSC; a card that has been moved since has forgotten it. */
  async function verifiedSession(slot: number): Promise<CardSession> {
    const session = cards.known(slot);
    if (session?.chip === chip && session.verified) return session;
    await cards.session(slot, chip);
    throw refused(slot, 'psc-not-verified');
  }

  return {
    readMain: (slotFrom1, address, length) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        requireSpan({ address, length, size: MAIN_BYTES });
        return readSpan(settings, { slot, chip, address, length });
      }),
    readErrorCounter: (slotFrom1) => inTurn(async () => errorCounter(ccidSlot(slotFrom1))),
    presentPsc: (slotFrom1, psc) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        if (psc.length !== PSC_BYTES) throw refused(slot, 'psc-length');
        const before = await errorCounter(slot);
        const wrong = new Fault('CARD_PSC_WRONG', { slot: slotNumber(slot) });
        // A card that is locked takes nothing any more; it is left alone.
        if (before === 0) throw wrong;
        const session = cards.known(slot);
        if (session === null) throw refused(slot, 'card-was-moved');
        session.verified = false;
        const said = await act(settings, { slot, apdu: presentPsc(psc), writes: PRESENTATION_WRITES });
        const after = await errorCounter(slot);
        // Reading the counter has found the card without power: whatever was accepted is forgotten.
        if (cards.known(slot) !== session) throw refused(slot, 'card-was-moved');
        if (said === SW_PSC_RIGHT && after === EC_FULL) session.verified = true;
        else if (said === SW_PSC_RIGHT) throw new Fault('FRAME_UNEXPECTED', { slot: slotNumber(slot), errorCounter: after });
        // An attempt that fails costs a bit: with the counter as it was nothing has been presented.
        else if (after === before) throw refused(slot, 'psc-not-presented');
        else throw wrong;
      }),
    updateMain: (slotFrom1, address, data) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        requireSpan({ address, length: data.length, size: MAIN_BYTES });
        for (let done = 0; done < data.length; done += writeBytes) {
          await verifiedSession(slot);
          const piece = data.slice(done, done + writeBytes);
          const apdu = writeMemory(writeInstruction, { address: address + done, data: piece });
          const said = await act(settings, { slot, apdu, writes: piece.length });
          if (said !== SW_OK) await explain(settings, slot, refused(slot, said === 0 ? 'psc-not-verified' : `status ${said.toString(16)}`));
        }
      }),
    changePsc: (slotFrom1, psc) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        if (psc.length !== PSC_BYTES) throw refused(slot, 'psc-length');
        await verifiedSession(slot);
        const said = await act(settings, { slot, apdu: changePsc(psc), writes: PSC_BYTES });
        if (said !== SW_OK) await explain(settings, slot, refused(slot, said === 0 ? 'psc-not-verified' : `status ${said.toString(16)}`));
      }),
  };
}

/** Returns the face for plain EEPROM cards. */
export function eepromFace(settings: FaceSettings): EepromAccess {
  const { cards, inTurn, ccidSlot, writeInstruction, eepromBytes: size, eepromPageBytes } = settings;
  const chip = 'AT24C02';
  return {
    read: (slotFrom1, { address, length }) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        requireSpan({ address, length, size });
        return readSpan(settings, { slot, chip, address, length });
      }),
    write: (slotFrom1, address, data) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        requireSpan({ address, length: data.length, size });
        // A card put in meanwhile is not the one that was meant: between the pieces nothing is selected anew.
        if (cards.known(slot)?.chip !== chip) await cards.session(slot, chip);
        for (let done = 0; done < data.length; ) {
          // Behind the end of a page the chip would go on at the page's beginning.
          const take = Math.min(eepromPageBytes - ((address + done) % eepromPageBytes), data.length - done);
          const piece = { address: address + done, data: data.slice(done, done + take) };
          const said = await act(settings, { slot, apdu: writeMemory(writeInstruction, piece), writes: take });
          if (said !== SW_OK) await explain(settings, slot, refused(slot, said === 0 ? 'card-was-moved' : `status ${said.toString(16)}`));
          done += take;
        }
      }),
  };
}

/** Returns the face for Mifare Classic cards. */
export function mifareFace(settings: FaceSettings): MifareAccess {
  const { cards, inTurn, ccidSlot } = settings;
  const chip = 'MIFARE-S50';

  function requireBlock(block: number): void {
    if (!Number.isInteger(block) || block < 0 || block >= BLOCKS) throw new Fault('DEVICE_REJECTED', { block, reason: 'outside-memory' });
  }

  function requireOpen(slot: number, block: number, session: CardSession): void {
    if (session.openSector !== Math.floor(block / BLOCKS_PER_SECTOR)) throw refused(slot, 'sector-not-open');
  }

  /** A refusal has closed the sector on the card. */
  async function refuseAccess(slot: number): Promise<never> {
    const session = cards.known(slot);
    if (session !== null) session.openSector = null;
    return explain(settings, slot, refused(slot, 'access-bits'));
  }

  return {
    authenticate: (slotFrom1, sector, key) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        const block = sector * BLOCKS_PER_SECTOR;
        requireBlock(Number.isInteger(sector) ? block : sector);
        if (key.bytes.length !== KEY_BYTES) throw refused(slot, 'key-length');
        const requireReady = (session: CardSession) => {
          session.openSector = null;
        };
        const loaded = await cards.ask(slot, chip, { apdu: loadKey(key.bytes), length: 0, requireReady });
        if (statusWordOf(loaded) !== SW_OK) await explain(settings, slot, refused(slot, 'key-not-loaded'));
        const opened = await cards.ask(slot, chip, { apdu: authenticate(block, key.kind), length: 0, requireReady });
        const fault = new Fault('CARD_KEY_REFUSED', { slot: slotNumber(slot), sector });
        if (statusWordOf(opened) !== SW_OK) await explain(settings, slot, fault);
        const session = cards.known(slot);
        if (session !== null) session.openSector = sector;
      }),
    readBlock: (slotFrom1, block) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        requireBlock(block);
        const requireReady = (session: CardSession) => requireOpen(slot, block, session);
        const response = await cards.ask(slot, chip, { apdu: readMemory(block, BLOCK_BYTES), length: BLOCK_BYTES, requireReady });
        return statusWordOf(response) === SW_OK ? bodyOf(response) : refuseAccess(slot);
      }),
    writeBlock: (slotFrom1, block, data) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        requireBlock(block);
        if (data.length !== BLOCK_BYTES) throw refused(slot, 'block-length');
        requireOpen(slot, block, cards.known(slot) ?? (await cards.session(slot, chip)));
        const apdu = writeMemory(UPDATE_BINARY, { address: block, data });
        const said = await act(settings, { slot, apdu, onMifare: true, writes: BLOCK_BYTES });
        if (said === 0) await explain(settings, slot, refused(slot, 'sector-not-open'));
        if (said !== SW_OK) await refuseAccess(slot);
      }),
  };
}

/** Length of a short command APDU up to and without Le; extended APDUs (third form of Lc) count whole. */
function lengthWithoutLe(command: Uint8Array): number {
  const dataBytes = command[4] ?? 0;
  if (command.length === 5) return 4;
  return dataBytes > 0 && command.length === 5 + dataBytes + 1 ? command.length - 1 : command.length;
}

/** Returns the face for cards and modules that speak APDUs. */
export function apduFace(settings: FaceSettings): ApduAccess {
  const { cards, inTurn, ccidSlot, link, apduTimeoutMs } = settings;

  async function exchange(slot: number, apdu: Uint8Array): Promise<Uint8Array> {
    const response = await link.transmit(slot, {
      apdu,
      secrets: secretsOf(apdu, { onMifare: false }),
      timeoutMs: apduTimeoutMs,
      repeatable: false,
      accepts: (answer) => answer.length >= 2,
    });
    if (response !== null) return response;
    cards.forget(slot);
    throw refused(slot, 'card-was-moved');
  }

  return {
    transmit: (slotFrom1, command) =>
      inTurn(async () => {
        const slot = ccidSlot(slotFrom1);
        if (command.length < 4) throw refused(slot, 'apdu-length');
        const known = cards.known(slot);
        const { isT0 } = known?.chip === 'CPU' ? known : await cards.session(slot, 'CPU');
        // T=0 cannot carry data and Le both: the card then says 61 xx by itself.
        let sent = isT0 && command.length > 5 ? command.slice(0, lengthWithoutLe(command)) : command;
        let data = new Uint8Array(0);
        for (let round = 0; round < MOST_ROUNDS; round += 1) {
          const response = await exchange(slot, sent);
          const [sw1 = 0, sw2 = 0] = response.subarray(-2);
          if (sw1 === WRONG_LENGTH && response.length === 2) {
            // The card has not carried the command out and says which Le it wants.
            sent = Uint8Array.of(...sent.subarray(0, lengthWithoutLe(sent)), sw2);
          } else {
            data = Uint8Array.of(...data, ...bodyOf(response));
            if (sw1 !== MORE_DATA) return Uint8Array.of(...data, sw1, sw2);
            sent = getResponse(sw2);
          }
        }
        throw new Fault('FRAME_UNEXPECTED', { slot: slotNumber(slot), reason: 'endless response' });
      }),
  };
}
