// The line to the core: opens a transport, keeps it open, and says how it stands. Knows nothing of what is called over it.
import { type ClientContext, type ClientLink, ORPCError } from '@orpc/client';

export type LineState =
  /** The first attempt is under way. */
  | 'connecting'
  | 'open'
  /** It was open and broke, or has never opened after the first attempt; attempts go on. */
  | 'away';

export interface LineStatus {
  readonly state: LineState;
  /** Attempts since the line was last open. */
  readonly attempt: number;
  readonly everOpen: boolean;
}

/** One opened transport. `closed` resolves when it breaks; `close` lets it go. */
export interface Opened {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
  readonly close: () => void;
}

export interface LineParts {
  /** Opens a transport once; rejects when that fails. */
  readonly open: () => Promise<Opened>;
  /** Runs after each opening, before any other call may pass: continues the session. Resolves only when the core has answered. */
  readonly afterOpen: () => Promise<void>;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The line broke before the answer came, or stayed away too long. What was asked may or may not have happened. */
export class LineLost extends Error {
  override readonly name = 'LineLost';
}

/** How long a call waits for a line that is away, ms. */
const PATIENCE_MS = 6000;
/** How long the core may leave the first call on a fresh line without an answer, ms: a port may have been handed to a core that was just dying. */
const FIRST_ANSWER_MS = 5000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** Returns the pause before attempt `attempt` (1-based): doubling from 250 ms to 5 s, less up to a quarter by chance. */
export function pauseMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (1 - random / 4));
}

/** Calls that pass before the session has been continued. */
function passesEarly(path: readonly string[]): boolean {
  return path[0] === 'system' || path[0] === 'session';
}

export class Line implements ClientLink<ClientContext> {
  readonly #parts: LineParts;
  readonly #listeners = new Set<() => void>();
  #status: LineStatus = { state: 'connecting', attempt: 1, everOpen: false };
  #link: ClientLink<ClientContext> | null = null;
  #ready = Promise.withResolvers<void>();
  #raw = Promise.withResolvers<void>();

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  /** Opens the line and keeps it open until the page goes. */
  async run(): Promise<never> {
    for (let attempt = 1; ; attempt += 1) {
      let opened: Opened | null = null;
      try {
        opened = await this.#parts.open();
        this.#link = opened.link;
        this.#raw.resolve();
        const lost = Promise.race([opened.closed, this.#parts.sleep(FIRST_ANSWER_MS)]).then(() => Promise.reject(new LineLost('silent')));
        await Promise.race([this.#parts.afterOpen(), lost]);
        attempt = 0;
        this.#ready.resolve();
        this.#say({ state: 'open', attempt: 0, everOpen: true });
        await opened.closed;
      } catch {
        // Another attempt follows; the status says so.
      }
      opened?.close();
      if (this.#link !== null) {
        this.#link = null;
        this.#raw = Promise.withResolvers<void>();
        if (attempt === 0) this.#ready = Promise.withResolvers<void>();
      }
      this.#say({ state: 'away', attempt: attempt + 1, everOpen: this.#status.everOpen });
      await this.#parts.sleep(pauseMs(attempt + 1, this.#parts.random()));
    }
  }

  /** Passes one call on; throws LineLost when no answer can come, and what the core answered otherwise. */
  async call(path: readonly string[], input: unknown, options: Parameters<ClientLink<ClientContext>['call']>[2]): Promise<unknown> {
    const gate = passesEarly(path) ? this.#raw.promise : this.#ready.promise;
    const waited = await Promise.race([gate.then(() => true), this.#parts.sleep(PATIENCE_MS).then(() => false)]);
    const link = this.#link;
    if (!waited || link === null) throw new LineLost('away');
    try {
      return await link.call(path, input, options);
    } catch (error) {
      if (error instanceof ORPCError || options.signal?.aborted) throw error;
      throw new LineLost('broken');
    }
  }

  readonly status = (): LineStatus => this.#status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #say(status: LineStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}
