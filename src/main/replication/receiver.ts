// The receiver: follows the branch's feed, for ever, by a question that headquarters holds open until there is news.
import { asFault, Fault, type FaultData } from '../../shared/domain/fault.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { Replica } from '../core/ports/replica.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { Store } from '../core/ports/store.ts';
import { checkFeed, type Line, readFeed } from './client.ts';
import type { Loader } from './loader.ts';
import { backoffMs, OFFLINE_CHECK_MS, REFUSED_INTERVAL_MS, REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';

/** Between two questions, so that a headquarters that never waits is not asked without a pause. */
const PAUSE_MS = 50;

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
  start(): void;
  /** Resolves when nothing of it touches the store any more. */
  stop(): Promise<void>;
}

/** Returns the receiver of one counter, not yet started. At most one request of it is in flight. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { store, replica, line, loader, timers } = options;
  let running = false;
  let timer: unknown = null;
  let round: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  let failures = 0;
  let behind = 0;
  let problem: FaultData | null = null;

  function schedule(delayMs: number): void {
    timer = timers.setTimeout(begin, delayMs);
  }

  function begin(): void {
    timer = null;
    const abort = new AbortController();
    const done = run(abort).then((delayMs) => {
      round = null;
      if (!running) return;
      schedule(delayMs);
      options.changed();
    });
    round = { abort, done };
  }

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
      if (!running) return PAUSE_MS;
      const fault = asFault(error);
      if (fault.context.code === 'FEED_UNKNOWN') return await findCommon({ branchNo, abort });
      problem = fault.toData();
      failures += 1;
      return fault.code === 'HEADQUARTERS_UNREACHABLE' ? backoffMs(failures, options.random) : REFUSED_INTERVAL_MS;
    }
  }

  /** Asks for the next page and follows it. Returns whether there was anything in it. */
  async function follow({ branchNo, abort }: { readonly branchNo: string; readonly abort: AbortController }): Promise<boolean> {
    const { position, hash } = replica.feedEnd();
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
    if (!running) return false;
    const last = page.entries.at(-1)?.position ?? position;
    replica.follow(page.entries, { upToDate: last >= page.lastPosition });
    replica.putCases(page.cases);
    behind = Math.max(0, page.lastPosition - last);
    const accountIds = new Set(page.entries.flatMap(({ operation }) => (operation === undefined ? [] : [operation.accountId])));
    if (accountIds.size > 0) options.followed(accountIds);
    return page.entries.length > 0;
  }

  /** Headquarters was restored: finds by halving the last entry that both have, and forgets the order after it. */
  async function findCommon({ branchNo, abort }: { readonly branchNo: string; readonly abort: AbortController }): Promise<number> {
    let common = 0;
    let differs = replica.feedEnd().position + 1;
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    try {
      while (differs - common > 1) {
        const position = Math.floor((common + differs) / 2);
        const hash = replica.feedHash(position);
        if (hash === null) throw new Fault('HEADQUARTERS_REFUSED', { seq: 0, code: 'FEED_BROKEN', reason: 'the feed has a gap' });
        const same = await checkFeed(line, { version: WIRE_VERSION, branchNo, counterId: store.counterId(), position, hash }, abort.signal);
        if (!running) return PAUSE_MS;
        if (same) common = position;
        else differs = position;
      }
      replica.forgetOrderAfter(common);
      if (loader.isDue()) replica.beginLoad(null);
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
    start() {
      if (running) return;
      running = true;
      schedule(0);
    },
    async stop() {
      running = false;
      if (timer !== null) timers.clearTimeout(timer);
      timer = null;
      round?.abort.abort();
      await round?.done;
    },
  };
}
