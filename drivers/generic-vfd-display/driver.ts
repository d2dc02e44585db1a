// Driver of two-line customer displays: always the newest text, never faster than the line.
import { type DriverContext, defineDriver, Fault, integerOption, type OpenDevice } from '../kit/index.ts';
import { CLEAR, encodeText, INITIALISE } from './frames.ts';

async function openDisplay(context: DriverContext): Promise<OpenDevice> {
  const { transport, timers, options } = context;
  const columns = integerOption(options, 'columns', { min: 1 });
  /** Two lines take 50 ms at 9600 baud; faster texts would pile up in the port. */
  const minIntervalMs = integerOption(options, 'minIntervalMs', { min: 0 });
  let gone: Fault | null = null;
  /** What the glass should show next. */
  let wanted: Uint8Array | null = null;
  let sending: Promise<void> | null = null;
  let earliestMs = timers.now();
  /** Ends the wait before the next text. */
  let endPause: () => void = () => {};

  const stopLost = transport.onLost((error) => end(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })));

  function end(fault: Fault): void {
    gone ??= fault;
    stopLost();
    endPause();
  }

  async function send(bytes: Uint8Array): Promise<void> {
    if (gone) throw gone;
    context.trace('sent', bytes);
    await transport.write(bytes);
    earliestMs = timers.now() + minIntervalMs;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = timers.setTimeout(resolve, ms);
      endPause = () => {
        timers.clearTimeout(timer);
        resolve();
      };
    });
  }

  async function sendNewest(): Promise<void> {
    try {
      while (wanted) {
        const waitMs = earliestMs - timers.now();
        if (waitMs > 0 && !gone) await pause(waitMs);
        // Taken only now: a newer text may have come in the meantime.
        const bytes = wanted;
        wanted = null;
        await send(bytes);
      }
    } finally {
      // In the same turn as the last look at `wanted`, so that no text falls in between.
      sending = null;
      wanted = null;
    }
  }

  function put(bytes: Uint8Array): Promise<void> {
    wanted = bytes;
    sending ??= sendNewest();
    return sending;
  }

  await send(INITIALISE);
  return {
    customerDisplay: {
      columns,
      show: async (text) => put(encodeText(text, columns)),
      clear: async () => put(CLEAR),
    },
    /** A display answers nothing: only the line can be asked. */
    async probe() {
      if (gone) throw gone;
    },
    async close() {
      // What concerned the last customer does not stay on the glass; without a line there is nothing to clear.
      const cleared = gone ? null : send(CLEAR).catch(() => undefined);
      end(new Fault('DEVICE_OFFLINE'));
      await cleared;
      await transport.close();
    },
  };
}

export default defineDriver({ open: openDisplay });
