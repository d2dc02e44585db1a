// PC/SC readers: CCID messages in, PC/SC calls, CCID messages out, so that drivers and simulators need no second way to talk to a reader.
//
// CCID slot 0 is the reader that the settings name, 1 and up are the other slots of the same device (contactless, security module) in the system's
// order. No transactions: one APDU is a whole to PC/SC, and whatever another program does to the card in between (a reset) ends its session here.
import {
  CCID,
  CCID_ERROR,
  type CcidMessage,
  ccidStatusBytes,
  createCcidFramer,
  decodeCcid,
  encodeCcid,
  encodeNotify,
  type IccState,
} from '../../../../drivers/kit/framing/ccid.ts';
import { createQueue } from '../../../../drivers/kit/queue.ts';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { createLine } from './line.ts';
import {
  DISPOSITION,
  type Handle,
  loadPcsc,
  PCSC_CODE,
  type PcscBinding,
  PcscError,
  PROTOCOL,
  READER_STATE,
  type ReaderState,
  SHARE,
} from './winscard.ts';

/** A wait for changes ends after this at the latest: so long may the system keep a lost reader to itself, ms. */
const WAIT_MS = 1_000;
/** Between two looks after one that failed without the reader being gone, ms. */
const WAIT_AGAIN_MS = 250;
/** Longer than a system takes between two looks at its readers, ms. */
const SETTLE_MS = 600;
const STATUS_WORD_BYTES = 2;
/** NotifySlotChange speaks of so many. */
const MOST_SLOTS = 4;
const ANY_PROTOCOL = PROTOCOL.t0 | PROTOCOL.t1;
/** IOCTL_CCID_ESCAPE of Microsoft and of ACS' own driver; the free CCID driver of Linux and macOS numbers it 1. */
const ESCAPE_FUNCTIONS = [3500, 1] as const;
const NO_DATA = new Uint8Array(0);

/** The card is there, and it or its contacts are to blame. */
const MUTE: ReadonlySet<number> = new Set([
  PCSC_CODE.protocolMismatch,
  PCSC_CODE.unsupportedCard,
  PCSC_CODE.unresponsiveCard,
  PCSC_CODE.unpoweredCard,
]);
const GONE: ReadonlySet<number> = new Set([PCSC_CODE.noCard, PCSC_CODE.removedCard]);
const DENIED: ReadonlySet<number> = new Set([PCSC_CODE.noAccess, PCSC_CODE.securityViolation]);

export interface PcscAddress {
  /** Part of the name that the system gives the reader, in any case; empty takes the first. */
  readonly reader: string;
}

interface Slot {
  readonly name: string;
  card: Handle | null;
  protocol: number;
  /** Another program has reset the card: it must be given power anew before it is used. */
  wasReset: boolean;
  /** As PC/SC told it last. */
  known: number;
}

/** Returns the names of all readers, in the system's order. Rejects with PORT_MISSING or PORT_DENIED where PC/SC cannot be asked. */
export async function listPcscReaders(binding: () => PcscBinding = loadPcsc): Promise<readonly string[]> {
  const pcsc = binding();
  const context = await pcsc.establish().catch((error: unknown) => {
    throw faultOf(error, '');
  });
  try {
    return await pcsc.readers(context);
  } catch (error) {
    throw faultOf(error, '');
  } finally {
    await pcsc.release(context).catch(() => {});
  }
}

/**
 * Opens a reader; a card is connected when a driver gives it power. Rejects with PORT_MISSING (no library, no service, no such reader; the reason says
 * what to do) or PORT_DENIED.
 */
