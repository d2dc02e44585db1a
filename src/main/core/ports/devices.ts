// Ports to devices. A call ends done, refused or unknown; none of them throws.
import type { CardPresence } from '../../../../drivers/kit/card-reader.ts';
import type { CardChip } from '../../../../drivers/kit/chip-reader.ts';
import type { CustomerText } from '../../../../drivers/kit/customer-display.ts';
import type { FormJob } from '../../../../drivers/kit/form-printer.ts';
import type {
  DockFile,
  DockFileIdentity,
  DockProgress,
  DockReadiness,
  DockReceiveResult,
  DockSendResult,
} from '../../../../drivers/kit/meter-dock.ts';
import type { Outcome } from '../../../../drivers/kit/outcome.ts';
import type { MeterReading } from '../../../../drivers/kit/reading-head.ts';
import type { PrintJob, PrintResult } from '../../../../drivers/kit/receipt-printer.ts';
import type { DEVICE_SLOTS } from '../../../shared/contract/devices.ts';
import type { CardAccess } from '../../../shared/domain/card-access.ts';
import type { CardWrite } from '../../../shared/domain/card-image.ts';
import type { FaultData } from '../../../shared/domain/fault.ts';
import type { CardKeys, CardReadChoice } from './cards.ts';

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
  /** Null unless a card of a known kind is present. */
  readonly chip: CardChip | null;
  /** Serial number that the chip was made with; null where it has none. */
  readonly uid: Uint8Array | null;
  /** The choice by which it was read; null when none fitted. */
  readonly layoutId: string | null;
  /** The choice's version of the keys; null when it had none. */
  readonly keyVersion: number | null;
  /** The whole image as the choice's access makes it up; null unless one fitted. */
  readonly image: Uint8Array | null;
  /** Attempts left to present a key; null where the chip does not count. */
  readonly attemptsLeft: number | null;
}

export interface CardWriteRequest {
  readonly slot: number;
  readonly access: CardAccess;
  /** Never logged. */
  readonly keys: CardKeys;
  /** For a card that is being made: keys that are put in place of `keys` before the first byte is written, and presented at once to prove them. */
  readonly newKeys?: CardKeys;
  /** The card must still hold exactly this image, else refused with CARD_CHANGED_ELSEWHERE. */
  readonly expected: Uint8Array;
  readonly writes: readonly CardWrite[];
  /** Present the card's key although one attempt is left; a supervisor has said so. */
  readonly allowLastAttempt: boolean;
}

export interface WriteProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A reader that is held for one task: nobody else can move its card meanwhile. */
export interface HeldReader {
  /** Reads what lies in the slot by the first choice that fits it. Presents nothing that is counted. */
  read(slot: number, choices: readonly CardReadChoice[]): Promise<Outcome<CardSnapshot>>;
  /**
   * Reads, compares with `expected`, looks at the attempts left, presents what the chip wants, writes, reads back. `done` carries the whole
   * image read back, whatever it holds. Refused with CARD_LOCKED or CARD_LAST_ATTEMPT before a secret is presented.
   */
  write(request: CardWriteRequest, progress: (progress: WriteProgress) => void): Promise<Outcome<Uint8Array>>;
}

/** What a drawer says of itself after its pulse; null where the model cannot say. */
export interface DrawerState {
  readonly isOpen: boolean | null;
}

/** A transfer with a handheld, watched. `whole`: what an earlier, broken transfer has brought over (kit/meter-dock.ts). */
export interface DockWatch {
  readonly whole?: readonly DockFileIdentity[];
  onProgress?(progress: DockProgress): void;
}

/**
 * Every call takes the lease of its slot, waits for the calls before it, and gives the lease back. Faults that every one can be refused with:
 * DEVICE_NOT_CONFIGURED, DEVICE_OFFLINE, DEVICE_BUSY, DEVICE_PROCESS_LOST, DEVICE_CANCELLED, DEVICE_TIMEOUT, DEVICE_REJECTED (the bound driver
 * lacks the capability).
 */
export interface Devices {
  states(): readonly DeviceState[];
  reconnect(slot: DeviceSlot): Promise<Outcome<DeviceState>>;
  /** Takes the lease of the reader for the time of `task`; refused with DEVICE_BUSY when another task holds it. */
  withReader<T>(task: (reader: HeldReader) => Promise<T>): Promise<Outcome<T>>;
  /** Takes the printer's lease, prints, gives it back. */
  print(job: PrintJob): Promise<Outcome<PrintResult>>;
  /**
   * Whether the printer itself proves that the job of this id came out; false where it proves nothing. Refused with PRINTER_… while it cannot go on with
   * what it still holds.
   */
  hasPrinted(jobId: string): Promise<Outcome<boolean>>;
  /** Characters per line of the configured printer; a default when there is none. */
  printerColumns(): number;
  /** Prints one form. Unknown once its first byte may have left: look at the paper. */
  printForm(job: FormJob): Promise<Outcome<PrintResult>>;
  /** Prints the calibration grid of the form, from which a person reads the offset. */
  printFormGrid(job: Pick<FormJob, 'jobId' | 'size' | 'offset'>): Promise<Outcome<PrintResult>>;
  /** Opens the cash drawer: the `drawer` slot's, or without one the receipt printer's, also when its paper is out. */
  openDrawer(): Promise<Outcome<DrawerState>>;
  /**
   * Sends files to a handheld that waits for them. A transfer that broke off, also by `cancel('dock')`, is `done` with its fault and with what
   * was whole in the value: continue with `whole`. Unknown only when the device process was lost.
   */
  sendToDock(files: readonly DockFile[], watch?: DockWatch): Promise<Outcome<DockSendResult>>;
  /** Receives what a handheld sends; ends as `sendToDock` does. */
  receiveFromDock(watch?: DockWatch): Promise<Outcome<DockReceiveResult>>;
  /** Says whether a handheld answers in the dock and what it wants; moves no file. */
  dockHandshake(): Promise<Outcome<DockReadiness>>;
  /** Reads the meter with this address, or `any` for the only one within reach. Changes nothing in it. */
  readMeter(meterAddress: string | 'any'): Promise<Outcome<MeterReading>>;
  /** Shows two lines to the customer. Nothing ever depends on it. */
  showText(text: CustomerText): Promise<Outcome<null>>;
  clearDisplay(): Promise<Outcome<null>>;
  /** Asks the customer for a rating: 1 (the best) to the number of keys, null when nobody pressed one in `timeoutMs` (at most 5 minutes). */
  askRating(question: { readonly timeoutMs: number }): Promise<Outcome<number | null>>;
  /** Stops the call in flight on the slot, if any. */
  cancel(slot: DeviceSlot): void;
}
