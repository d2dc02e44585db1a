// Driver of serial code scanners: one event per whole code.
import { type DriverContext, defineDriver, Fault, integerOption, type OpenDevice, type ScannedCode, say } from '../kit/index.ts';
import { type CodeEvent, createCodeFramer, REFUSAL_WORDS, readCode } from './frames.ts';
import { codeFormOf } from './settings.ts';

function openScanner(context: DriverContext): OpenDevice {
  const { transport, timers, options } = context;
  const form = codeFormOf(options);
  const framer = createCodeFramer({ terminator: form.terminator, maxLength: integerOption(options, 'maxLength', { min: 1 }) });
  const interByteMs = integerOption(options, 'interByteMs', { min: 1 });
  const lateRestMs = integerOption(options, 'lateRestMs', { min: 1 });
  const listeners = new Set<(code: ScannedCode) => void>();
  let silence: unknown = null;
  let gone: Fault | null = null;

  function take(events: readonly CodeEvent[]): void {
    for (const event of events) {
      const code = event.kind === 'code' ? readCode(event.bytes, form) : event.reason;
      if (typeof code === 'string') {
        context.trace('received', event.bytes, say('refused: {reason}', { reason: REFUSAL_WORDS[code] }));
        continue;
      }
      context.trace('received', event.bytes, say('code of {count} characters', { count: code.text.length }));
      for (const listener of [...listeners]) listener(code);
    }
  }

  function onSilence(): void {
    take(framer.cut());
    silence = timers.setTimeout(() => framer.settle(), lateRestMs);
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
    /** A scanner answers nothing: only the line can be asked. */
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
