// The vendor-model reader as a device: answers the real frames and treats its cards as an SLE4442 does.
import {
  type CardReaderSimulatorOptions,
  createQueue,
  createScanFramer,
  type SimulatedCard,
  type SimulatedCardReader,
  type SimulatorModule,
  type Transport,
} from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, encodeFrame, FRAME_FORMAT, PRESENCE_EVENT, RESULT, type ReaderFrame } from './frames.ts';

const SLOTS = 2;
const EC_FULL = 7;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;
const NONE = new Uint8Array(0);

interface Slot {
  card: SimulatedCard | null;
  /** PSC accepted since the card was inserted. */
  verified: boolean;
  /** Card bytes until the card is pulled; null when nobody pulls it. */
  tearAfter: number | null;
}

/** How a command ended: its result, and what was read. */
type Reply = { readonly result: number; readonly data?: Uint8Array };

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  const slots: Slot[] = Array.from({ length: SLOTS }, () => ({ card: null, verified: false, tearAfter: null }));
  const tornListeners: ((slot: number, card: SimulatedCard) => void)[] = [];
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let silence: unknown = null;
  let framer = createScanFramer(FRAME_FORMAT);
  let inTurn = createQueue();
  /** Counts how often the power came and went; what began before is over. */
  let power = 0;

  function slotOf(number: number): Slot {
    const slot = slots[number - 1];
    if (!slot) throw new RangeError(`no slot ${number}`);
    return slot;
  }

  function presence({ card }: Slot): number {
    if (!card) return RESULT.noCard;
    return card.damaged ? RESULT.damaged : RESULT.ok;
  }

  function send(frame: ReaderFrame): void {
    // The host may have gone away meanwhile; a reader does not care.
    line?.write(encodeFrame(frame)).catch(() => {});
  }

  function sendPresence(number: number): void {
    send({ sequence: 0, code: PRESENCE_EVENT, slot: number, address: 0, result: presence(slotOf(number)), data: NONE });
  }

  function takeOut(number: number): SimulatedCard | null {
    const slot = slotOf(number);
    const { card } = slot;
    Object.assign(slot, { card: null, verified: false, tearAfter: null });
    if (card) sendPresence(number);
    return card;
  }

  function tearIfDue(number: number): void {
    if (slotOf(number).tearAfter !== 0) return;
    const card = takeOut(number);
    if (card) for (const listener of tornListeners) listener(number, card);
  }

  /** Changes card memory byte by byte; false when card or power went in between. */
  async function change(number: number, card: SimulatedCard, steps: readonly (() => boolean)[]): Promise<boolean> {
    const slot = slotOf(number);
    const began = power;
    for (const step of steps) {
      tearIfDue(number);
      if (slot.card !== card || power !== began) return false;
      if (step()) {
        card.persist();
        if (slot.tearAfter !== null) slot.tearAfter -= 1;
        tearIfDue(number);
      }
      if (byteTimeMs > 0) await new Promise<void>((resolve) => void timers.setTimeout(resolve, byteTimeMs));
    }
    return slot.card === card && power === began;
  }

  /** The chip's own sequence: clear one bit of the counter, compare, restore the counter. */
  async function present(number: number, card: SimulatedCard, psc: Uint8Array): Promise<Reply> {
    const slot = slotOf(number);
    slot.verified = false;
    const setCounter = (value: number) => () => {
      card.errorCounter = value;
      return true;
    };
    if (card.errorCounter === 0) return { result: RESULT.pscRefused };
    if (!(await change(number, card, [setCounter(card.errorCounter & (card.errorCounter - 1))]))) return { result: RESULT.noCard };
    if (!card.psc.every((byte, index) => byte === psc[index])) return { result: RESULT.pscRefused };
    slot.verified = await change(number, card, [setCounter(EC_FULL)]);
    return { result: slot.verified ? RESULT.ok : RESULT.noCard };
  }

  async function perform({ code, slot: number, address, data }: ReaderFrame): Promise<Reply | null> {
    const slot = slots[number - 1];
    if (!slot) return null;
    const { card } = slot;
    if (!card || card.damaged || code === COMMAND.status) return { result: presence(slot) };
    switch (code) {
      case COMMAND.read:
        return { result: RESULT.ok, data: card.main.slice(address, address + (data[0] ?? 0)) };
      case COMMAND.errorCounter:
        return { result: RESULT.ok, data: Uint8Array.of(card.errorCounter) };
      case COMMAND.psc:
        return present(number, card, data);
      case COMMAND.write: {
        if (!slot.verified) return { result: RESULT.pscNotVerified };
        const steps = Array.from(data, (byte, offset) => () => {
          const isProtected = card.protectedBytes[address + offset] === true;
          if (!isProtected) card.main[address + offset] = byte;
          return !isProtected;
        });
        return { result: (await change(number, card, steps)) ? RESULT.ok : RESULT.noCard };
      }
      default:
        return null;
    }
  }

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    for (const event of framer.push(chunk))
      if (event.kind === 'frame') {
        const frame = decodeFrame(event.bytes);
        const began = power;
        inTurn(async () => {
          const reply = power === began ? await perform(frame) : null;
          if (reply && power === began) send({ ...frame, code: frame.code | ANSWER_BIT, data: NONE, ...reply });
        });
      }
    if (framer.pending > 0) silence = timers.setTimeout(() => void framer.cut(), INTER_BYTE_MS);
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(silence);
    line = null;
    power += 1;
    framer = createScanFramer(FRAME_FORMAT);
    inTurn = createQueue();
    // Without power the chip forgets that it was verified.
    for (const slot of slots) slot.verified = false;
  }

  return {
    attach(newLine) {
      detach();
      line = newLine;
      stopListening = newLine.onData(receive);
    },
    detach,
    insert(number, card) {
      const slot = slotOf(number);
      if (slot.card) throw new RangeError(`slot ${number} is taken`);
      Object.assign(slot, { card, verified: false, tearAfter: null });
      sendPresence(number);
    },
    remove: takeOut,
    removeAfterWrittenBytes(number, bytes) {
      slotOf(number).tearAfter = bytes;
    },
    onTorn(listener) {
      tornListeners.push(listener);
    },
  };
}

export const simulator: SimulatorModule = { createCardReader };
