// A satisfaction keypad as an open device: one numbered question at a time, and only the answer that bears its number.
import { Fault } from '../../src/shared/domain/fault.ts';
import type { DriverContext, OpenDevice } from './driver.ts';
import { createExchangeLine } from './framing/exchange.ts';
import type { FixedFramer } from './framing/fixed-frame.ts';
import { type Meaning, say } from './meaning.ts';
import { integerOption } from './options.ts';
import { createQueue } from './queue.ts';

/** What a frame of the keypad says: that it has a command, or which key, 1 (the best) to `keys`, was pressed. Null is neither. */
export interface KeypadMessage {
  /** The question's; a press that nobody asked for bears one that is no question's. */
  readonly number: number;
  readonly says: 'ack' | { readonly key: number } | null;
}

/**
 * `ask` lights the keypad up for a question; the same one asked again is acknowledged and, if answered, its key comes again, so that it may be repeated.
 * `withdraw` makes it dark and empty whatever was asked. `probe` changes nothing.
 */
export type KeypadCommand = 'ask' | 'withdraw' | 'probe';

/** One keypad's frames. Every command is acknowledged with its number; a press bears the number of its question. */
export interface KeypadProtocol {
  /** How many keys there are, 3 to 5. */
  readonly keys: number;
  /** Questions and withdrawals are numbered 1 to this, probes 0. */
  readonly maxNumber: number;
  readonly framer: FixedFramer;
  encode(command: KeypadCommand, number: number): Uint8Array;
  /** Reads a frame that the framer has found good, in either direction. */
  decode(frame: Uint8Array): KeypadMessage;
  /** Returns in words what a frame says, in either direction, for the trace. */
  describe(frame: Uint8Array): Meaning;
}

/** Never a question's, so that probes do not use up the numbers. */
const PROBE_NUMBER = 0;

interface OpenQuestion {
  readonly number: number;
  settle(result: number | null | Fault): void;
}

/**
 * Returns the device. Its options are `ackTimeoutMs`, how long the keypad may take to have a command, `retries` of each command, and `interByteMs`;
 * throws SETTINGS_INVALID.
 */
export function openKeypad(context: DriverContext, protocol: KeypadProtocol): OpenDevice {
  const { transport, timers, options } = context;
  const ackTimeoutMs = integerOption(options, 'ackTimeoutMs', { min: 1 });
  const retries = integerOption(options, 'retries', { min: 0 });
  const interByteMs = integerOption(options, 'interByteMs', { min: 1 });
  const inTurn = createQueue();
  let question: OpenQuestion | null = null;
  let gone: Fault | null = null;
  let lastNumber = timers.now() % protocol.maxNumber;
  /** The keypad may hold a question, open or answered, that this process knows nothing of, so that a number could be taken for an older one's. */
  let mustForget = true;

  function nextNumber(): number {
    lastNumber = (lastNumber % protocol.maxNumber) + 1;
    return lastNumber;
  }

  /** Returns the key that was pressed, null when it is none that this keypad has. */
  function keyOf({ says }: KeypadMessage): number | null {
    return says !== null && says !== 'ack' && says.key >= 1 && says.key <= protocol.keys ? says.key : null;
  }

  /** Hears a press; whether it belongs to no open question. */
  function isForeignPress(frame: Uint8Array): boolean {
    const message = protocol.decode(frame);
    const { number } = message;
    const key = keyOf(message);
    if (key === null) return false;
    if (question?.number !== number) {
      context.trace('received', frame, say('refused: press for no open question'));
      return true;
    }
    question.settle(key);
    return false;
  }

  const line = createExchangeLine({
    transport,
    timers,
    framer: protocol.framer,
    interByteMs,
    isUnsolicited: isForeignPress,
    trace: (direction, frame, damage) => context.trace(direction, frame, damage ?? protocol.describe(frame)),
  });
  const stopLost = transport.onLost((error) => end(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })));

  function end(fault: Fault): void {
    gone ??= fault;
    stopLost();
    line.close();
    question?.settle(gone);
  }

  /** Sends a command until the keypad has taken it: true. `isWanted` false ends the attempts: false. Rejects with the last attempt's fault. */
  function deliver(
    command: KeypadCommand,
    { number, isWanted }: { readonly number: number; readonly isWanted: () => boolean },
  ): Promise<boolean> {
    return inTurn(async () => {
      const frame = protocol.encode(command, number);
      for (let attempt = 0; isWanted(); attempt += 1) {
        if (gone) throw gone;
        try {
          await line.exchange({
            frame,
            timeoutMs: ackTimeoutMs,
            judge(answer) {
              const message = protocol.decode(answer);
              // The key of this question proves as well as an ACK that the question has arrived.
              return message.number === number && (message.says === 'ack' || keyOf(message) !== null) ? 'answer' : 'FRAME_UNEXPECTED';
            },
          });
          return true;
        } catch (error) {
          if (attempt >= retries) throw error;
        }
      }
      return false;
    });
  }

  /** Makes the keypad dark and empty. */
  async function forget(isWanted: () => boolean): Promise<void> {
    mustForget = true;
    if (await deliver('withdraw', { number: nextNumber(), isWanted })) mustForget = false;
  }

  function ask({ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined }): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const number = nextNumber();
      let timer: unknown = null;
      const onAbort = () =>
        own.settle(signal?.reason instanceof Fault ? signal.reason : new Fault('DEVICE_CANCELLED', {}, { cause: signal?.reason }));
      const own: OpenQuestion = {
        number,
        settle(result) {
          if (question !== own) return;
          question = null;
          timers.clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          // Unanswered: the keypad goes dark. If that gets lost, a late press bears an old number, and the next question begins with it.
          if (typeof result !== 'number' && !gone) forget(() => question === null).catch(() => {});
          if (result instanceof Fault) reject(result);
          else resolve(result);
        },
      };
      question = own;
      signal?.addEventListener('abort', onAbort);
      const isOpen = () => question === own;
      const ready = mustForget ? forget(isOpen) : Promise.resolve();
      ready
        .then(() => deliver('ask', { number, isWanted: isOpen }))
        .then(() => {
          if (isOpen()) timer = timers.setTimeout(() => own.settle(null), timeoutMs);
        })
        .catch((error) => own.settle(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })));
    });
  }

  return {
    satisfactionKeypad: {
      keys: protocol.keys,
      async askRating({ timeoutMs, signal }) {
        if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1) throw new Fault('INPUT_INVALID', { field: 'timeoutMs' });
        if (gone) throw gone;
        if (question) throw new Fault('DEVICE_BUSY');
        if (signal?.aborted) throw signal.reason instanceof Fault ? signal.reason : new Fault('DEVICE_CANCELLED');
        return ask({ timeoutMs, signal });
      },
    },
    async probe() {
      if (gone) throw gone;
      // An open question was acknowledged or is being asked: that is sign enough, and a customer may be about to press.
      if (!question) await deliver('probe', { number: PROBE_NUMBER, isWanted: () => true });
    },
    async close() {
      end(new Fault('DEVICE_OFFLINE'));
      await transport.close();
    },
  };
}
