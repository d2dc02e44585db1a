// What the shell and the core process of the Electron host say to each other.
import type { Failure } from './sentences.ts';

/** The core asks for the key that locks the card keys: whether the system keeps one, the key itself, or a new one. */
export interface VaultKeyAsked {
  readonly type: 'vault-key';
  readonly act: 'look' | 'load' | 'create';
}

export interface VaultKeyAnswer {
  readonly type: 'vault-key';
  readonly available: boolean;
  readonly exists: boolean;
  /** 32 bytes; null where there is none or the system does not open it. Never logged. */
  readonly key: Uint8Array | null;
}

/** Core → shell. */
export type FromCore =
  /** Start a child that runs `entry`; its line comes back as a port. */
  | { readonly type: 'launch'; readonly childId: number; readonly entry: string; readonly args: readonly string[] }
  | { readonly type: 'kill'; readonly childId: number }
  | VaultKeyAsked
  | { readonly type: 'ready'; readonly notices: readonly string[] }
  /** The counter cannot start; `detail` is for support. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly detail: string };

/** Shell → core. */
export type ToCore =
  /** With a port: a page has been let in. */
  | { readonly type: 'connect' }
  /** With a port: the line of the child asked for. */
  | { readonly type: 'launched'; readonly childId: number }
  | { readonly type: 'exited'; readonly childId: number }
  /** What the child wrote to its standard error. */
  | { readonly type: 'wrote'; readonly childId: number; readonly text: string }
  | VaultKeyAnswer
  | { readonly type: 'close' };
