// Ports to devices. A call ends done, refused or unknown; none of them throws.
import type { CardPresence } from '../../../../drivers/kit/card-reader.ts';
import type { Outcome } from '../../../../drivers/kit/outcome.ts';
import type { PrintJob, PrintResult } from '../../../../drivers/kit/receipt-printer.ts';
import type { DEVICE_SLOTS } from '../../../shared/contract/devices.ts';
import type { CardWrite } from '../../../shared/domain/card-image.ts';
import type { FaultData } from '../../../shared/domain/fault.ts';

export type DeviceSlot = (typeof DEVICE_SLOTS)[number];

export interface DeviceState {
  readonly slot: DeviceSlot;
  readonly state: 'not-configured' | 'starting' | 'ready' | 'degraded' | 'down';
  readonly driverId: string;
  readonly connection: string;
  readonly lastError: FaultData | null;
  readonly lastSeenMs: number | null;
  readonly paperNearEnd: boolean | null;
  readonly cards: readonly CardPresence[];
}

export interface CardSnapshot {
  readonly presence: CardPresence;
  /** Whole main memory; null unless present. */
  readonly image: Uint8Array | null;
  /** PSC attempts left, 0 to 3; null unless present. */
  readonly attemptsLeft: number | null;
}

export interface CardWriteRequest {
  readonly slot: number;
  /** The card must still hold exactly this image, else refused with CARD_CHANGED_ELSEWHERE. */
  readonly expected: Uint8Array;
  readonly writes: readonly CardWrite[];
  /** Three bytes. Never logged. */
  readonly psc: Uint8Array;
  /** Present the PSC although one attempt is left; a supervisor has said so. */
  readonly allowLastAttempt: boolean;
}

export interface WriteProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A reader that is held for one task: nobody else can move its card meanwhile. */
export interface HeldReader {
  read(slot: number): Promise<Outcome<CardSnapshot>>;
  /**
   * Reads, compares with `expected`, reads the error counter, presents the PSC, writes, reads back. `done` carries the whole image
   * read back, whatever it holds. Refused with CARD_LOCKED or CARD_LAST_ATTEMPT before a secret is presented.
   */
  write(request: CardWriteRequest, progress: (progress: WriteProgress) => void): Promise<Outcome<Uint8Array>>;
}

export interface Devices {
  states(): readonly DeviceState[];
  reconnect(slot: DeviceSlot): Promise<Outcome<DeviceState>>;
  /** Takes the lease of the reader for the time of `task`; refused with DEVICE_BUSY when another task holds it. */
  withReader<T>(task: (reader: HeldReader) => Promise<T>): Promise<Outcome<T>>;
  /** Takes the printer's lease, prints, gives it back. */
  print(job: PrintJob): Promise<Outcome<PrintResult>>;
  /** Characters per line of the configured printer; a default when there is none. */
  printerColumns(): number;
  /** Stops the call in flight on the slot, if any. */
  cancel(slot: DeviceSlot): void;
}
