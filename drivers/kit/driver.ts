// What a driver folder's driver.ts exports, and what it is given.
import type { MemoryCardReader } from './card-reader.ts';
import type { CashDrawer } from './cash-drawer.ts';
import type { ChipReader } from './chip-reader.ts';
import type { CustomerDisplay } from './customer-display.ts';
import type { DropFolder } from './folder.ts';
import type { FormPrinter } from './form-printer.ts';
import type { GasCardLibrary } from './gas-card-library.ts';
import type { Meaning } from './meaning.ts';
import type { MeterDock } from './meter-dock.ts';
import type { ReadingHead } from './reading-head.ts';
import type { ReceiptPrinter } from './receipt-printer.ts';
import type { SatisfactionKeypad } from './satisfaction-keypad.ts';
import type { Scanner } from './scanner.ts';
import type { Timers, Transport } from './transport.ts';

export interface DriverContext {
  /** For a folder or a library it carries nothing: writing to it rejects. */
  readonly transport: Transport;
  /** Present on a `folder` transport. */
  readonly folder?: DropFolder;
  /** Present on a `dll` transport. */
  readonly library?: GasCardLibrary;
  readonly timers: Timers;
  /** The manifest's options with the slot's overrides. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Called with every frame for the trace, and what it means (`say`); secrets must already be masked. */
  trace(direction: 'sent' | 'received', bytes: Uint8Array, note?: Meaning): void;
}

/** A device that a driver has opened; the capabilities it has are present. */
export interface OpenDevice {
  /** A reader for SLE4442 alone; `chipReader` is the form for several kinds of card. A driver offers one of the two. */
  readonly cardReader?: MemoryCardReader;
  readonly chipReader?: ChipReader;
  readonly receiptPrinter?: ReceiptPrinter;
  readonly formPrinter?: FormPrinter;
  readonly cashDrawer?: CashDrawer;
  readonly meterDock?: MeterDock;
  readonly readingHead?: ReadingHead;
  readonly scanner?: Scanner;
  readonly customerDisplay?: CustomerDisplay;
  readonly satisfactionKeypad?: SatisfactionKeypad;
  /** Asks the device for a sign of life; rejects with a Fault when there is none. Must not disturb a job. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface Driver {
  open(context: DriverContext): Promise<OpenDevice>;
}

/** Marks the default export of a driver folder's driver.ts. */
export function defineDriver(driver: Driver): Driver {
  return driver;
}
