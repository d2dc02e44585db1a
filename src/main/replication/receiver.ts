// The receiver: follows the branch's feed, for ever, by a question that headquarters holds open until there is news.
import { asFault, Fault, type FaultData } from '../../shared/domain/fault.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { Replica } from '../core/ports/replica.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { Store } from '../core/ports/store.ts';
import { askFeedWord, checkFeed, type Line, readFeed, returnFeed } from './client.ts';
import type { Loader } from './loader.ts';
import { backoffMs, OFFLINE_CHECK_MS, REFUSED_INTERVAL_MS, REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { createRounds } from './rounds.ts';

/** Between two questions, so that a headquarters that never waits is not asked without a pause. */
const PAUSE_MS = 50;
/** Headquarters signs the end of the feed when so much was added, entries, or so much time has gone by, ms: for the day on which it forgets. */
const WORD_ENTRIES = 100;
const WORD_MS = 10_000;

export interface ReceiverOptions {
  readonly store: Pick<Store, 'counterId'>;
  readonly replica: Replica;
  /** Brings a new counter its books before anything is followed. */
  readonly loader: Loader;
  readonly line: Line;
  readonly branchNo: () => string | null;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
  readonly random: () => number;
  readonly changed: () => void;
  /** Called with the accounts that operations of other counters have touched. */
  readonly followed: (accountIds: ReadonlySet<string>) => void;
  /** Headquarters has gone back to an earlier state, so that it may lack what it had acknowledged. */
  readonly wentBack: () => void;
  readonly online: () => boolean;
  /** How long headquarters may hold a question open, ms; 0 asks and goes. */
  readonly waitMs: number;
  /** How long to rest before the next question when there was no news, ms. */
  readonly restMs: number;
}

export interface ReceiverState {
  /** Entries that headquarters has ordered and this counter has not followed yet. */
  readonly behind: number;
  readonly problem: FaultData | null;
}

export interface Receiver {
  state(): ReceiverState;
  /** When the feed was last seen to go on from what is followed here, ms; null before. */
  followedMs(): number | null;
  start(): void;
  /** Resolves when nothing of it touches the store any more. */
  stop(): Promise<void>;
}

interface Round {
  readonly branchNo: string;
  readonly abort: AbortController;
}

/** Returns the receiver of one counter, not yet started. At most one request of it is in flight. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { store, replica, line, loader, timers } = options;
  let failures = 0;
  let behind = 0;
  let problem: FaultData | null = null;
  let followedMs: number | null = null;
  let wordMs = Number.NEGATIVE_INFINITY;

  const rounds = createRounds(timers, async (abort) => {
    const delayMs = await run(abort);
    if (rounds.isRunning()) options.changed();
    return delayMs;
  });

  /** One question and what follows from it. Returns the delay until the next, ms. */
  async function run(abort: AbortController): Promise<number> {
    if (!options.online()) {
      abort.abort();
      return OFFLINE_CHECK_MS;
    }
    const branchNo = options.branchNo();
    if (branchNo === null) return OFFLINE_CHECK_MS;
    try {
      if (loader.isDue()) {
        const delayMs = await loader.run({ branchNo, abort });
        failures = 0;
        problem = null;
        if (delayMs !== null) return Math.max(PAUSE_MS, delayMs);
      }
      const isNews = await follow({ branchNo, abort });
      failures = 0;
      problem = null;
      return isNews ? PAUSE_MS : Math.max(PAUSE_MS, options.restMs);
    } catch (error) {
      if (!rounds.isRunning()) return PAUSE_MS;
      const fault = asFault(error);
      if (fault.context.code === 'FEED_UNKNOWN') return await findCommon({ branchNo, abort });
      problem = fault.toData();
      failures += 1;
      return fault.code === 'HEADQUARTERS_UNREACHABLE' ? backoffMs(failures, options.random) : REFUSED_INTERVAL_MS;
    }
  }

  /** Asks for the next page and follows it. Returns whether there was anything in it. */
  async function follow({ branchNo, abort }: Round): Promise<boolean> {
    const { position, hash } = replica.feedEnd();
    const askedMs = options.clock.nowMs();
    const timeout = timers.setTimeout(() => abort.abort(), options.waitMs + REQUEST_TIMEOUT_MS);
    const page = await readFeed(
      line,
      {
        version: WIRE_VERSION,
        branchNo,
        counterId: store.counterId(),
        position,
        hash,
        heard: [...replica.heard()],
        waitMs: options.waitMs,
      },
      abort.signal,
    ).finally(() => timers.clearTimeout(timeout));
    if (!rounds.isRunning()) return false;
    const last = page.entries.at(-1)?.position ?? position;
    replica.follow(page.entries, { upToDate: last >= page.lastPosition });
    replica.putCases(page.cases);
    behind = Math.max(0, page.lastPosition - last);
    const accountIds = new Set(page.entries.flatMap(({ operation }) => (operation === undefined ? [] : [operation.accountId])));
    if (accountIds.size > 0) options.followed(accountIds);
    followedMs = askedMs;
    await keepWord({ branchNo, abort });
    return page.entries.length > 0;
  }

  /** Has headquarters sign where the feed ends now. Without its word what it forgets cannot be given back: no reason to stop. */
  async function keepWord({ branchNo, abort }: Round): Promise<void> {
    const { position, hash } = replica.feedEnd();
    const added = position - (replica.feedWord()?.position ?? 0);
    const nowMs = options.clock.nowMs();
    if (added <= 0 || (added < WORD_ENTRIES && nowMs < wordMs + WORD_MS)) return;
    wordMs = nowMs;
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    try {
      const caller = { version: WIRE_VERSION, branchNo, counterId: store.counterId() } as const;
      const { signature, enrolment } = await askFeedWord(line, { ...caller, position, hash }, abort.signal);
      if (rounds.isRunning()) replica.putFeedWord({ position, hash, signature, enrolment });
    } catch (error) {
      // What the store says is no matter of the line; the next question finds out about everything else.
      if (asFault(error).code === 'DATABASE_FAILED') throw error;
    } finally {
      timers.clearTimeout(timeout);
    }
  }

  /** Gives back what headquarters has said after the last common entry and forgotten. Returns the last entry that both have then. */
  async function giveBack(common: number, { branchNo, abort }: Round): Promise<number> {
    let last = common;
    for (let after = common; rounds.isRunning(); ) {
      const piece = replica.saidAfter(after);
      if (piece === null) break;
      const { afterHash, signature } = piece;
      const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
      try {
        const caller = { version: WIRE_VERSION, branchNo, counterId: store.counterId() } as const;
        const isSame = await returnFeed(line, { ...caller, afterHash, entries: [...piece.entries], signature }, abort.signal);
        const end = piece.entries.at(-1)?.position ?? after;
        if (isSame && last === after) last = end;
        after = end;
      } catch (error) {
        // Founded anew with another key, or an older program: the counters send what is theirs.
        if (asFault(error).code !== 'HEADQUARTERS_REFUSED') throw error;
        break;
      } finally {
        timers.clearTimeout(timeout);
      }
    }
    return last;
  }

  /** Headquarters was restored: finds by halving the last entry that both have, gives back what it had said, and forgets the order it has not again. */
  async function findCommon({ branchNo, abort }: Round): Promise<number> {
    let common = 0;
    let differs = replica.feedEnd().position + 1;
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    try {
      while (differs - common > 1) {
        const position = Math.floor((common + differs) / 2);
        const hash = replica.feedHash(position);
        if (hash === null) throw new Fault('HEADQUARTERS_REFUSED', { seq: 0, code: 'FEED_BROKEN', reason: 'the feed has a gap' });
        const same = await checkFeed(line, { version: WIRE_VERSION, branchNo, counterId: store.counterId(), position, hash }, abort.signal);
        if (!rounds.isRunning()) return PAUSE_MS;
        if (same) common = position;
        else differs = position;
      }
      timers.clearTimeout(timeout);
      if (!loader.isDue()) common = await giveBack(common, { branchNo, abort });
      if (!rounds.isRunning()) return PAUSE_MS;
      if (common < replica.feedEnd().position) replica.forgetOrderAfter(common);
      if (loader.isDue()) replica.beginLoad(null);
      followedMs = options.clock.nowMs();
      options.wentBack();
      return PAUSE_MS;
    } catch (error) {
      problem = asFault(error).toData();
      failures += 1;
      return backoffMs(failures, options.random);
    } finally {
      timers.clearTimeout(timeout);
    }
  }

  return {
    state: () => ({ behind, problem }),
    followedMs: () => followedMs,
    start: rounds.start,
    stop: rounds.stop,
  };
}
