// The vendor-model printer as a device: prints to text and runs out of paper. Option lineTimeMs (default 0) is the time one line takes.
import iconv from 'iconv-lite';
import { createScanFramer, type SimulatedReceiptPrinter, type SimulatorModule, type Transport } from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, encodeFrame, FLAG, FRAME_FORMAT } from './frames.ts';

/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;

const createReceiptPrinter: NonNullable<SimulatorModule['createReceiptPrinter']> = ({ timers, options }): SimulatedReceiptPrinter => {
  const lineTimeMs = typeof options.lineTimeMs === 'number' ? options.lineTimeMs : 0;
  const receiptListeners: ((lines: readonly string[]) => void)[] = [];
  const drawerListeners: (() => void)[] = [];
  let paper: 'ok' | 'near-end' | 'out' = 'ok';
  let coverOpen = false;
  let trouble: 'none' | 'cutter' | 'unrecoverable' = 'none';
  let silent = false;
  let linesLeft = Number.POSITIVE_INFINITY;
  let onPaper: string[] = [];
  let waiting: (string | typeof COMMAND.cut)[] = [];
  let lineTimer: unknown = null;
  let feeding = false;
  let silence: unknown = null;
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let framer = createScanFramer(FRAME_FORMAT);

  const stopped = () => paper === 'out' || coverOpen || trouble !== 'none';

  function flags(): number {
    const set = [
      paper === 'out' && FLAG.paperOut,
      paper !== 'ok' && FLAG.paperNearEnd,
      coverOpen && FLAG.coverOpen,
      trouble === 'cutter' && FLAG.cutter,
      trouble === 'unrecoverable' && FLAG.fatal,
      (feeding || waiting.length > 0) && FLAG.printing,
    ];
    return set.reduce<number>((sum, flag) => sum | (flag || 0), 0);
  }

  /** Prints what waits until there is no more, a line takes its time, or printing stops. */
  function work(): void {
    while (!feeding && !stopped()) {
      const next = waiting.shift();
      if (next === undefined) return;
      if (next === COMMAND.cut) {
        const receipt = onPaper;
        onPaper = [];
        if (receipt.length > 0) for (const listener of receiptListeners) listener(receipt);
        continue;
      }
      onPaper.push(next);
      linesLeft -= 1;
      if (linesLeft <= 0) paper = 'out';
      feeding = lineTimeMs > 0;
      if (feeding)
        lineTimer = timers.setTimeout(() => {
          feeding = false;
          work();
        }, lineTimeMs);
    }
  }

  function perform(code: number, data: Uint8Array): boolean {
    if (code === COMMAND.line) waiting.push(iconv.decode(Buffer.from(data), 'gb18030'));
    else if (code === COMMAND.cut) waiting.push(COMMAND.cut);
    else if (code === COMMAND.drawer) for (const listener of drawerListeners) listener();
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
      if (!perform(code, data)) continue;
      line?.write(encodeFrame({ sequence, code: code | ANSWER_BIT, data: Uint8Array.of(flags()) })).catch(() => {});
    }
    if (framer.pending > 0) silence = timers.setTimeout(() => void framer.cut(), INTER_BYTE_MS);
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(lineTimer);
    timers.clearTimeout(silence);
    feeding = false;
    line = null;
    // Without power the buffer is gone; what is on paper stays.
    waiting = [];
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
      paper = state;
      linesLeft = Number.POSITIVE_INFINITY;
      work();
    },
    setCoverOpen(open) {
      coverOpen = open;
      work();
    },
    setSilent(value) {
      silent = value;
    },
    runOutAfterLines(lines) {
      linesLeft = lines;
    },
    setError(error) {
      trouble = error;
      work();
    },
    onReceipt: (listener) => void receiptListeners.push(listener),
    onDrawer: (listener) => void drawerListeners.push(listener),
  };
};

export const simulator: SimulatorModule = { createReceiptPrinter };
