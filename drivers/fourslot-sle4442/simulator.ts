// The four-slot reader as a device: answers the real frames and treats its cards as an SLE4442 does.
//
// Decisions where the protocol is silent: a frame with a wrong sum or an unknown operation is not answered; a card whose error counter is 0 can still
// be read, refuses writes with AAh and presentations with BBh; a protected byte keeps its value although the answer is 55h, as on the chip.
import {
  type CardReaderSimulatorOptions,
  createFixedFramer,
  type FixedFramer,
  type SimulatedCard,
  type SimulatedCardReader,
  type SimulatorModule,
  type Transport,
  withSum16,
} from '../kit/index.ts';
import {
  DATA_BYTES,
  decodeFrame,
  encodeFrame,
  FRAME_FORMAT,
  HEAD_REQUEST,
  MAIN_BYTES,
  MEMORY,
  PART,
  type ReaderFrame,
  SLOTS,
  STATUS,
  WRITE_BIT,
} from './frames.ts';

const PAGE_BYTES = 2;
const EC_FULL = 7;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;

interface Slot {
  card: SimulatedCard | null;
  /** PSC accepted since the card was inserted. */
  verified: boolean;
  /** Card bytes until the card is pulled; null when nobody pulls it. */
  tearAfter: number | null;
  /** A start frame has been taken and its end frame has not. */
  continued: boolean;
}

