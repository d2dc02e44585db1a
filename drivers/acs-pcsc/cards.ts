// What lies in each slot: found out without any secret when the card is given power, and valid for as long as it keeps it.
import { type CardChip, type CardPresence, Fault, sameBytes } from '../kit/index.ts';
import { bodyOf, CARD_TYPE, getUid, readCounter, SW_OK, secretsOf, selectType, statusWordOf } from './apdu.ts';
import { type CcidLink, slotNumber } from './link.ts';

/** What an SLE4442 answers to a reset; some readers put it into the historical bytes of the ATR that they make up. */
const SLE4442_ATR = Uint8Array.of(0xa2, 0x13, 0x10, 0x91);
/** PC/SC workgroup: behind it in a storage card's ATR come the standard and two bytes of card name. */
const PCSC_RID = Uint8Array.of(0xa0, 0x00, 0x00, 0x03, 0x06);
const MIFARE_1K_NAME = 0x0001;
const EC_FULL = 7;
const SECURITY_BYTES = 4;

/** A card from the moment it is given power until it loses it. */
export interface CardSession {
  readonly atr: Uint8Array;
  readonly chip: CardChip | null;
  readonly uid: Uint8Array | null;
  /** T=0: a command must not carry data and Le both. */
  readonly isT0: boolean;
  /** SLE4442: its PSC was accepted. */
  verified: boolean;
  /** Mifare: the sector that is open. */
  openSector: number | null;
}

export interface Found {
  readonly presence: CardPresence;
  readonly session: CardSession | null;
}

export interface Cards {
  /** Asks the reader; gives a card that has no power power and finds out its kind. Presents no secret. */
  look(slot: number): Promise<Found>;
  /** Returns the session of a card of this kind. Rejects with CARD_ABSENT, CARD_DAMAGED or CARD_CHIP_UNSUPPORTED. */
  session(slot: number, chip: CardChip): Promise<CardSession>;
  /** Returns the session as it was known last, without asking; null when there is none. */
  known(slot: number): CardSession | null;
  /** The card has lost its power. */
  forget(slot: number): void;
  /** A command that changes nothing. Returns the response; that the card has lost its power in between is no matter. */
  ask(slot: number, chip: CardChip, question: Question): Promise<Uint8Array>;
}

export interface Question {
  readonly apdu: Uint8Array;
  /** Length of the data in a good response. */
  readonly length: number;
  /** Throws when the card is not ready for it. */
  requireReady?(session: CardSession): void;
}

/** Returns the historical bytes of an ATR (ISO 7816-3), and whether T=0 is the protocol it offers first. */
function parseAtr(atr: Uint8Array): { readonly historical: Uint8Array; readonly hasInterfaceBytes: boolean; readonly isT0: boolean } {
  const t0 = atr[1] ?? 0;
  let at = 2;
  let present = t0 >> 4;
  let firstProtocol: number | null = null;
  while (present !== 0 && at < atr.length) {
    at += [1, 2, 4].filter((bit) => (present & bit) !== 0).length;
    if ((present & 8) === 0) break;
    const td = atr[at] ?? 0;
    firstProtocol ??= td & 0x0f;
    present = td >> 4;
    at += 1;
  }
  return { historical: atr.slice(at, at + (t0 & 0x0f)), hasInterfaceBytes: t0 >> 4 !== 0, isT0: (firstProtocol ?? 0) === 0 };
}

/** Returns the card's name in the ATR of a contactless storage card; null in any other. */
function storageCardName(historical: Uint8Array): number | null {
  // 80, 4F, length, then RID, standard and name.
  const rid = historical.subarray(3, 8);
  if (historical[0] !== 0x80 || historical[1] !== 0x4f || !sameBytes(rid, PCSC_RID)) return null;
  return ((historical[9] ?? 0) << 8) | (historical[10] ?? 0);
}

