// An ESC/POS receipt printer as a device: prints to text, runs out of paper, and answers DLE EOT at any moment.
//
// Decisions: DLE EOT is answered on arrival, also inside graphics data and while printing is stopped, as real printers do, and so does DLE DC4 open the drawer;
// GS r and GS ( H are answered in turn. Bytes that arrive while printing is stopped wait in the buffer and print when the trouble is over, also while the line
// is unplugged from the counter's side. Option lineTimeMs (default 0) is the time one line takes. A drawer that stands open holds pin 3 high.
import type { SimulatedCashDrawer, SimulatedReceiptPrinter, SimulatorModule, Timers, Transport } from '../kit/index.ts';
import { DLE, EOT } from './commands.ts';
import { createEscPosParser } from './parser.ts';

/** Bits 1 and 4, set in every real-time status. */
const FIXED_BITS = 0x12;

interface Condition {
  paper: 'ok' | 'near-end' | 'out';
  coverOpen: boolean;
  error: 'none' | 'cutter' | 'unrecoverable';
  drawerOpen: boolean;
}

interface Options {
  readonly timers: Timers;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

interface SimulatedPrinter extends SimulatedReceiptPrinter {
  isDrawerOpen(): boolean;
  shutDrawer(): void;
}

function stopped(condition: Condition): boolean {
  return condition.paper === 'out' || condition.coverOpen || condition.error !== 'none';
}

/** Returns the answer to DLE EOT n; null for an n that is not asked for. */
export function statusByte(condition: Condition, n: number): number | null {
  const out = condition.paper === 'out';
  switch (n) {
    case 1:
      return FIXED_BITS | (condition.drawerOpen ? 0x04 : 0) | (stopped(condition) ? 0x08 : 0);
    case 2:
      return FIXED_BITS | (condition.coverOpen ? 0x04 : 0) | (out ? 0x20 : 0) | (condition.error !== 'none' ? 0x40 : 0);
    case 3:
      return FIXED_BITS | (condition.error === 'cutter' ? 0x08 : 0) | (condition.error === 'unrecoverable' ? 0x20 : 0);
    case 4:
      return FIXED_BITS | (condition.paper !== 'ok' ? 0x0c : 0) | (out ? 0x60 : 0);
    default:
      return null;
  }
}

function createPrinter({ timers, options }: Options): SimulatedPrinter {
  const lineTimeMs = typeof options.lineTimeMs === 'number' ? options.lineTimeMs : 0;
  const condition: Condition = { paper: 'ok', coverOpen: false, error: 'none', drawerOpen: false };
  const receiptListeners: ((lines: readonly string[]) => void)[] = [];
  const drawerListeners: (() => void)[] = [];
  let parser = createEscPosParser();
  let lines: string[] = [];
  let linesLeft = Number.POSITIVE_INFINITY;
  let silent = false;
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let lineTimer: unknown = null;
  let feeding = false;
  /** The last bytes received, to find DLE EOT n and DLE DC4 1 m t across chunks. */
  let tail: readonly number[] = [];

  function send(...bytes: readonly number[]): void {
    if (!silent) line?.write(Uint8Array.from(bytes)).catch(() => {});
  }

  function pulse(): void {
    condition.drawerOpen = true;
    for (const listener of drawerListeners) listener();
  }

  /** Carries out what is in the buffer until it is empty, a line takes its time, or printing stops. */
  function print(): void {
    while (!feeding && !stopped(condition)) {
      const printed = parser.next();
      if (!printed) return;
      switch (printed.kind) {
        case 'line':
          lines.push(printed.text);
          linesLeft -= 1;
          if (linesLeft <= 0) condition.paper = 'out';
          if (lineTimeMs > 0) {
            feeding = true;
            lineTimer = timers.setTimeout(() => {
              feeding = false;
              print();
            }, lineTimeMs);
          }
          break;
        case 'cut': {
          const receipt = lines;
          lines = [];
          if (receipt.length > 0) for (const listener of receiptListeners) listener(receipt);
          break;
        }
        case 'drawer':
          pulse();
          break;
        case 'marker':
          // Bits 0 and 1: near end, 2 and 3: end.
          send((condition.paper !== 'ok' ? 0x03 : 0) | (condition.paper === 'out' ? 0x0c : 0));
          break;
        case 'number':
          send(0x37, 0x22, ...printed.number, 0x00);
          break;
        default:
          break;
      }
    }
  }

  function receive(chunk: Uint8Array): void {
    // Silent: the bytes are swallowed, as by a printer that is switched off behind a line that stays open.
    if (silent) return;
    for (const byte of chunk) {
      tail = [...tail.slice(-4), byte];
      const answer = tail.at(-3) === DLE && tail.at(-2) === EOT ? statusByte(condition, byte) : null;
      if (answer !== null) send(answer);
      const [start, dc4, fn, pin] = tail.length === 5 ? tail : [];
      if (start === DLE && dc4 === 0x14 && fn === 1 && (pin === 0 || pin === 1) && byte >= 1 && byte <= 8) pulse();
    }
    parser.push(chunk);
    print();
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(lineTimer);
    feeding = false;
    line = null;
    tail = [];
    // Without power the buffer is gone; what is on paper stays.
    parser = createEscPosParser();
  }

  return {
    attach(newLine) {
      stopListening();
      line = newLine;
      tail = [];
      stopListening = newLine.onData(receive);
    },
    detach,
    setPaper(state) {
      condition.paper = state;
      linesLeft = Number.POSITIVE_INFINITY;
      print();
    },
    setCoverOpen(open) {
      condition.coverOpen = open;
      print();
    },
    setSilent(value) {
      silent = value;
    },
    runOutAfterLines(count) {
      linesLeft = count;
    },
    setError(error) {
      condition.error = error;
      print();
    },
    onReceipt(listener) {
      receiptListeners.push(listener);
    },
    onDrawer(listener) {
      drawerListeners.push(listener);
    },
    isDrawerOpen: () => condition.drawerOpen,
    shutDrawer() {
      condition.drawerOpen = false;
    },
  };
}

function createCashDrawer(options: Options): SimulatedCashDrawer {
  const printer = createPrinter(options);
  return {
    attach: printer.attach,
    detach: printer.detach,
    isOpen: printer.isDrawerOpen,
    shut: printer.shutDrawer,
    setSilent: printer.setSilent,
    onPulse: printer.onDrawer,
    troubles: {
      'out of paper': () => printer.setPaper('out'),
      'cover open': () => printer.setCoverOpen(true),
      'cutter stuck': () => printer.setError('cutter'),
    },
  };
}

export const simulator: SimulatorModule = {
  variants: [{ jobNumbers: false }, { oneWay: true }],
  createReceiptPrinter: createPrinter,
  createCashDrawer,
};
