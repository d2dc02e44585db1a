// Capability: a dock that passes files between the counter and a meter-reading handheld.
import type { FaultData } from '../../src/shared/domain/fault.ts';

/** What makes two files the same file: all three. A second upload and an altered one show here. */
export interface DockFileIdentity {
  readonly name: string;
  readonly sizeBytes: number;
  /** 64 hex digits, small letters. */
  readonly sha256: string;
}

export interface DockFile {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface DockProgress {
  readonly fileName: string;
  /** Bytes of this file that the other side has acknowledged, or that have arrived. */
  readonly fileBytes: number;
  /** Null when the sender did not say. */
  readonly fileSizeBytes: number | null;
}

/** How the caller watches and stops a transfer. */
export interface DockControl {
  /** Cancels at any moment; the handheld is told, and the result says what was whole by then. */
  readonly signal?: AbortSignal;
  onProgress?(progress: DockProgress): void;
  /**
   * Files that an earlier, broken transfer has brought over whole. `send` leaves them out; `receive` reports them as repeated when the
   * handheld sends them again.
   */
  readonly whole?: readonly DockFileIdentity[];
  /**
   * `receive` only: stores a whole file. The dock confirms a file to the handheld, or moves it away, after this has resolved; when it rejects,
   * the transfer ends with its fault and the file counts as broken off. Without it a file is confirmed once it is whole in memory, and a dock
   * that is a folder leaves it lying there until `whole` names it.
   */
  keep?(file: DockReceivedFile): Promise<void>;
}

/**
 * What a handheld wants right now. `ready-to-receive`: it asks for files. `ready-to-send`: it offers files. `silent`: nobody is there, or no
 * key has been pressed yet.
 */
export type DockReadiness = 'ready-to-receive' | 'ready-to-send' | 'silent';

export interface DockSentFile extends DockFileIdentity {
  /**
   * `acknowledged`: the handheld has confirmed the end of the file. `skipped`: it was in `whole`. `unknown`: the end was sent and not
   * confirmed; the handheld may have the file. `unsent`: the handheld does not have it.
   */
  readonly state: 'acknowledged' | 'skipped' | 'unknown' | 'unsent';
}

export interface DockSendResult {
  readonly files: readonly DockSentFile[];
  /** Why the transfer ended early; null when everything was acknowledged or skipped. */
  readonly fault: FaultData | null;
}

export interface DockReceivedFile extends DockFileIdentity {
  readonly data: Uint8Array;
  /**
   * `declared`: the sender named the size and so many bytes came. `stripped`: the protocol carries no size; the filling 1Ah at the end was
   * taken off, which also takes off 1Ah that belonged to the file, and a lost end cannot be excluded.
   */
  readonly length: 'declared' | 'stripped';
}

export interface DockReceiveResult {
  /** Whole files that were not in `whole`, in the order they came. */
  readonly files: readonly DockReceivedFile[];
  /** Whole files that the caller or this transfer had already: same name, size and SHA-256. */
  readonly repeated: readonly DockFileIdentity[];
  /** The file that broke off, if one did; none of it is kept. */
  readonly brokenOff: { readonly name: string; readonly receivedBytes: number } | null;
  /** Why the transfer ended early; null when the handheld said that this was all. */
  readonly fault: FaultData | null;
}

/**
 * File transfer with a handheld in its dock. A broken transfer resolves with its fault and with what was whole, because that has happened
 * and must be neither lost nor doubled: continue with `whole`. Rejects only when nothing was begun: INPUT_INVALID, DEVICE_BUSY.
 * Faults of a broken transfer: DEVICE_CANCELLED (`by`: counter or device), DEVICE_NO_ANSWER, DEVICE_TIMEOUT, DEVICE_OFFLINE, FRAME_…, PORT_….
 */
export interface MeterDock {
  /** Sends files to a handheld that waits for them, in this order. */
  send(files: readonly DockFile[], control?: DockControl): Promise<DockSendResult>;
  /** Receives what a handheld sends. */
  receive(control?: DockControl): Promise<DockReceiveResult>;
  /**
   * Says whether a handheld answers now and what it wants. No file moves, and a handheld that was ready still is afterwards. Takes seconds.
   * Rejects with DEVICE_BUSY during a transfer, DEVICE_CANCELLED (`by`: counter), DEVICE_OFFLINE, PORT_….
   */
  handshake(signal: AbortSignal): Promise<DockReadiness>;
}
