// Port to the devices for whoever sets them up or looks for a fault: what is plugged in, test actions, the bytes on the lines.
import type { Bus } from '../../../../drivers/kit/manifest.ts';
import type { Outcome } from '../../../../drivers/kit/outcome.ts';
import type { FACT_LABELS, TRACE_LANGUAGES } from '../../../shared/contract/devices.ts';
import type { FaultData } from '../../../shared/domain/fault.ts';
import type { DeviceSlot } from './devices.ts';

/** A device that a bus reports, bound or not. */
export interface FoundDevice {
  readonly bus: Bus;
  /** Path, COM name, PC/SC name: what a transport's settings take. For HID the system's own path; its settings take the ids. */
  readonly address: string;
  /** What the device or the system calls it; may be empty. */
  readonly name: string;
  readonly vendorId: number | null;
  readonly productId: number | null;
  readonly serialNumber: string;
  /** Drivers whose fingerprint fits, best first. */
  readonly matches: readonly { readonly driverId: string; readonly score: number }[];
  /** The slot that uses it now. */
  readonly slot: DeviceSlot | null;
}

export interface Discovery {
  readonly devices: readonly FoundDevice[];
  /** What could not be searched and why: DISCOVERY_UNAVAILABLE, PORT_DENIED. */
  readonly faults: readonly FaultData[];
}

export type TraceLanguage = (typeof TRACE_LANGUAGES)[number];

/** One frame on a line; secrets are masked by the driver before it leaves the device process. */
export interface TraceFrame {
  readonly slot: DeviceSlot;
  readonly atMs: number;
  readonly direction: 'sent' | 'received';
  readonly hex: string;
  /** The frame in words of its protocol. */
  readonly note: string;
}

/** A line that a device process wrote to its standard error: a library's complaint, the last words before an end. */
export interface ProcessErrorLine {
  readonly atMs: number;
  /** Which process: its bus, or `discovery`. */
  readonly group: string;
  readonly text: string;
}

/** A test that changes nothing but paper and a drawer. Reading a card presents no secret. */
export type DeviceTest =
  | { readonly test: 'probe' }
  | { readonly test: 'read-card'; readonly cardSlot: number }
  | { readonly test: 'print-page'; readonly markup: string }
  | { readonly test: 'print-grid' }
  | { readonly test: 'open-drawer' }
  | { readonly test: 'dock-handshake' }
  | { readonly test: 'read-meter'; readonly meterAddress: string }
  | { readonly test: 'show-text'; readonly upper: string; readonly lower: string }
  | { readonly test: 'ask-rating' }
  | { readonly test: 'scan-code' };

/**
 * What the test found, in the order in which it is shown. Labels are worded by the screens, and so are values that stand in the contract's
 * `FACT_WORDS`; any other value is shown as it is: figures, hex, names.
 */
export interface DeviceTestResult {
  readonly facts: readonly { readonly label: FactLabel; readonly value: string }[];
}
export type FactLabel = (typeof FACT_LABELS)[number];

/** Every method answers in its own time and never rejects. */
export interface DeviceConsole {
  /**
   * Looks at every bus now, in a process of its own that ends a minute after the last look: a library that crashes on a strange device takes no
   * open line with it. Takes about a second. A bus that cannot be searched is a fault beside what was found. Refused with DEVICE_PROCESS_LOST.
   */
  discover(): Promise<Outcome<Discovery>>;
  /**
   * Runs one test on the slot's device, after the calls before it. `read-card` presents no secret: a kind of card that needs one is named and not
   * read. Refused with DEVICE_REJECTED where the driver lacks what is tested, and as every call on a device; unknown where paper may have come.
   */
  test(slot: DeviceSlot, test: DeviceTest): Promise<Outcome<DeviceTestResult>>;
  /**
   * The last 400 frames of the slot's line, oldest first, their notes in the language as far as their driver has words in it; they survive a restart
   * of its process.
   */
  trace(slot: DeviceSlot, language: TraceLanguage): readonly TraceFrame[];
  /** The last 200 lines of all device processes, oldest first, each of at most 300 characters; they survive the processes. */
  errorLines(): readonly ProcessErrorLine[];
}
