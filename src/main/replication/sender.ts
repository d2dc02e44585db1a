// The sender: sends the journal after the last acknowledged operation to headquarters, for ever, and says how it stands.

import { asFault, Fault, type FaultData } from '../../shared/domain/fault.ts';
import type { Heard } from '../../shared/domain/feed.ts';
import { GENESIS_HASH } from '../../shared/domain/operation.ts';
import { type Answer, MAX_BATCH_OPERATIONS } from '../../shared/wire/envelope.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { Store } from '../core/ports/store.ts';
import { cutBatch, type Line, sendBatch } from './client.ts';
import { backoffMs, OFFLINE_CHECK_MS, REFUSED_INTERVAL_MS, REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';

/** Operations that follow each other within this time travel together. */
const NUDGE_DELAY_MS = 50;
/** How often headquarters is asked for its position when there is nothing to send: it may have been restored from a backup. */
const POSITION_INTERVAL_MS = 30_000;
/** How long a sender waits, after headquarters has forgotten something, for the feed to be given back in its old order, ms. */
const ORDER_FIRST_MS = 15_000;

/** What the sender needs of the store. */
export type SenderStore = Pick<Store, 'counterId' | 'operationsAfter' | 'lastSeq' | 'acknowledgedSeq' | 'setAcknowledgedSeq'>;

export interface SenderOptions {
  readonly store: SenderStore;
  readonly line: Line;
  /** The branch that the counter has enrolled in; null while it has not. */
  readonly branchNo: () => string | null;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
  /** A number in [0, 1); spreads the retries of many counters. */
  readonly random: () => number;
  /** Called with every change of `state()`. */
  readonly changed: () => void;
  /** Own changes that were left out, as far as this counter has heard of them. */
  readonly heardOf: () => Heard;
  /** Called with each answer: headquarters' clock beside ours, ms. */
  readonly heard: (clocks: { readonly theirsMs: number; readonly oursMs: number }) => void;
  /** false keeps it from touching the network. */
  readonly online: () => boolean;
  /** When the feed was last seen to go on from what this counter has followed, ms; null before. */
  readonly followedMs: () => number | null;
}

export interface SenderState {
  /** Operations that headquarters does not hold yet. */
  readonly waiting: number;
  readonly lastContactMs: number | null;
  /** Why the last exchange failed; null after one that did not. */
  readonly problem: FaultData | null;
}

export interface Sender {
  state(): SenderState;
  nudge(): void;
  /** Begins sending. */
  start(): void;
  /** Ends the exchange in flight and all timers; resolves when nothing of it touches the store any more. */
  stop(): Promise<void>;
}

/** Returns the sender of one counter, not yet started. At most one request of it is in flight. */
export function createSender(options: SenderOptions): Sender {
  const { store, line, clock, timers, online } = options;

  let running = false;
  let timer: { readonly handle: unknown; readonly idle: boolean } | null = null;
  let round: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  let nudged = false;
  let failures = 0;
  let lastContactMs: number | null = null;
  /** Why the last exchange failed; null after one that did not. */
  let problem: FaultData | null = null;
  let published = '';
  /** When headquarters was found to have forgotten something, ms; null once the feed has been looked after. */
  let forgotMs: number | null = null;

  /** What headquarters has forgotten is first given back in the order it had: sent at once it would get another. */
  function mayOrder(): boolean {
    if (forgotMs === null) return true;
    const isLookedAfter = (options.followedMs() ?? Number.NEGATIVE_INFINITY) > forgotMs;
    if (!isLookedAfter && clock.nowMs() < forgotMs + ORDER_FIRST_MS) return false;
    forgotMs = null;
    return true;
  }

  function state(): SenderState {
    return { waiting: Math.max(0, store.lastSeq() - store.acknowledgedSeq()), lastContactMs, problem };
  }

  function tell(): void {
    const text = JSON.stringify(state());
    if (text === published) return;
    published = text;
    options.changed();
  }

  function schedule(delayMs: number, idle = false): void {
    if (timer !== null) timers.clearTimeout(timer.handle);
    timer = { handle: timers.setTimeout(begin, delayMs), idle };
  }

  function begin(): void {
    timer = null;
    nudged = false;
    const abort = new AbortController();
    const done = run(abort).then((delayMs) => {
      round = null;
      if (!running) return;
      const idle = delayMs === POSITION_INTERVAL_MS;
      schedule(idle && nudged ? NUDGE_DELAY_MS : delayMs, idle && !nudged);
      tell();
    });
    round = { abort, done };
  }

  /** One round: batches until headquarters holds everything or something stands in the way. Returns the delay until the next, ms. */
  async function run(abort: AbortController): Promise<number> {
    try {
      for (;;) {
        if (!online()) {
          problem = new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' }).toData();
          return OFFLINE_CHECK_MS;
        }
        const outcome = await sendNext(abort);
        if (!running) return POSITION_INTERVAL_MS;
        if (outcome === 'all-held') return POSITION_INTERVAL_MS;
        if (outcome === 'stalled') return retryDelayMs();
        tell();
      }
    } catch (error) {
      if (!running) return POSITION_INTERVAL_MS;
      problem = asFault(error).toData();
      return problem.code === 'HEADQUARTERS_REFUSED' ? REFUSED_INTERVAL_MS : retryDelayMs();
    }
  }

  function retryDelayMs(): number {
    failures += 1;
    return backoffMs(failures, options.random);
  }

  /** Sends one batch and follows the answer. `stalled`: headquarters did not take it and wants to continue from elsewhere. */
  async function sendNext(abort: AbortController): Promise<'all-held' | 'more' | 'stalled'> {
    const branchNo = options.branchNo();
    if (branchNo === null) return 'all-held';
    if (!mayOrder()) return 'stalled';
    const afterSeq = store.acknowledgedSeq();
    const batch = cutBatch(store.operationsAfter(afterSeq, MAX_BATCH_OPERATIONS), afterSeq);
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    const sentMs = clock.nowMs();
    let answer: Answer;
    try {
      answer = await sendBatch(line, { branchNo, counterId: store.counterId(), heard: options.heardOf(), batch, signal: abort.signal });
    } finally {
      timers.clearTimeout(timeout);
    }
    if (!running) return 'stalled';
    lastContactMs = clock.nowMs();
    options.heard({ theirsMs: answer.nowMs, oursMs: Math.round((sentMs + lastContactMs) / 2) });
    follow(answer);
    problem = null;
    if (answer.heldSeq < batch.toSeq) return 'stalled';
    failures = 0;
    return answer.heldSeq < store.lastSeq() ? 'more' : 'all-held';
  }

  /**
   * Moves the acknowledged position to what headquarters holds, backwards too. Throws HEADQUARTERS_REFUSED, without moving it, when what
   * headquarters holds is not of this journal: then this counter or headquarters runs on an old copy and a person must look.
   */
  function follow(answer: Answer): void {
    const { heldSeq, refused } = answer;
    if (refused?.code !== 'SEQUENCE_FORK') {
      if (heldSeq > store.lastSeq()) {
        throw new Fault('HEADQUARTERS_REFUSED', {
          seq: heldSeq,
          code: 'JOURNAL_BEHIND',
          reason: 'headquarters holds more than this journal',
        });
      }
      const ownHash = heldSeq === 0 ? GENESIS_HASH : store.operationsAfter(heldSeq - 1, 1)[0]?.hash;
      if (ownHash !== answer.heldHash) {
        throw new Fault('HEADQUARTERS_REFUSED', {
          seq: heldSeq,
          code: 'SEQUENCE_FORK',
          reason: 'another operation is held under this seq',
        });
      }
      if (heldSeq < store.acknowledgedSeq()) forgotMs ??= clock.nowMs();
      if (heldSeq !== store.acknowledgedSeq()) store.setAcknowledgedSeq(heldSeq);
    }
    if (refused !== undefined) {
      throw new Fault('HEADQUARTERS_REFUSED', { seq: refused.seq, code: refused.code, reason: refused.reason });
    }
  }

  return {
    state,
    nudge() {
      tell();
      nudged = true;
      // A retry that is already due keeps its time: a busy counter must not hammer a headquarters in trouble.
      if (running && timer?.idle === true) schedule(NUDGE_DELAY_MS);
    },
    start() {
      if (running) return;
      running = true;
      tell();
      schedule(0);
    },
    async stop() {
      running = false;
      if (timer !== null) timers.clearTimeout(timer.handle);
      timer = null;
      round?.abort.abort();
      await round?.done;
    },
  };
}
