// A CRT-288 family insert reader as a device: speaks the frames of the manifest's default options and treats its card as an SLE4442 does.
//
// Decisions where the protocol is silent (see frames.ts): a command is carried out at ENQ; a further ENQ gives the same answer again and carries
// nothing out; a frame with a wrong BCC or one that was never completed is met with NAK and empties the input, noise outside frames with nothing; damage and EOT make the
// reader forget the command it holds and its last answer; while it works it hears nothing. A protected byte keeps its value although the result is good.
import {
  ACK,
  type CardReaderSimulatorOptions,
  createStxFramer,
  ENQ,
  EOT,
  encodeStxFrame,
  type FrameEvent,
  NAK,
  type SimulatedCard,
  type SimulatedCardReader,
  type SimulatorModule,
  STX,
  type Transport,
  textOfStxFrame,
} from '../kit/index.ts';
import { MAIN_BYTES, MAX_TEXT_BYTES, PSC_BYTES, readDialect } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };

const SLOT = 1;
const EC_FULL = 7;
/** Answer to reset of an SLE4442. */
const ATR = Uint8Array.of(0xa2, 0x13, 0x10, 0x91);
const RESULT_FAILED = 0x4e;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;

/** Changes one byte of card memory. */
type Step = () => void;

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  const dialect = readDialect(manifest.options);
  const { resultOk, resultNoCard } = dialect;
  const tornListeners: ((slot: number, card: SimulatedCard) => void)[] = [];
  let card: SimulatedCard | null = null;
  /** The card has power; it has accepted its PSC since. */
  let powered = false;
  let verified = false;
  /** Card bytes until the card is pulled; null when nobody pulls it. */
  let tearAfter: number | null = null;

  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let framer = createStxFramer({ maxTextBytes: MAX_TEXT_BYTES });
  let silence: unknown = null;
  let byteTimer: unknown = null;
  let busy = false;
  let held: Uint8Array | null = null;
  let lastAnswer: Uint8Array | null = null;

  function requireSlot(slot: number): void {
    if (slot !== SLOT) throw new RangeError(`no slot ${slot}`);
  }

  function send(bytes: Uint8Array): void {
    // The host may have gone away meanwhile; a reader does not care.
    line?.write(bytes).catch(() => {});
  }

  function takeOut(): SimulatedCard | null {
    const taken = card;
    card = null;
    powered = false;
    verified = false;
    tearAfter = null;
    return taken;
  }

  /** Pulls the card when its time has come; returns whether it was pulled. */
  function tearIfDue(): boolean {
    if (tearAfter !== 0) return false;
    const torn = takeOut();
    if (torn) for (const listener of tornListeners) listener(SLOT, torn);
    return true;
  }

  /** One byte of card memory has changed: it stays, and the card may leave now. */
  function written(own: SimulatedCard): void {
    own.persist();
    if (card !== own || tearAfter === null) return;
    tearAfter -= 1;
    tearIfDue();
  }

  /** Runs the steps one byte time apart, then `finish` with whether the card is still there. */
  function runSteps(own: SimulatedCard, steps: readonly Step[], finish: (isThere: boolean) => void): void {
    let index = 0;
    /** True when there is a next byte. */
    function step(): boolean {
      const act = steps[index];
      if (!act || card !== own || tearIfDue()) {
        finish(card === own);
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

  type Reply = (result: number, data?: Uint8Array) => void;

  /** The chip's own sequence: clear one bit of the counter, compare, restore the counter. */
  function present(own: SimulatedCard, psc: Uint8Array, reply: Reply): void {
    verified = false;
    if (own.errorCounter === 0) {
      reply(RESULT_FAILED);
      return;
    }
    const clearBit = () => {
      own.errorCounter &= own.errorCounter - 1;
      written(own);
    };
    const restore = () => {
      own.errorCounter = EC_FULL;
      written(own);
    };
    runSteps(own, [clearBit], (isThere) => {
      if (!isThere) reply(resultNoCard);
      else if (!own.psc.every((byte, index) => byte === psc[index])) reply(RESULT_FAILED);
      else
        runSteps(own, [restore], (isStillThere) => {
          verified = isStillThere;
          reply(isStillThere ? resultOk : resultNoCard);
        });
    });
  }

  function update(own: SimulatedCard, from: number, data: Uint8Array, reply: Reply): void {
    const steps = Array.from(data, (byte, offset) => () => {
      const address = (from + offset) % MAIN_BYTES;
      if (own.protectedBytes[address]) return;
      own.main[address] = byte;
      written(own);
    });
    runSteps(own, steps, (isThere) => reply(isThere ? resultOk : resultNoCard));
  }

  function perform(text: Uint8Array, reply: Reply): void {
    const name = dialect.nameOf(text);
    const [address = 0, length = 0] = text.subarray(2);
    const own = card;
    if (name && !own) reply(resultNoCard);
    else if (!name || !own) reply(RESULT_FAILED);
    else if (name === 'status') reply(resultOk);
    else if (name === 'powerOn') {
      powered = !own.damaged;
      verified = false;
      reply(powered ? resultOk : RESULT_FAILED, powered ? ATR : new Uint8Array(0));
    } else if (!powered) reply(RESULT_FAILED);
    else if (name === 'readMain') {
      const bytes = Uint8Array.from({ length }, (_, offset) => own.main[(address + offset) % MAIN_BYTES] ?? 0);
      reply(resultOk, bytes);
    } else if (name === 'readSecurity') {
      // The PSC can be read back only after it has been accepted.
      reply(resultOk, Uint8Array.of(own.errorCounter, ...(verified ? own.psc : new Uint8Array(PSC_BYTES))));
    } else if (name === 'verifyPsc') present(own, text.subarray(2), reply);
    else if (verified && text.length === 4 + length) update(own, address, text.subarray(4), reply);
    else reply(RESULT_FAILED);
  }

  function answer(): void {
    const text = held;
    held = null;
    if (!text) {
      if (lastAnswer) send(lastAnswer);
      return;
    }
    busy = true;
    perform(text, (result, data = new Uint8Array(0)) => {
      busy = false;
      lastAnswer = encodeStxFrame(Uint8Array.of(...text.subarray(0, 2), result, ...data));
      send(lastAnswer);
    });
  }

  function forget(): void {
    held = null;
    lastAnswer = null;
  }

  function take(events: readonly FrameEvent[]): void {
    for (const { kind, bytes } of events) {
      if (busy) continue;
      if (kind !== 'frame') {
        forget();
        if (bytes[0] !== STX) continue;
        send(Uint8Array.of(NAK));
        // What the host sends next is a new command, not the rest of this one.
        framer.cut();
      } else if (bytes[0] === STX) {
        held = textOfStxFrame(bytes);
        send(Uint8Array.of(ACK));
      } else if (bytes[0] === ENQ) answer();
      else if (bytes[0] === EOT) forget();
    }
  }

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    take(framer.push(chunk));
    if (framer.pending > 0) silence = timers.setTimeout(() => take(framer.cut()), INTER_BYTE_MS);
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(byteTimer);
    timers.clearTimeout(silence);
    line = null;
    busy = false;
    forget();
    framer = createStxFramer({ maxTextBytes: MAX_TEXT_BYTES });
    // Without power the chip forgets that it was verified.
    powered = false;
    verified = false;
  }

  return {
    attach(newLine) {
      detach();
      line = newLine;
      stopListening = newLine.onData(receive);
    },
    detach,
    insert(slot, newCard) {
      requireSlot(slot);
      if (card) throw new RangeError(`slot ${slot} is taken`);
      takeOut();
      card = newCard;
    },
    remove(slot) {
      requireSlot(slot);
      return takeOut();
    },
    removeAfterWrittenBytes(slot, bytes) {
      requireSlot(slot);
      tearAfter = bytes;
    },
    onTorn(listener) {
      tornListeners.push(listener);
    },
  };
}

export const simulator: SimulatorModule = { createCardReader, complete: (bytes) => encodeStxFrame(bytes.slice(3, -2)) };