export async function openPcsc({ reader }: PcscAddress, timers: Timers, binding: () => PcscBinding = loadPcsc): Promise<Transport> {
  const pcsc = binding();
  const contexts: Handle[] = [];
  const releaseAll = () => Promise.all(contexts.splice(0).map((context) => pcsc.release(context).catch(() => {})));
  try {
    // Two contexts: one waits for changes, and calls on one context wait for each other.
    const work = await pcsc.establish();
    contexts.push(work);
    const watch = await pcsc.establish();
    contexts.push(watch);
    const names = slotNames(await pcsc.readers(work), reader);
    const slots = names.map((name) => ({ name, card: null, protocol: PROTOCOL.none, wasReset: false, known: 0 }));
    return openSlots({ pcsc, work, watch, slots, timers, reader, releaseAll });
  } catch (error) {
    await releaseAll();
    throw faultOf(error, reader);
  }
}

interface Opened {
  readonly pcsc: PcscBinding;
  readonly work: Handle;
  readonly watch: Handle;
  readonly slots: readonly Slot[];
  readonly timers: Timers;
  readonly reader: string;
  releaseAll(): Promise<unknown>;
}

function openSlots({ pcsc, work, watch, slots, timers, reader, releaseAll }: Opened): Transport {
  const inTurn = createQueue();
  const framer = createCcidFramer();
  let ended = false;

  async function letGo(): Promise<void> {
    ended = true;
    await pcsc.cancel(watch).catch(() => {});
    for (const slot of slots) await drop(slot, DISPOSITION.unpower);
    await releaseAll();
  }

  const line = createLine(
    {
      write(bytes, finished) {
        for (const event of framer.push(bytes)) {
          const message = event.kind === 'frame' ? decodeCcid(event.bytes) : null;
          if (message !== null) void inTurn(() => answer(message));
        }
        finished();
      },
      close: letGo,
    },
    timers,
  );

  function lose(error: unknown): void {
    if (ended) return;
    // Whatever it says: pcsclite ends its calls with a security violation when its service has died.
    line.lost(goneFault(error, reader));
    void letGo();
  }

  async function drop(slot: Slot, disposition: number): Promise<void> {
    const { card } = slot;
    Object.assign(slot, { card: null, wasReset: false });
    // The card or its reader may be gone; then there is nothing left to let go of.
    if (card !== null) await pcsc.disconnect(card, disposition).catch(() => {});
  }

  /** Asks the system, not what was known; rejects when the reader is gone. */
  async function stateNow(slot: Slot): Promise<ReaderState> {
    const [state] = await pcsc.statusChange(work, { timeoutMs: 0, readers: [{ name: slot.name, known: 0 }] });
    if (state === undefined || isGone(state)) throw new PcscError('SCardGetStatusChange', PCSC_CODE.readerUnavailable);
    return state;
  }

  async function iccState(slot: Slot): Promise<IccState> {
    if (slot.card !== null) {
      try {
        await pcsc.check(slot.card);
        return slot.wasReset ? 'inactive' : 'active';
      } catch (error) {
        slot.wasReset = true;
        if (codeOf(error) !== PCSC_CODE.resetCard) await drop(slot, DISPOSITION.leave);
      }
    }
    return ((await stateNow(slot)).state & READER_STATE.present) !== 0 ? 'inactive' : 'absent';
  }

  async function connect(slot: Slot): Promise<void> {
    if (slot.card !== null) {
      try {
        slot.protocol = await pcsc.reconnect(slot.card, {
          share: SHARE.shared,
          protocols: ANY_PROTOCOL,
          initialization: DISPOSITION.unpower,
        });
        slot.wasReset = false;
        return;
      } catch {
        // A card that was changed cannot be connected again, only anew.
        await drop(slot, DISPOSITION.leave);
      }
    }
    const { card, protocol } = await pcsc.connect(work, { reader: slot.name, share: SHARE.shared, protocols: ANY_PROTOCOL });
    Object.assign(slot, { card, protocol, wasReset: false });
  }

  async function powerOn(slot: Slot): Promise<Uint8Array> {
    await connect(slot);
    return (await stateNow(slot)).atr;
  }

  async function transmit(slot: Slot, apdu: Uint8Array): Promise<Uint8Array> {
    if (slot.card === null || slot.wasReset) throw new PcscError('SCardTransmit', PCSC_CODE.unpoweredCard);
    const response = await pcsc.transmit(slot.card, { protocol: slot.protocol, apdu });
    // Some reader drivers give an empty answer for a card that was pulled out meanwhile.
    if (response.length < STATUS_WORD_BYTES) throw new PcscError('SCardTransmit', PCSC_CODE.notTransacted);
    return response;
  }

  /** After a transmission that failed: gives the system the time in which it notices that the card has left. */
  async function settle(slot: Slot): Promise<void> {
    const { state } = await stateNow(slot);
    const readers = [{ name: slot.name, known: state & ~READER_STATE.changed }];
    await pcsc.statusChange(work, { timeoutMs: SETTLE_MS, readers }).catch(() => {});
  }

  async function sendEscape(slot: Slot, data: Uint8Array): Promise<Uint8Array> {
    const direct =
      slot.card === null ? (await pcsc.connect(work, { reader: slot.name, share: SHARE.direct, protocols: PROTOCOL.none })).card : null;
    const card = slot.card ?? direct ?? 0;
    try {
      return await pcsc.control(card, { function: ESCAPE_FUNCTIONS[0], data });
    } catch (error) {
      const code = codeOf(error);
      if (code !== PCSC_CODE.unsupportedFeature && code !== PCSC_CODE.invalidParameter) throw error;
      return await pcsc.control(card, { function: ESCAPE_FUNCTIONS[1], data });
    } finally {
      if (direct !== null) await pcsc.disconnect(direct, DISPOSITION.leave).catch(() => {});
    }
  }

  async function perform(slot: Slot, { type, data }: CcidMessage): Promise<Uint8Array> {
    switch (type) {
      case CCID.getSlotStatus:
        return NO_DATA;
      case CCID.iccPowerOn:
        return powerOn(slot);
      case CCID.iccPowerOff:
        await drop(slot, DISPOSITION.unpower);
        return NO_DATA;
      case CCID.xfrBlock:
        return transmit(slot, data);
      case CCID.escape:
        return sendEscape(slot, data);
      default:
        throw new PcscError('message', PCSC_CODE.unsupportedFeature);
    }
  }

  /** Whether the answer must say anew how the card is: after a transmission it is known. */
  const asksCard = ({ type }: CcidMessage) => type !== CCID.xfrBlock && type !== CCID.iccPowerOn;

  async function answer(message: CcidMessage): Promise<void> {
    const slot = slots[message.slot];
    const reply = (icc: IccState, data: Uint8Array, error: number | null) => {
      const parameters = ccidStatusBytes({ icc, command: error === null ? 'ok' : 'failed', error: error ?? 0 });
      if (!ended) line.received(encodeCcid({ ...message, type: answerType(message.type), data, parameters }));
    };
    if (slot === undefined) {
      reply('absent', NO_DATA, CCID_ERROR.slotDoesNotExist);
      return;
    }
    try {
      try {
        const data = await perform(slot, message);
        reply(asksCard(message) ? await iccState(slot) : 'active', data, null);
      } catch (error) {
        const code = codeOf(error);
        if (code === PCSC_CODE.resetCard) slot.wasReset = true;
        if (GONE.has(code)) await drop(slot, DISPOSITION.leave);
        if (errorByte(code) === CCID_ERROR.hardware) await settle(slot);
        // Asking again tells a card's fault from a reader that is gone.
        const icc = await iccState(slot);
        reply(icc, NO_DATA, errorByte(code));
      }
    } catch (error) {
      lose(error);
    }
  }

  /** Tells of cards put in and pulled out, and of the reader's own end. */
  async function watchSlots(): Promise<void> {
    const readers = slots.map(({ name, known }) => ({ name, known }));
    const states = await pcsc.statusChange(watch, { timeoutMs: WAIT_MS, readers });
    if (ended) return;
    const [first] = states;
    if (first === undefined || isGone(first)) throw new PcscError('SCardGetStatusChange', PCSC_CODE.readerUnavailable);
    const changes = slots.map((slot, index) => {
      const state = states[index]?.state ?? slot.known;
      const present = (state & READER_STATE.present) !== 0;
      const wasPresent = (slot.known & READER_STATE.present) !== 0;
      // The upper half counts insertions and removals: a card changed between two looks is noticed by it.
      const counted = state >>> 16 !== slot.known >>> 16 && slot.known !== 0;
      slot.known = state & ~READER_STATE.changed;
      return { present, changed: present !== wasPresent || (counted && present) };
    });
    if (changes.some(({ changed }) => changed)) line.received(encodeNotify(changes));
  }

  async function watchOn(): Promise<void> {
    while (!ended) {
      try {
        await watchSlots();
      } catch (error) {
        const code = codeOf(error);
        if (code === PCSC_CODE.cancelled) await new Promise<void>((resolve) => void timers.setTimeout(resolve, WAIT_AGAIN_MS));
        else if (code !== PCSC_CODE.timeout) {
          lose(error);
          return;
        }
      }
    }
  }

  void watchOn();
  return line.transport;
}

