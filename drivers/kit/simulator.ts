// What a driver folder's simulator.ts exports: the device itself, speaking the real bytes over whatever line it is given.
import type { SimulatedChipCard, SimulatedCpuCard } from './cards/chip.ts';
import type { CustomerText } from './customer-display.ts';
import type { DropFolder } from './folder.ts';
import type { DockFile, DockReceiveResult, DockSendResult } from './meter-dock.ts';
import type { MeterFlag, MeterTotal } from './reading-head.ts';
import type { Timers, Transport } from './transport.ts';

/** A memory card as hardware: 256 bytes and a security memory that survive power loss byte by byte. */
export interface SimulatedCard {
  readonly main: Uint8Array;
  /** Error counter byte, 7 when full. */
  errorCounter: number;
  psc: Uint8Array;
  /** First 32 bytes: true where protection has been cleared for ever. */
  readonly protectedBytes: boolean[];
  /** Contacts or chip broken: the reader sees a card and cannot talk to it. */
  readonly damaged?: boolean;
  /** Called after each single byte of card memory changed, before the next may. */
  persist(): void;
}

/** A simulated reader: cards go in and out, also in the middle of a write. */
export interface SimulatedCardReader {
  attach(line: Transport): void;
  /** Power or plug gone; no more answers until attached again. */
  detach(): void;
  insert(slot: number, card: SimulatedCard): void;
  /** Returns the card that was in the slot, or null. */
  remove(slot: number): SimulatedCard | null;
  /** Pulls the card of `slot` after `bytes` more bytes of card memory (main or security) have been written. */
  removeAfterWrittenBytes(slot: number, bytes: number): void;
  /** Called when a card left by `removeAfterWrittenBytes`. */
  onTorn(listener: (slot: number, card: SimulatedCard) => void): void;
}

/** A simulated reader for several kinds of card. */
export interface SimulatedChipReader {
  attach(line: Transport): void;
  /** Power or plug gone; no more answers until attached again. */
  detach(): void;
  insert(slot: number, card: SimulatedChipCard): void;
  /** Returns the card that was in the slot, or null. */
  remove(slot: number): SimulatedChipCard | null;
  /** Pulls the card of `slot` after `bytes` more bytes of its memory have been written. */
  removeAfterWrittenBytes(slot: number, bytes: number): void;
  /** Called when a card left by `removeAfterWrittenBytes`. */
  onTorn(listener: (slot: number, card: SimulatedChipCard) => void): void;
  /** Puts a security module into one of the reader's own slots, or takes it out; missing where the reader has none. */
  setSam?(slot: number, module: SimulatedCpuCard | null): void;
}

/** Printed paper as text, and the printer's troubles. */
export interface SimulatedReceiptPrinter {
  attach(line: Transport): void;
  detach(): void;
  setPaper(state: 'ok' | 'near-end' | 'out'): void;
  setCoverOpen(open: boolean): void;
  /** Silent: swallows bytes, answers no status. */
  setSilent(silent: boolean): void;
  /** The paper ends after so many more lines, in the middle of a receipt if need be. */
  runOutAfterLines(lines: number): void;
  /** A fault inside the printer; `none` repairs it. */
  setError(error: 'none' | 'cutter' | 'unrecoverable'): void;
  /** Called when a receipt was cut: its lines as text. */
  onReceipt(listener: (lines: readonly string[]) => void): void;
  onDrawer(listener: () => void): void;
}

/** A cash drawer under a clerk's hand. */
export interface SimulatedCashDrawer {
  attach(line: Transport): void;
  detach(): void;
  isOpen(): boolean;
  /** A hand pushes it shut. */
  shut(): void;
  /** Silent: swallows bytes, answers nothing. */
  setSilent(silent: boolean): void;
  /** Called with every pulse, also where it stands open already. */
  onPulse(listener: () => void): void;
  /** What may be wrong with the device it hangs on and must not keep it shut, by name. Empty for a drawer by itself. */
  readonly troubles: Readonly<Record<string, () => void>>;
}

/** A text on a simulated form, where its first character stands. Lengths in 0.1 mm, not rounded. */
export interface PrintedText {
  readonly xTenthMm: number;
  /** Upper edge. */
  readonly yTenthMm: number;
  readonly widthTenthMm: number;
  readonly text: string;
}

/** Forms as text with places, and the printer's troubles. */
export interface SimulatedFormPrinter {
  attach(line: Transport): void;
  detach(): void;
  setPaper(state: 'ok' | 'out'): void;
  /** Offline by its key: takes bytes and prints nothing until it is online again. */
  setOnline(online: boolean): void;
  /** Silent: swallows bytes, answers no status. */
  setSilent(silent: boolean): void;
  /** The paper ends after so many more texts, in the middle of a form if need be. */
  runOutAfterTexts(count: number): void;
  /** Called when a form has passed the print head: its texts from top to bottom, and its length as the printer fed it. */
  onForm(listener: (texts: readonly PrintedText[], lengthTenthMm: number) => void): void;
}

