// What came from a neighbour and its writer does not bring to headquarters itself: handed in by whoever has a line.
import { asFault } from '../../shared/domain/fault.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { NeighbourStore } from '../core/ports/neighbours.ts';
import type { Clock } from '../core/ports/runtime.ts';
import { type Line, relay } from './client.ts';
import { REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { createRounds, type Rounds } from './rounds.ts';

const ROUND_MS = 5_000;
/** The writer knows best what it had heard of: so long, ms, it is left to bring its operations itself. */
const GRACE_MS = 30_000;
/** A run that headquarters has refused is not shown again for so long, ms. */
const REFUSED_MS = 10 * 60_000;

export interface RelayOptions {
  readonly counterId: () => string;
  readonly store: Pick<NeighbourStore, 'unordered'>;
  readonly line: Line;
  readonly branchNo: () => string | null;
  /** This counter follows headquarters' order to its end now. */
  readonly isUpToDate: () => boolean;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
}

/** Returns what hands in other counters' operations, not yet started. */
export function createRelay(options: RelayOptions): Rounds {
  const { store, clock, timers } = options;
  /** When a run was first found waiting, ms, by its counter and first operation. */
  const waitingSince = new Map<string, number>();
  const rounds = createRounds(timers, run);

  async function run(abort: AbortController): Promise<number> {
    const branchNo = options.branchNo();
    if (branchNo === null || !options.isUpToDate()) return ROUND_MS;
    const runs = store.unordered();
    const keys = new Set(runs.map(({ operations }) => operations[0]?.hash ?? ''));
    for (const key of waitingSince.keys()) if (!keys.has(key)) waitingSince.delete(key);
    for (const one of runs) {
      const key = one.operations[0]?.hash ?? '';
      const sinceMs = waitingSince.get(key) ?? clock.nowMs();
      waitingSince.set(key, sinceMs);
      if (clock.nowMs() - sinceMs < GRACE_MS) continue;
      const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
      try {
        const caller = { version: WIRE_VERSION, branchNo, counterId: options.counterId() } as const;
        const answer = await relay(options.line, { ...caller, run: { ...one, operations: [...one.operations] } }, abort.signal);
        // What was taken comes back with the feed.
        if (answer.refused !== undefined || answer.heldSeq < one.head.seq) waitingSince.set(key, clock.nowMs() + REFUSED_MS);
      } catch (error) {
        // Sender and receiver say why headquarters is away; a run that it does not take is its writer's matter.
        if (asFault(error).code !== 'HEADQUARTERS_REFUSED') return ROUND_MS;
        waitingSince.set(key, clock.nowMs() + REFUSED_MS);
      } finally {
        timers.clearTimeout(timeout);
      }
    }
    return ROUND_MS;
  }

  return rounds;
}