function answerType(type: number): number {
  if (type === CCID.iccPowerOn || type === CCID.xfrBlock) return CCID.dataBlock;
  return type === CCID.escape ? CCID.escapeAnswer : CCID.slotStatus;
}

function errorByte(code: number): number {
  if (code === PCSC_CODE.sharingViolation) return CCID_ERROR.slotBusy;
  if (code === PCSC_CODE.unsupportedFeature) return CCID_ERROR.commandNotSupported;
  return MUTE.has(code) || GONE.has(code) || code === PCSC_CODE.resetCard ? CCID_ERROR.iccMute : CCID_ERROR.hardware;
}

function codeOf(error: unknown): number {
  return error instanceof PcscError ? error.code : 0;
}

function isGone({ state }: ReaderState): boolean {
  return (state & (READER_STATE.unknown | READER_STATE.unavailable)) !== 0;
}

/** Returns the reader that is meant and the other slots of its device; throws PORT_MISSING. */
function slotNames(readers: readonly string[], wanted: string): string[] {
  const chosen = readers.find((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (chosen === undefined) {
    const reason = readers.length === 0 ? 'no reader is plugged in' : `no reader of that name; there are: ${readers.join(', ')}`;
    throw new Fault('PORT_MISSING', { reader: wanted, reason });
  }
  const siblings = readers.filter((name) => name !== chosen && deviceOf(name) === deviceOf(chosen));
  return [chosen, ...siblings].slice(0, MOST_SLOTS);
}

/** Returns what the names of one device's slots have in common: pcsclite ends them in device and slot number, Windows puts the kind of slot inside. */
function deviceOf(name: string): string {
  const numbered = /^(.* \d\d) \d\d$/.exec(name);
  return numbered?.[1] ?? name.replace(/ (PICC|ICC|SAM|CL)\b/, '');
}

/** Returns the fault of the whole line: what to start, plug in or allow. */
function faultOf(error: unknown, reader: string): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (DENIED.has(code)) return new Fault('PORT_DENIED', { reader, reason: text }, { cause: error });
  if (code === PCSC_CODE.noService || code === PCSC_CODE.serviceStopped)
    return new Fault(
      'PORT_MISSING',
      {
        reader,
        reason: 'the smart card service does not run: start pcscd, on Windows SCardSvr',
        missing: process.platform === 'win32' ? 'SCardSvr' : 'pcscd',
      },
      { cause: error },
    );
  return goneFault(error, reader);
}

function goneFault(error: unknown, reader: string): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  return new Fault('PORT_MISSING', { reader, reason: `the reader is gone (${reason})` }, { cause: error });
}
