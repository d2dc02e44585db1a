// Driver of serial satisfaction keypads: one numbered question at a time, and only the answer that bears its number.
import {
  createExchangeLine,
  createQueue,
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type OpenDevice,
} from '../kit/index.ts';
import { decodeMessage, describeMessage, encodeMessage, frameFormat, keyOf, keypadBytesOf } from './frames.ts';

/** Never a question's, so that probes do not use up the numbers. */
const PROBE_NUMBER = 0;

interface OpenQuestion {
  readonly number: number;
  settle(result: number | null | Fault): void;
}

function openKeypad(context: DriverContext): OpenDevice {
  const { transport, timers, options } = context;
  const bytes = keypadBytesOf(options);
  const ackTimeoutMs = integerOption(options, 'ackTimeoutMs', { min: 1 });
  const retries = integerOption(options, 'retries', { min: 0 });
  const interByteMs = integerOption(options, 'interByteMs', { min: 1 });
  const inTurn = createQueue();
  let question: OpenQuestion | null = null;
  let gone: Fault | null = null;
  let lastNumber = timers.now() % 255;
  /** The keypad may hold a question, open or answered, that this process knows nothing of, so that a number could be taken for an older one's. */
  let mustForget = true;

  function nextNumber(): number {
    lastNumber = (lastNumber % 255) + 1;
    return lastNumber;
  }

  /** Hears a press; whether it belongs to no open question. */
  function isForeignPress(frame: Uint8Array): boolean {
    const { number, code } = decodeMessage(frame);
    const key = keyOf(code, bytes);
    if (key === null) return false;
    if (question?.number !== number) {
      context.trace('received', frame, 'refused: press for no open question');
      return true;
    }
    question.settle(key);
    return false;
  }

  const line = createExchangeLine({
    transport,
    timers,
    framer: createScanFramer(frameFormat(bytes)),
    interByteMs,
    isUnsolicited: isForeignPress,
    trace: (direction, frame, damage) => context.trace(direction, frame, damage ?? describeMessage(frame, bytes)),
  });
  const stopLost = transport.onLost((error) => end(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })));

  function end(fault: Fault): void {
    gone ??= fault;
    stopLost();
    line.close();
    question?.settle(gone);
  }

  /** Sends a command until the keypad has taken it: true. `isWanted` false ends the attempts: false. Rejects with the last attempt's fault. */
  function deliver(number: number, { code, isWanted }: { readonly code: number; readonly isWanted: () => boolean }): Promise<boolean> {
    return inTurn(async () => {
      const frame = encodeMessage({ number, code }, bytes);
      for (let attempt = 0; isWanted(); attempt += 1) {
        if (gone) throw gone;
        try {
          await line.exchange({
            frame,
            timeoutMs: ackTimeoutMs,
            judge(answer) {
              const message = decodeMessage(answer);
              // The key of this question proves as well as an ACK that the question has arrived.
              const answersThis = message.number === number && (message.code === bytes.ack || keyOf(message.code, bytes) !== null);
              return answersThis ? 'answer' : 'FRAME_UNEXPECTED';
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
    if (await deliver(nextNumber(), { code: bytes.withdraw, isWanted })) mustForget = false;
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
        .then(() => deliver(number, { code: bytes.ask, isWanted: isOpen }))
        .then(() => {
          if (isOpen()) timer = timers.setTimeout(() => own.settle(null), timeoutMs);
        })
        .catch((error) => own.settle(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })));
    });
  }

  return {
    satisfactionKeypad: {
      keys: bytes.keys,
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
      if (!question) await deliver(PROBE_NUMBER, { code: bytes.probe, isWanted: () => true });
    },
    async close() {
      end(new Fault('DEVICE_OFFLINE'));
      await transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openKeypad(context) });
