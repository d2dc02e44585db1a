// What the reading heads share: a half-duplex line on which a whole read is tried again in bounds and ends at once when it is aborted.
import { Fault, type FaultCode } from '../../src/shared/domain/fault.ts';
import type { DriverContext, OpenDevice } from './driver.ts';
import { createExchangeLine, type ExchangeRequest } from './framing/exchange.ts';
import type { FixedFramer } from './framing/fixed-frame.ts';
import type { Meaning } from './meaning.ts';
import { integerOption } from './options.ts';
import { createQueue } from './queue.ts';
import type { MeterReading } from './reading-head.ts';

/** What a read may meet on the line and simply try again. */
const WORTH_A_RETRY: ReadonlySet<FaultCode> = new Set<FaultCode>(['FRAME_SUM', 'FRAME_SHORT', 'FRAME_UNEXPECTED', 'DEVICE_NO_ANSWER']);

export type MeterAsk = (request: ExchangeRequest) => Promise<Uint8Array>;

interface MeterSession {
  /** Runs one read, a sequence of questions; tries it again from its start after a fault of the line, at most `readRetries` times. */
  run<T>(signal: AbortSignal, task: (ask: MeterAsk) => Promise<T>): Promise<T>;
  /** Rejects when the line is gone. The head itself is passive: without a meter there is nothing else to ask. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

interface MeterSessionOptions {
  readonly framer: FixedFramer;
  describe(frame: Uint8Array): Meaning;
  /** Longest pause inside a frame, ms. */
  readonly interByteMs: number;
  readonly readRetries: number;
  /** Before the next question after one without its answer, ms: what still comes late passes by unheard. */
  readonly retryPauseMs: number;
}

/** Returns a session on the driver's line. An echo of what was sent (two-wire RS-485, light reflected into an optical head) is passed over. */
function createMeterSession(context: DriverContext, options: MeterSessionOptions): MeterSession {
  const { transport, timers } = context;
  const inTurn = createQueue();
  let gone: Fault | null = null;
  let sent: Uint8Array = new Uint8Array(0);
  let unsettled = false;

  const stopLost = transport.onLost((error) => {
    gone ??= error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error });
  });
  const line = createExchangeLine({
    transport,
    timers,
    framer: options.framer,
    interByteMs: options.interByteMs,
    isUnsolicited: (frame) => frame.length <= sent.length && frame.every((byte, at) => byte === sent[sent.length - frame.length + at]),
    trace: (direction, bytes, damage) => context.trace(direction, bytes, damage ?? options.describe(bytes)),
  });

  function pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        timers.clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = timers.setTimeout(end, options.retryPauseMs);
      signal.addEventListener('abort', end);
    });
  }

  async function attempts<T>(signal: AbortSignal, task: (ask: MeterAsk) => Promise<T>): Promise<T> {
    const ask: MeterAsk = async (request) => {
      if (unsettled) await pause(signal);
      signal.throwIfAborted();
      sent = request.frame;
      unsettled = true;
      const answer = await line.exchange(request);
      unsettled = false;
      return answer;
    };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await task(ask);
      } catch (error) {
        if (!(error instanceof Fault) || !WORTH_A_RETRY.has(error.code) || attempt >= options.readRetries) throw error;
        unsettled = true;
      }
    }
  }

  return {
    run(signal, task) {
      return new Promise((resolve, reject) => {
        const stop = () =>
          reject(signal.reason instanceof Fault ? signal.reason : new Fault('DEVICE_CANCELLED', {}, { cause: signal.reason }));
        if (signal.aborted) {
          stop();
          return;
        }
        signal.addEventListener('abort', stop);
        // The exchange in flight keeps its turn until it is over, so that the next read never shares the line with it.
        inTurn(() => attempts(signal, task))
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', stop));
      });
    },
    async probe() {
      if (gone) throw gone;
    },
    async close() {
      gone ??= new Fault('DEVICE_OFFLINE');
      stopLost();
      line.close();
      await transport.close();
    },
  };
}

export interface MeterHead<Answers> {
  readonly framer: FixedFramer;
  /** Returns in words what a whole frame says, in either direction, for the trace. */
  describe(frame: Uint8Array): Meaning;
  /** What an address of this protocol's meters looks like. */
  readonly addressForm: RegExp;
  /** Asks all that makes a reading, again after a fault of the line; `meterAddress` has the form, or is `any`. */
  read(ask: MeterAsk, meterAddress: string): Promise<Answers>;
  /** Makes the reading of whole answers; what it throws is not tried again. */
  readingOf(answers: Answers, meterAddress: string): MeterReading;
}

/** Opens a reading head with the options `interByteMs`, `readRetries` and `retryPauseMs` of its manifest. */
export function openMeterHead<Answers>(context: DriverContext, head: MeterHead<Answers>): OpenDevice {
  const { options } = context;
  const session = createMeterSession(context, {
    framer: head.framer,
    describe: head.describe,
    interByteMs: integerOption(options, 'interByteMs', { min: 1 }),
    readRetries: integerOption(options, 'readRetries', { min: 0 }),
    retryPauseMs: integerOption(options, 'retryPauseMs', { min: 1 }),
  });
  return {
    readingHead: {
      async read(meterAddress, signal) {
        if (meterAddress !== 'any' && !head.addressForm.test(meterAddress)) throw new Fault('INPUT_INVALID', { field: 'meterAddress' });
        return head.readingOf(await session.run(signal, (ask) => head.read(ask, meterAddress)), meterAddress);
      },
    },
    probe: () => session.probe(),
    close: () => session.close(),
  };
}