/** Changes one byte of card memory. */
type Step = () => void;

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  const slots: Slot[] = Array.from({ length: SLOTS }, () => ({ card: null, verified: false, tearAfter: null, continued: false }));
  const tornListeners: ((slot: number, card: SimulatedCard) => void)[] = [];
  const waiting: ReaderFrame[] = [];
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let busy = false;
  let byteTimer: unknown = null;
  let silence: unknown = null;
  let framer: FixedFramer = createFixedFramer(FRAME_FORMAT);

  function slotOf(number: number): Slot {
    const slot = slots[number - 1];
    if (!slot) throw new RangeError(`no slot ${number}`);
    return slot;
  }

  function send(frame: ReaderFrame): void {
    // The host may have gone away meanwhile; a reader does not care.
    line?.write(encodeFrame(frame)).catch(() => {});
  }

  function sendPresence(number: number): void {
    send({
      head: presence(slotOf(number)),
      slot: number,
      operation: MEMORY.status,
      part: PART.single,
      address: 0,
      count: 0,
      data: new Uint8Array(0),
    });
  }

  function presence(slot: Slot): number {
    if (!slot.card) return STATUS.noCard;
    return slot.card.damaged ? STATUS.damaged : STATUS.ok;
  }

  function takeOut(number: number): SimulatedCard | null {
    const slot = slotOf(number);
    const card = slot.card;
    Object.assign(slot, { card: null, verified: false, tearAfter: null, continued: false });
    if (card) sendPresence(number);
    return card;
  }

  /** Pulls the card when its time has come; returns whether it was pulled. */
  function tearIfDue(number: number): boolean {
    if (slotOf(number).tearAfter !== 0) return false;
    const card = takeOut(number);
    if (card) for (const listener of tornListeners) listener(number, card);
    return true;
  }

  /** Runs the steps one byte time apart and answers with what `finish` says; 5A when the card goes in between. */
  function runSteps(number: number, steps: readonly Step[], finish: (head?: number) => void): void {
    const slot = slotOf(number);
    const card = slot.card;
    let index = 0;
    /** True when there is a next byte. */
    function step(): boolean {
      const act = steps[index];
      if (!act) {
        finish();
        return false;
      }
      if (slot.card !== card || tearIfDue(number)) {
        finish(STATUS.noCard);
        return false;
      }
      index += 1;
      act();
      return true;
    }
    function next(): void {
      if (byteTimeMs <= 0) while (step());
      else if (step()) byteTimer = timers.setTimeout(next, byteTimeMs);
    }
    next();
  }

  /** One byte of card memory has changed: it stays, and the card may leave now. */
  function written(number: number, card: SimulatedCard): void {
    card.persist();
    const slot = slotOf(number);
    if (slot.card === card && slot.tearAfter !== null) {
      slot.tearAfter -= 1;
      tearIfDue(number);
    }
  }

  function mainSteps(frame: ReaderFrame, card: SimulatedCard): Step[] {
    return Array.from(frame.data.subarray(0, frame.count), (byte, offset) => () => {
      const address = (frame.address + offset) % MAIN_BYTES;
      if (address < card.protectedBytes.length && card.protectedBytes[address]) return;
      card.main[address] = byte;
      written(frame.slot, card);
    });
  }

  function securitySteps(frame: ReaderFrame, card: SimulatedCard): Step[] {
    return Array.from(frame.data.subarray(0, frame.count), (byte, offset) => () => {
      const address = frame.address + offset;
      if (address === 0) card.errorCounter = byte & EC_FULL;
      else if (address <= card.psc.length) card.psc[address - 1] = byte;
      else return;
      written(frame.slot, card);
    });
  }

  /** The chip's own sequence: clear one bit of the counter, compare, restore the counter. */
  function present(frame: ReaderFrame, card: SimulatedCard, answer: (head: number) => void): void {
    const slot = slotOf(frame.slot);
    slot.verified = false;
    if (card.errorCounter === 0) {
      answer(STATUS.pscFailed);
      return;
    }
    const clearBit = () => {
      card.errorCounter &= card.errorCounter - 1;
      written(frame.slot, card);
    };
    const restore = () => {
      card.errorCounter = EC_FULL;
      written(frame.slot, card);
    };
    runSteps(frame.slot, [clearBit], (gone) => {
      if (gone !== undefined || slot.card !== card) answer(STATUS.noCard);
      else if (!card.psc.every((byte, index) => byte === frame.data[index])) answer(STATUS.pscFailed);
      else
        runSteps(frame.slot, [restore], (left) => {
          slot.verified = left === undefined && slot.card === card;
          answer(slot.verified ? STATUS.ok : STATUS.noCard);
        });
    });
  }

  function readData(frame: ReaderFrame, slot: Slot, card: SimulatedCard): Uint8Array {
    const length = Math.min(frame.count * PAGE_BYTES, DATA_BYTES);
    if ((frame.operation & 0x07) === MEMORY.main)
      return Uint8Array.from({ length }, (_, offset) => card.main[(frame.address + offset) % MAIN_BYTES] ?? 0);
    // The PSC can be read back only after it has been accepted.
    const psc = slot.verified ? card.psc : new Uint8Array(card.psc.length);
    return Uint8Array.of(card.errorCounter, ...psc).slice(0, length);
  }

  function perform(frame: ReaderFrame, done: () => void): void {
    const slot = slotOf(frame.slot);
    const answer = (head: number, data: Uint8Array = new Uint8Array(0)) => {
      const isWrite = (frame.operation & WRITE_BIT) !== 0;
      send({ ...frame, head, count: isWrite ? Math.ceil(frame.count / PAGE_BYTES) : frame.count, data });
      done();
    };
    const card = slot.card;
    if (!card || card.damaged || frame.operation === MEMORY.status) {
      slot.continued = false;
      answer(presence(slot));
      return;
    }
    const finishWrite = (steps: readonly Step[]) =>
      runSteps(frame.slot, steps, (gone) => answer(gone ?? (slot.card === card ? STATUS.ok : STATUS.noCard)));
    switch (frame.operation) {
      case MEMORY.main:
      case MEMORY.security:
        answer(STATUS.ok, readData(frame, slot, card));
        return;
      case WRITE_BIT | MEMORY.psc:
        present(frame, card, (head) => answer(head));
        return;
      default: {
        const follows = frame.part === PART.middle || frame.part === PART.end;
        if (follows && !slot.continued) {
          answer(STATUS.noStartFrame);
          return;
        }
        slot.continued = slot.verified && (frame.part === PART.start || frame.part === PART.middle);
        if (!slot.verified) answer(STATUS.pscNotVerified);
        else finishWrite((frame.operation & 0x07) === MEMORY.main ? mainSteps(frame, card) : securitySteps(frame, card));
      }
    }
  }

  const KNOWN_OPERATIONS = new Set<number>([
    MEMORY.main,
    MEMORY.security,
    MEMORY.status,
    WRITE_BIT | MEMORY.main,
    WRITE_BIT | MEMORY.security,
    WRITE_BIT | MEMORY.psc,
  ]);

  function work(): void {
    while (!busy) {
      const frame = waiting.shift();
      if (!frame) return;
      const answerable =
        frame.head === HEAD_REQUEST &&
        frame.slot >= 1 &&
        frame.slot <= SLOTS &&
        frame.count <= DATA_BYTES &&
        KNOWN_OPERATIONS.has(frame.operation);
      if (!answerable) continue;
      busy = true;
      perform(frame, () => {
        busy = false;
        // With a byte time the answer comes from a timer, when the loop has long ended.
        if (byteTimeMs > 0) work();
      });
    }
  }

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    for (const event of framer.push(chunk)) if (event.kind === 'frame') waiting.push(decodeFrame(event.bytes));
    if (framer.pending > 0) silence = timers.setTimeout(() => framer.cut(), INTER_BYTE_MS);
    work();
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(byteTimer);
    timers.clearTimeout(silence);
    line = null;
    busy = false;
    waiting.length = 0;
    framer = createFixedFramer(FRAME_FORMAT);
    // Without power the chip forgets that it was verified.
    for (const slot of slots) Object.assign(slot, { verified: false, continued: false });
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
      Object.assign(slot, { card, verified: false, tearAfter: null, continued: false });
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

export const simulator: SimulatorModule = { createCardReader, complete: (bytes) => withSum16(bytes.slice(0, -2)) };
