// Driver of vendor-model: one event per whole code.
import {
  createDelimiterFramer,
  type DriverContext,
  defineDriver,
  Fault,
  type FrameEvent,
  integerOption,
  type OpenDevice,
  type SaidMeaning,
  type ScannedCode,
  say,
} from '../../index.ts';
import { DELIMITER, decodeCode, isGood } from './frames.ts';

const REFUSAL_WORDS: Readonly<Record<FrameEvent['kind'], SaidMeaning>> = {
  frame: say('frame'),
  'bad-sum': say('bad-sum'),
  short: say('short'),
};

function openScanner({ transport, timers, options, trace }: DriverContext): OpenDevice {
  const framer = createDelimiterFramer({ delimiter: DELIMITER, maxBytes: integerOption(options, 'maxBytes', { min: 4 }), isGood });
  const interByteMs = integerOption(options, 'interByteMs', { min: 1 });
  const lateRestMs = integerOption(options, 'lateRestMs', { min: 1 });
  const listeners = new Set<(code: ScannedCode) => void>();
  let silence: unknown = null;
  /** A code broke off: what comes before the line has been silent for long is its rest. */
  let restDue = false;
  let gone: Fault | null = null;

  function take(events: readonly FrameEvent[]): void {
    for (const { kind, bytes } of events) {
      const text = kind === 'frame' && !restDue ? decodeCode(bytes) : null;
      const reason = restDue ? say('late rest') : REFUSAL_WORDS[kind];
      trace(
        'received',
        bytes,
        text === null ? say('refused: {reason}', { reason }) : say('code of {count} characters', { count: text.length }),
      );
      if (text !== null) for (const listener of [...listeners]) listener({ text, aimIdentifier: null });
    }
  }

  function onSilence(): void {
    const events = framer.cut();
    take(events);
    if (events.length > 0) restDue = true;
    silence = timers.setTimeout(() => {
      restDue = false;
    }, lateRestMs);
  }

  const stopData = transport.onData((chunk) => {
    timers.clearTimeout(silence);
    silence = timers.setTimeout(onSilence, interByteMs);
    take(framer.push(chunk));
  });
  const stopLost = transport.onLost((error) => end(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })));

  function end(fault: Fault): void {
    gone ??= fault;
    timers.clearTimeout(silence);
    stopData();
    stopLost();
  }

  return {
    scanner: {
      onCode(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    /** The scanner answers nothing: only the line can be asked. */
    async probe() {
      if (gone) throw gone;
    },
    async close() {
      end(new Fault('DEVICE_OFFLINE'));
      listeners.clear();
      await transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openScanner(context) });
