// The roster of the branch, fetched again and again while headquarters is there: its staff, and where the other counters are when it is not.
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { PeerPlace, RosterAnswer } from '../../shared/wire/roster.ts';
import type { Replica } from '../core/ports/replica.ts';
import { askRoster, type Line } from './client.ts';
import { REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { createRounds, type Rounds } from './rounds.ts';

const ROSTER_INTERVAL_MS = 60_000;
/** When nothing came, or nobody has enrolled yet, ms. */
const RETRY_MS = 10_000;

export interface RosterOptions {
  readonly counterId: () => string;
  readonly replica: Replica;
  readonly line: Line;
  readonly branchNo: () => string | null;
  readonly online: () => boolean;
  readonly timers: ReplicationTimers;
  /** Where this counter listens; null where it does not. */
  readonly place: () => PeerPlace | null;
}

/** Keeps what headquarters has said of the branch. */
export function keepRoster(replica: Replica, { counters, staff }: RosterAnswer): void {
  replica.neighbours.putRoster(counters.map(({ counterId, publicKey, place }) => ({ counterId, publicKey, place })));
  replica.putStaff(staff);
}

/** Returns what fetches the roster, not yet started. */
export function createRoster(options: RosterOptions): Rounds {
  const { replica, timers } = options;
  const rounds = createRounds(timers, run);

  async function run(abort: AbortController): Promise<number> {
    const branchNo = options.branchNo();
    if (branchNo === null || !options.online() || replica.firstLoad() !== null) return RETRY_MS;
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    try {
      const caller = { version: WIRE_VERSION, branchNo, counterId: options.counterId() } as const;
      const answer = await askRoster(options.line, { ...caller, place: options.place() }, abort.signal);
      if (rounds.isRunning()) keepRoster(replica, answer);
      return ROSTER_INTERVAL_MS;
    } catch {
      // Sender and receiver say why headquarters is away.
      return RETRY_MS;
    } finally {
      timers.clearTimeout(timeout);
    }
  }

  return rounds;
}
