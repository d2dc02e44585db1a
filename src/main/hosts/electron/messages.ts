// What the shell and the core process of the Electron host say to each other.
import type { Failure } from './sentences.ts';

/** Core → shell. */
export type FromCore =
  /** Start a child that runs `entry`; its line comes back as a port. */
  | { readonly type: 'launch'; readonly childId: number; readonly entry: string; readonly args: readonly string[] }
  | { readonly type: 'kill'; readonly childId: number }
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
  | { readonly type: 'close' };
