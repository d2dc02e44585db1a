// What the drivers of customer displays share: always the newest text, never faster than the line, dark when it is closed.
import { Fault } from '../../src/shared/domain/fault.ts';
import type { CustomerText } from './customer-display.ts';
import type { DriverContext, OpenDevice } from './driver.ts';
import { type Meaning, say } from './meaning.ts';

export interface DisplayCommands {
  /** Half-width columns per line. */
  readonly columns: number;
  /** Least time between two texts, ms: what is faster than the line would pile up in the port. */
  readonly minIntervalMs: number;
  /** Brings the display into a known state, whatever an earlier program left it in. */
  readonly initialise: Uint8Array;
  /** Darkens both lines. */
  readonly clear: Uint8Array;
  /** Returns the bytes that replace both lines, whatever a cut message before them left in the display. */
  encode(text: CustomerText): Uint8Array;
}

interface Message {
  readonly bytes: Uint8Array;
  /** What it does, for the trace. */
  readonly note: Meaning;
}

/** Opens a display that answers nothing; rejects with the line's fault. */
export async function openDisplay(
  context: DriverContext,
  { columns, minIntervalMs, initialise, clear, encode }: DisplayCommands,
): Promise<OpenDevice> {
  const { transport, timers } = context;
  let gone: Fault | null = null;
  /** What the glass should show next. */
  let wanted: Message | null = null;
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

  async function send({ bytes, note }: Message): Promise<void> {
    if (gone) throw gone;
    context.trace('sent', bytes, note);
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
        const message = wanted;
        wanted = null;
        await send(message);
      }
    } finally {
      // In the same turn as the last look at `wanted`, so that no text falls in between.
      sending = null;
      wanted = null;
    }
  }

  function put(message: Message): Promise<void> {
    wanted = message;
    sending ??= sendNewest();
    return sending;
  }

  const dark: Message = { bytes: clear, note: say('clears both lines') };
  await send({ bytes: initialise, note: say('initialises') });
  return {
    customerDisplay: {
      columns,
      show: async (text) => put({ bytes: encode(text), note: say('writes both lines of {columns} columns', { columns }) }),
      clear: async () => put(dark),
    },
    /** A display answers nothing: only the line can be asked. */
    async probe() {
      if (gone) throw gone;
    },
    async close() {
      // What concerned the last customer does not stay on the glass; without a line there is nothing to clear.
      const cleared = gone ? null : send(dark).catch(() => undefined);
      end(new Fault('DEVICE_OFFLINE'));
      await cleared;
      await transport.close();
    },
  };
}
