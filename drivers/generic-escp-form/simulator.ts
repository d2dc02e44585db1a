// A 24-pin form printer as a device: strikes texts on forms, runs out of paper, and answers DLE EOT where the model is one that answers.
//
// Decisions: bytes that arrive while printing is stopped wait in the buffer and print when the trouble is over. Option textTimeMs (default 0) is the time one
// text takes. A form is told when it has passed the head; what was struck on one that never passed it is not.
import type { SimulatedFormPrinter, SimulatorModule, Timers, Transport } from '../kit/index.ts';
import { createFormParser } from './parser.ts';

/** Bits 1 and 4, set in every real-time status. */
const FIXED_BITS = 0x12;

function createFormPrinter({
  timers,
  options,
}: {
  readonly timers: Timers;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}): SimulatedFormPrinter {
  const textTimeMs = typeof options.textTimeMs === 'number' ? options.textTimeMs : 0;
  const answers = options.oneWay === false;
  const listeners: Parameters<SimulatedFormPrinter['onForm']>[0][] = [];
  let parser = createFormParser();
  let paperOut = false;
  let online = true;
  let silent = false;
  let textsLeft = Number.POSITIVE_INFINITY;
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let timer: unknown = null;
  let striking = false;
  /** The last bytes received, to find DLE EOT n across chunks. */
  let tail: readonly number[] = [];

  function statusByte(n: number): number | null {
    const stopped = paperOut || !online;
    const bits = [stopped ? 0x08 : 0, paperOut ? 0x20 : 0, 0, paperOut ? 0x6c : 0][n - 1];
    return bits === undefined ? null : FIXED_BITS | bits;
  }

  /** Carries out what is in the buffer until it is empty, a text takes its time, or printing stops. */
  function print(): void {
    while (!striking && !paperOut && online) {
      const event = parser.next();
      if (!event) return;
      if (event.kind === 'form') for (const listener of listeners) listener(event.texts, event.lengthTenthMm);
      if (event.kind !== 'text') continue;
      textsLeft -= 1;
      if (textsLeft <= 0) paperOut = true;
      if (textTimeMs > 0) {
        striking = true;
        timer = timers.setTimeout(() => {
          striking = false;
          print();
        }, textTimeMs);
      }
    }
  }

  function receive(chunk: Uint8Array): void {
    if (silent) return;
    for (const byte of chunk) {
      const answer = answers && tail[0] === 0x10 && tail[1] === 0x04 ? statusByte(byte) : null;
      if (answer !== null) line?.write(Uint8Array.of(answer)).catch(() => {});
      tail = [tail[1] ?? 0, byte];
    }
    parser.push(chunk);
    print();
  }

  return {
    attach(newLine) {
      stopListening();
      line = newLine;
      tail = [];
      stopListening = newLine.onData(receive);
    },
    detach() {
      stopListening();
      stopListening = () => {};
      timers.clearTimeout(timer);
      striking = false;
      line = null;
      // Without power the buffer is gone.
      parser = createFormParser();
    },
    setPaper(state) {
      paperOut = state === 'out';
      textsLeft = Number.POSITIVE_INFINITY;
      print();
    },
    setOnline(value) {
      online = value;
      print();
    },
    setSilent(value) {
      silent = value;
    },
    runOutAfterTexts(count) {
      textsLeft = count;
    },
    onForm(listener) {
      listeners.push(listener);
    },
  };
}

export const simulator: SimulatorModule = { variants: [{ oneWay: false }], createFormPrinter };
