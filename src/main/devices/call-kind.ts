// What the core and the device process know of a kind of call: its form, its limit, whether it has an effect, and the work itself.
import { z } from 'zod';
import type { CardPresence } from '../../../drivers/kit/card-reader.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { Outcome } from '../../../drivers/kit/outcome.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';

export interface CallControl {
  /** Aborted with a Fault as its reason when the call is cancelled, takes too long or loses its line. */
  readonly signal: AbortSignal;
  /** To be called right before the first byte with an effect leaves; throws when the call has been aborted before. */
  effectBegins(): void;
}

/** How far a call has come. `totalBytes` is null where nobody knows it; `fileName` is there for files only. */
export interface CallProgress {
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly fileName?: string;
}

export interface CallContext extends CallControl {
  progress(progress: CallProgress): void;
  /** Tells what a call has learned about a card slot. */
  notePresence(cardSlot: number, presence: CardPresence): void;
}

export interface CallKind<Call extends z.ZodType, Value> {
  /** The slot that it is for unless the caller says otherwise. */
  readonly slot: DeviceSlot;
  /** A strict object with the literal `op`. */
  readonly call: Call;
  /** Whether it can have changed something once it has been sent: what is lost then ends unknown. */
  readonly hasEffect: boolean;
  /** The longest it may take before it is aborted, ms. */
  readonly limitMs: number | ((call: z.output<Call>) => number);
  /** What it answers when it is done; the core checks it. */
  readonly result: z.ZodType<Value>;
  /** Runs in the device process. A rejection is refused before `effectBegins` and unknown after it. */
  work(device: OpenDevice, call: z.output<Call>, context: CallContext): Promise<Outcome<Value>>;
}

/** Marks an entry of the table of calls; infers its types. */
export function defineCall<Call extends z.ZodType, Value>(kind: CallKind<Call, Value>): CallKind<Call, Value> {
  return kind;
}

/** Bytes in memory of their own: what arrives may be a Buffer over a larger pool. */
export const bytesSchema: z.ZodType<Uint8Array> = z.instanceof(Uint8Array).transform((bytes) => Uint8Array.from(bytes));
