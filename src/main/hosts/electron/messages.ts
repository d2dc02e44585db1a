// What the shell and the core process of the Electron host say to each other.

/** Core → shell. */
export type FromCore =
  /** Start a child that runs `entry`; its line comes back as a port. */
  | { readonly type: 'launch'; readonly childId: number; readonly entry: string; readonly args: readonly string[] }
  | { readonly type: 'kill'; readonly childId: number }
  | { readonly type: 'ready'; readonly notices: readonly string[] }
  /** The counter cannot start; `sentence` is for the person in front of it. */
  | { readonly type: 'failed'; readonly sentence: string };

/** Shell → core. */
export type ToCore =
  /** With a port: a page has been let in. */
  | { readonly type: 'connect' }
  /** With a port: the line of the child asked for. */
  | { readonly type: 'launched'; readonly childId: number }
  | { readonly type: 'exited'; readonly childId: number }
  | { readonly type: 'close' };