/** A meter within reach of a reading head. */
export interface SimulatedMeter {
  /** Digits as printed on the meter. */
  readonly meterAddress: string;
  total: MeterTotal;
  /** `YYYY-MM-DDThh:mm:ss`; null for a meter that has no clock. */
  clock: string | null;
  flags: readonly MeterFlag[];
}

/** What all meters on a line do wrong. */
export type MeterTrouble = 'none' | 'silent' | 'wrong-sum' | 'cut' | 'other-address' | 'rejects';

/** A line with meters on it, as a reading head reaches them. */
export interface SimulatedMeterLine {
  attach(line: Transport): void;
  detach(): void;
  /** Brings a meter within reach; one with the same address goes. */
  putMeter(meter: SimulatedMeter): void;
  removeMeter(meterAddress: string): void;
  setTrouble(trouble: MeterTrouble): void;
}

/** A handheld in its dock: its keys start a transfer, its memory holds the files. */
export interface SimulatedMeterDock {
  attach(line: Transport): void;
  /** Taken out of the dock: the transfer under way breaks off and its line is silent. */
  detach(): void;
  /** The handheld's memory by name; a file that is sent again replaces the one of its name. */
  readonly files: Map<string, Uint8Array>;
  /** The key "receive": takes files until the counter ends the transfer. Resolves when it is over, however it ended. */
  receive(): Promise<DockReceiveResult>;
  /** The key "send": sends these files, or all. */
  send(files?: readonly DockFile[]): Promise<DockSendResult>;
  /** The key "cancel". */
  cancel(): void;
}

/** The handheld maker's program, which fills and empties the folder it shares with the counter. */
export interface SimulatedFolderDock {
  attach(folder: DropFolder): void;
  /** The program is closed. */
  detach(): void;
  /** What the program has taken from the folder, by name. */
  readonly files: Map<string, Uint8Array>;
  /** Its button "import": takes the files that lie there for it. Returns their names. */
  takeAll(): Promise<readonly string[]>;
  /** Its button "export": puts these files there, or all that it has. */
  put(files?: readonly DockFile[]): Promise<void>;
}

/** A scanner in the hand of a clerk. */
export interface SimulatedScanner {
  attach(line: Transport): void;
  detach(): void;
  /** Sends a code; `sentBytes` breaks off after so many bytes of it. `aimIdentifier` goes before it where the scanner is programmed so. */
  scan(text: string, how?: { readonly aimIdentifier?: string; readonly sentBytes?: number }): void;
}

/** A customer display with its glass as text. */
export interface SimulatedCustomerDisplay {
  attach(line: Transport): void;
  /** Power or plug gone: dark. */
  detach(): void;
  /** Returns both lines as a customer reads them, without the spaces at their ends. */
  shown(): CustomerText;
  /** Called whenever a line may have changed. Returns the function that stops it. */
  onChange(listener: () => void): () => void;
}

/** A satisfaction keypad under a customer's hand. */
export interface SimulatedSatisfactionKeypad {
  attach(line: Transport): void;
  /** Power or plug gone: the question is forgotten. */
  detach(): void;
  /** Whether it is lit and waits for a key. */
  isAsking(): boolean;
  /** Presses a key, 1 to 5, asked or not. */
  press(key: number): void;
  /** Silent: neither hears nor sends. */
  setSilent(silent: boolean): void;
}

export interface CardReaderSimulatorOptions {
  readonly timers: Timers;
  /** Time one byte takes in card memory, ms. */
  readonly byteTimeMs: number;
  /** The driver's own, where both sides must agree on them; the manifest's when left out. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** Marks the exports of a simulator.ts. */
export interface SimulatorModule {
  /** For replays of transcripts with masked bytes: puts the check sum of an answer right whose masked bytes are 00. */
  readonly complete?: (bytes: Uint8Array) => Uint8Array;
  /** Other values of the driver's options with which other bytes pass: the fault campaign goes through each of them too. */
  readonly variants?: readonly Readonly<Record<string, string | number | boolean>>[];
  readonly createCardReader?: (options: CardReaderSimulatorOptions) => SimulatedCardReader;
  readonly createChipReader?: (options: CardReaderSimulatorOptions) => SimulatedChipReader;
  readonly createReceiptPrinter?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedReceiptPrinter;
  readonly createFormPrinter?: (options: {
    readonly timers: Timers;
    /** The driver's own, and `textTimeMs`: the time one text takes on paper (0: none). */
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedFormPrinter;
  readonly createCashDrawer?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedCashDrawer;
  readonly createReadingHead?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedMeterLine;
  /** Two meters that can stand on one line, as this protocol addresses them: what tests and recordings put before the head. */
  readonly sampleMeters?: readonly [SimulatedMeter, SimulatedMeter];
  readonly createMeterDock?: (options: {
    readonly timers: Timers;
    /** The driver's own: both sides speak the same protocol. */
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedMeterDock;
  readonly createFolderDock?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedFolderDock;
  readonly createScanner?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedScanner;
  readonly createCustomerDisplay?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedCustomerDisplay;
  readonly createSatisfactionKeypad?: (options: {
    readonly timers: Timers;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }) => SimulatedSatisfactionKeypad;
}