/** Returns the cards behind a link. `timeoutMs` is for one command. */
export function createCards(link: CcidLink, { timeoutMs }: { readonly timeoutMs: number }): Cards {
  const sessions = new Map<number, CardSession>();

  function isAnswer(response: Uint8Array, length: number): boolean {
    if (statusWordOf(response) !== SW_OK) return response.length === 2;
    // Some models put the four bytes of protection memory behind what was read from an SLE4442.
    return response.length === length + 2 || response.length === length + 2 + SECURITY_BYTES;
  }

  function transmit(slot: number, command: { readonly apdu: Uint8Array; readonly length: number; readonly onMifare: boolean }) {
    const { apdu, length, onMifare } = command;
    const accepts = (response: Uint8Array) => isAnswer(response, length);
    return link.transmit(slot, { apdu, secrets: secretsOf(apdu, { onMifare }), timeoutMs, repeatable: true, accepts });
  }

  /** Asks a card that has just been given power; its loss now means that the card is being moved. */
  async function probe(slot: number, apdu: Uint8Array, length: number): Promise<Uint8Array> {
    const response = await transmit(slot, { apdu, length, onMifare: false });
    if (response === null) throw new Fault('CARD_DAMAGED', { slot: slotNumber(slot), reason: 'lost power' });
    return response;
  }

  const succeeds = async (slot: number, apdu: Uint8Array) => statusWordOf(await probe(slot, apdu, 0)) === SW_OK;

  /** Memory cards say nothing by themselves: selecting one makes the reader look for it. */
  async function memoryChip(slot: number): Promise<CardChip | null> {
    if (await succeeds(slot, selectType(CARD_TYPE.sle4442))) {
      const security = await probe(slot, readCounter(), SECURITY_BYTES);
      // An error counter is three bits; a card that is none of its kind reads as FF.
      if (statusWordOf(security) === SW_OK && (security[0] ?? 0xff) <= EC_FULL) return 'SLE4442';
    }
    return (await succeeds(slot, selectType(CARD_TYPE.i2c))) ? 'AT24C02' : null;
  }

  async function readUid(slot: number): Promise<Uint8Array | null> {
    const response = await link.transmit(slot, {
      apdu: getUid(),
      secrets: secretsOf(getUid(), { onMifare: false }),
      timeoutMs,
      repeatable: true,
      accepts: (answer) => answer.length >= 2,
    });
    return response !== null && statusWordOf(response) === SW_OK ? bodyOf(response) : null;
  }

  async function open(slot: number): Promise<CardSession> {
    const atr = await link.powerOn(slot);
    const { historical, hasInterfaceBytes, isT0 } = parseAtr(atr);
    const session = { atr, chip: null, uid: null, isT0, verified: false, openSector: null };
    const name = storageCardName(historical);
    if (name !== null) return { ...session, chip: name === MIFARE_1K_NAME ? 'MIFARE-S50' : null, uid: await readUid(slot) };
    const isMemoryCard = !hasInterfaceBytes && (historical.length === 0 || sameBytes(historical, SLE4442_ATR));
    return { ...session, chip: isMemoryCard ? await memoryChip(slot) : 'CPU' };
  }

  async function look(slot: number): Promise<Found> {
    const icc = await link.slotStatus(slot);
    const known = sessions.get(slot);
    if (icc === 'active' && known !== undefined) return { presence: 'present', session: known };
    sessions.delete(slot);
    if (icc === 'absent') return { presence: 'absent', session: null };
    try {
      const session = await open(slot);
      sessions.set(slot, session);
      return { presence: 'present', session };
    } catch (error) {
      if (error instanceof Fault && error.code === 'CARD_ABSENT') return { presence: 'absent', session: null };
      if (error instanceof Fault && error.code === 'CARD_DAMAGED') return { presence: 'damaged', session: null };
      throw error;
    }
  }

  async function session(slot: number, chip: CardChip): Promise<CardSession> {
    const found = await look(slot);
    if (found.presence === 'absent') throw new Fault('CARD_ABSENT', { slot: slotNumber(slot) });
    if (found.session === null) throw new Fault('CARD_DAMAGED', { slot: slotNumber(slot) });
    if (found.session.chip !== chip) throw new Fault('CARD_CHIP_UNSUPPORTED', { slot: slotNumber(slot), chip: found.session.chip ?? '' });
    return found.session;
  }

  return {
    look,
    session,
    known: (slot) => sessions.get(slot) ?? null,
    forget: (slot) => void sessions.delete(slot),
    async ask(slot, chip, { apdu, length, requireReady }) {
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const ready = await session(slot, chip);
        requireReady?.(ready);
        const response = await transmit(slot, { apdu, length, onMifare: chip === 'MIFARE-S50' });
        if (response !== null) return response;
        sessions.delete(slot);
      }
      throw new Fault('CARD_DAMAGED', { slot: slotNumber(slot), reason: 'lost power' });
    },
  };
}
