// The vendor-model form printer as a device: strikes texts on forms and runs out of paper. Option textTimeMs (default 0) is the time one text takes.
import iconv from 'iconv-lite';
import {
  createScanFramer,
  fieldWidthTenthMm,
  type PrintedText,
  type SimulatedFormPrinter,
  type SimulatorModule,
  type Transport,
} from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFeed, decodeFrame, decodeText, encodeFrame, FLAG, FRAME_FORMAT, STEPS_PER_INCH } from './frames.ts';

/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;
const TENTH_MM_PER_STEP = 254 / STEPS_PER_INCH;

const createFormPrinter: NonNullable<SimulatorModule['createFormPrinter']> = ({ timers, options }): SimulatedFormPrinter => {
  const textTimeMs = typeof options.textTimeMs === 'number' ? options.textTimeMs : 0;
  const listeners: Parameters<SimulatedFormPrinter['onForm']>[0][] = [];
  let paperOut = false;
  let online = true;
  let silent = false;
  let textsLeft = Number.POSITIVE_INFINITY;
  let onForm: PrintedText[] = [];
  let waiting: (PrintedText | ReturnType<typeof decodeFeed>)[] = [];
  let lastForm = 0;
  let lastSequence: number | null = null;
  let striking = false;
  let strikeTimer: unknown = null;
  let silence: unknown = null;
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let framer = createScanFramer(FRAME_FORMAT);

  function textOf(data: Uint8Array): PrintedText {
    const { right, down, pitch, doubleWidth, bytes } = decodeText(data);
    const text = iconv.decode(Buffer.from(bytes), 'gb18030');
    return {
      xTenthMm: right * TENTH_MM_PER_STEP,
      yTenthMm: down * TENTH_MM_PER_STEP,
      widthTenthMm: fieldWidthTenthMm({ text, pitch, doubleWidth }),
      text,
    };
  }

  /** Prints what waits until there is no more, a text takes its time, or printing stops. */
  function work(): void {
    while (!striking && !paperOut && online) {
      const next = waiting.shift();
      if (next === undefined) return;
      if ('form' in next) {
        const texts = onForm;
        onForm = [];
        lastForm = next.form;
        for (const listener of listeners) listener(texts, next.lengthSteps * TENTH_MM_PER_STEP);
        continue;
      }
      onForm.push(next);
      textsLeft -= 1;
      if (textsLeft <= 0) paperOut = true;
      striking = textTimeMs > 0;
      if (striking)
        strikeTimer = timers.setTimeout(() => {
          striking = false;
          work();
        }, textTimeMs);
    }
  }

  /** Carries a command out; false when it is none. */
  function perform(code: number, data: Uint8Array): boolean {
    if (code === COMMAND.text) waiting.push(textOf(data));
    else if (code === COMMAND.feed) waiting.push(decodeFeed(data));
    else if (code !== COMMAND.status) return false;
    work();
    return true;
  }

  function receive(chunk: Uint8Array): void {
    if (silent) return;
    timers.clearTimeout(silence);
    for (const event of framer.push(chunk)) {
      if (event.kind !== 'frame') continue;
      const { sequence, code, data } = decodeFrame(event.bytes);
      if (sequence !== lastSequence && !perform(code, data)) continue;
      lastSequence = sequence;
      const flags = (paperOut ? FLAG.paperOut : 0) | (online ? 0 : FLAG.offline);
      line?.write(encodeFrame({ sequence, code: code | ANSWER_BIT, data: Uint8Array.of(flags, lastForm) })).catch(() => {});
    }
    if (framer.pending > 0) silence = timers.setTimeout(() => void framer.cut(), INTER_BYTE_MS);
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(strikeTimer);
    timers.clearTimeout(silence);
    striking = false;
    line = null;
    // Without power all of it is forgotten; what is on paper stays.
    waiting = [];
    lastForm = 0;
    lastSequence = null;
    framer = createScanFramer(FRAME_FORMAT);
  }

  return {
    attach(newLine) {
      detach();
      line = newLine;
      stopListening = newLine.onData(receive);
    },
    detach,
    setPaper(state) {
      paperOut = state === 'out';
      textsLeft = Number.POSITIVE_INFINITY;
      work();
    },
    setOnline(value) {
      online = value;
      work();
    },
    setSilent(value) {
      silent = value;
    },
    runOutAfterTexts(texts) {
      textsLeft = texts;
    },
    onForm: (listener) => void listeners.push(listener),
  };
};

export const simulator: SimulatorModule = { createFormPrinter };
