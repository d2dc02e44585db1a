// Port to the papers of this counter's closes on their way to headquarters.
import type { ClosePaperState, DayPaperName } from '../../../shared/domain/close-papers.ts';
import type { FaultData } from '../../../shared/domain/fault.ts';

export interface ClosePaperKey {
  readonly closeId: string;
  readonly paper: DayPaperName;
}

export interface ClosePaper extends ClosePaperKey {
  readonly state: ClosePaperState;
  readonly changedAtMs: number;
  /** Hex; '' while the paper is to be made. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Why it could not be made, or has not gone; null where nothing is known against it. */
  readonly fault: FaultData | null;
}

/** A table that is neither journal nor projection. Everything is durable when a call returns. */
export interface ClosePaperTable {
  /** Makes the paper due unless it is on its way or there already; one that is held becomes due again with `again`. */
  due(key: ClosePaperKey, change: { readonly atMs: number; readonly again?: boolean }): void;
  of(closeId: string): readonly ClosePaper[];
  /** Oldest first. */
  inState(state: 'due' | 'waiting'): readonly ClosePaper[];
  /** Keeps what was made of a paper that is due: from here on it waits, with these bytes. */
  made(key: ClosePaperKey, made: { readonly atMs: number; readonly sha256: string; readonly pdf: Uint8Array }): void;
  /** Returns the bytes of a paper that waits; null of any other. */
  pdf(key: ClosePaperKey): Uint8Array | null;
  /** Headquarters has the last word: the bytes are dropped. */
  settle(key: ClosePaperKey, change: { readonly atMs: number; readonly state: 'held' | 'refused'; readonly fault: FaultData | null }): void;
  /** Notes why the last attempt failed; null takes the note away. */
  note(key: ClosePaperKey, fault: FaultData | null): void;
}
