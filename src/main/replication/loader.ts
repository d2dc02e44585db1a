// The first load: brings a new counter its branch's books piece by piece, goes on where it was cut, and proves the end before any business.
import { asFault, Fault } from '../../shared/domain/fault.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import { MAX_PIECE_ENTRIES, type Piece } from '../../shared/wire/first-load.ts';
import type { FeedEnd, LoadTarget, Replica } from '../core/ports/replica.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { Store } from '../core/ports/store.ts';
import type { LoadProgress } from '../core/ports/sync.ts';
import { askLoad, askRoster, checkFeed, type Line, loadPiece } from './client.ts';
import { REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { keepRoster } from './roster.ts';

/** How often a branch that has nothing yet is asked about, ms. */
export const EMPTY_INTERVAL_MS = 5_000;
/** The smallest piece that a slow line is asked for, entries. */
const MIN_PIECE_ENTRIES = 25;

export interface LoaderOptions {
  readonly store: Pick<Store, 'counterId' | 'lastSeq'>;
  readonly replica: Replica;
  readonly line: Line;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
  readonly changed: () => void;
  /** Override for tests: the largest piece, entries. */
  readonly pieceEntries?: number;
}

export interface Loader {
  /** Whether this counter has no books yet. */
  isDue(): boolean;
  /** How far it is; null when there is nothing to load. */
  progress(): LoadProgress | null;
  /**
   * Loads until everything is here or the line breaks, when the next call goes on. Returns the delay until the next call, ms; null when the books
   * are complete. Throws as the client does.
   */
  run(from: { readonly branchNo: string; readonly abort: AbortController }): Promise<number | null>;
}

/** Returns the loader of one counter. */
export function createLoader(options: LoaderOptions): Loader {
  const { store, replica, line, clock, timers } = options;
  const caller = (branchNo: string) => ({ version: WIRE_VERSION, branchNo, counterId: store.counterId() }) as const;
  let phase: LoadProgress['phase'] = 'waiting';
  const mostEntries = options.pieceEntries ?? MAX_PIECE_ENTRIES;
  let maxEntries = mostEntries;
  /** Where and when this run began, for the rate. */
  let began: { readonly position: number; readonly atMs: number } | null = null;

  function isDue(): boolean {
    const load = replica.firstLoad();
    if (load === null) return false;
    if (load.state === 'loading' || store.lastSeq() === 0) return true;
    // It has begun business of its own: then it follows the feed like any other.
    replica.endLoad();
    return false;
  }

  function enter(now: LoadProgress['phase']): void {
    phase = now;
    options.changed();
  }

  /** One exchange under a time limit of its own, ended with the run. */
  async function exchange<T>(abort: AbortController, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const own = new AbortController();
    const end = () => own.abort();
    abort.signal.addEventListener('abort', end);
    if (abort.signal.aborted) end();
    const timeout = timers.setTimeout(end, REQUEST_TIMEOUT_MS);
    try {
      return await ask(own.signal);
    } finally {
      timers.clearTimeout(timeout);
      abort.signal.removeEventListener('abort', end);
    }
  }

  /** Returns what is to be loaded; null while the branch has nothing. */
  async function targetOf(branchNo: string, abort: AbortController): Promise<LoadTarget | null> {
    const load = replica.firstLoad();
    if (load?.state === 'loading') return load;
    const { position, hash, accounts } = await exchange(abort, (signal) => askLoad(line, caller(branchNo), signal));
    if (position === 0) return null;
    const target = { position, hash, accounts };
    if (!abort.signal.aborted) replica.beginLoad(target);
    return target;
  }

  /** Asks for the piece after `end`, smaller where the line has turned out to be slow. */
  async function ask(branchNo: string, after: FeedEnd, target: LoadTarget, abort: AbortController): Promise<Piece> {
    const request = { ...caller(branchNo), position: after.position, hash: after.hash, until: target.position, maxEntries };
    try {
      const piece = await exchange(abort, (signal) => loadPiece(line, request, signal));
      maxEntries = Math.min(mostEntries, maxEntries * 2);
      return piece;
    } catch (error) {
      if (asFault(error).context.reason === 'timeout') maxEntries = Math.max(MIN_PIECE_ENTRIES, maxEntries >> 2);
      throw error;
    }
  }

  return {
    isDue,
    progress() {
      const load = replica.firstLoad();
      if (load === null) return null;
      if (load.state === 'due') return { phase, position: 0, of: 0, accounts: 0, remainingMs: null };
      const { position } = replica.feedEnd();
      const done = began === null ? 0 : position - began.position;
      const remainingMs =
        began === null || done <= 0 ? null : Math.round(((clock.nowMs() - began.atMs) * (load.position - position)) / done);
      return { phase, position, of: load.position, accounts: load.accounts, remainingMs };
    },
    async run({ branchNo, abort }) {
      const target = await targetOf(branchNo, abort);
      if (abort.signal.aborted) return 0;
      if (target === null) {
        enter('empty');
        return EMPTY_INTERVAL_MS;
      }
      let at: FeedEnd = replica.feedEnd();
      began = { position: at.position, atMs: clock.nowMs() };
      enter('loading');
      let next = at.position < target.position ? ask(branchNo, at, target, abort) : null;
      while (next !== null) {
        const { entries } = await next;
        if (abort.signal.aborted) return 0;
        const last = entries.at(-1);
        if (last === undefined || last.position > target.position) {
          throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-invalid' });
        }
        at = { position: last.position, hash: last.hash };
        // The next piece travels while this one is folded; it is not looked at unless this one is good.
        next = at.position < target.position ? ask(branchNo, at, target, abort) : null;
        next?.catch(() => undefined);
        replica.load(entries);
        options.changed();
      }
      enter('checking');
      const same = await exchange(abort, (signal) => checkFeed(line, { ...caller(branchNo), ...positionOf(replica.feedEnd()) }, signal));
      const roster = await exchange(abort, (signal) => askRoster(line, { ...caller(branchNo), place: null }, signal));
      if (abort.signal.aborted) return 0;
      // Headquarters was restored meanwhile.
      if (!same) throw new Fault('HEADQUARTERS_REFUSED', { seq: 0, code: 'FEED_UNKNOWN', reason: 'this feed does not hold that position' });
      if (at.hash !== target.hash) {
        replica.beginLoad(null);
        return EMPTY_INTERVAL_MS;
      }
      enter('indexing');
      // The page is told before the index keeps this process busy for some seconds.
      await new Promise<void>((resolve) => {
        timers.setTimeout(resolve, 0);
        abort.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      if (abort.signal.aborted) return 0;
      keepRoster(replica, roster);
      replica.endLoad();
      enter('waiting');
      return null;
    },
  };
}

const positionOf = ({ position, hash }: FeedEnd): FeedEnd => ({ position, hash });
