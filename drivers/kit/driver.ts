// What a driver folder's driver.ts exports, and what it is given.
import type { MemoryCardReader } from './card-reader.ts';
import type { CustomerDisplay } from './customer-display.ts';
import type { MeterDock } from './meter-dock.ts';
import type { ReadingHead } from './reading-head.ts';
import type { ReceiptPrinter } from './receipt-printer.ts';
import type { SatisfactionKeypad } from './satisfaction-keypad.ts';
import type { Scanner } from './scanner.ts';
import type { Timers, Transport } from './transport.ts';

export interface DriverContext {
  readonly transport: Transport;
  readonly timers: Timers;
  /** The manifest's options with the slot's overrides. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Called with every frame for the trace; secrets must already be masked. */
  trace(direction: 'sent' | 'received', bytes: Uint8Array, note?: string): void;
}

/** A device that a driver has opened; the capabilities it has are present. */
export interface OpenDevice {
  readonly cardReader?: MemoryCardReader;
  readonly receiptPrinter?: ReceiptPrinter;
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
