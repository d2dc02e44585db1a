// Tells headquarters once a minute how this counter is, and takes the card keys that it lacks.
import { asFault, Fault } from '../../shared/domain/fault.ts';
import { deliveryHeader, deliveryText } from '../../shared/wire/check-in.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { CardKeyInbox } from '../core/ports/sync.ts';
import type { Authority } from '../core/ports/visits.ts';
import { checkIn, type Line } from './client.ts';
import { REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { createRounds, type Rounds } from './rounds.ts';

const CHECK_IN_INTERVAL_MS = 60_000;
/** When nothing came, or nobody has enrolled yet, ms: a new counter must not make cards with keys of its own. */
const RETRY_MS = 2_000;

export interface CheckInOptions {
  readonly counterId: () => string;
  readonly waiting: () => number;
  readonly authority: Pick<Authority, 'isSigned'>;
  readonly programVersion: string;
  readonly cardKeys: CardKeyInbox;
  readonly line: Line;
  readonly branchNo: () => string | null;
  readonly online: () => boolean;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
}

/** Returns what does it, not yet started. It goes on during the first load, so that the keys are here before the first card. */
export function createCheckIn(options: CheckInOptions): Rounds {
  const { timers, cardKeys } = options;
  const rounds = createRounds(timers, run);

  async function run(abort: AbortController): Promise<number> {
    const branchNo = options.branchNo();
    if (branchNo === null || !options.online()) return RETRY_MS;
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    try {
      const caller = { version: WIRE_VERSION, branchNo, counterId: options.counterId() } as const;
      const delivery = cardKeys.begin();
      const { sealTo } = delivery;
      const told = { programVersion: options.programVersion, nowMs: options.clock.nowMs(), waiting: options.waiting() };
      const { cardKeys: sent } = await checkIn(options.line, { ...caller, ...told, cardKeys: [...cardKeys.held()], sealTo }, abort.signal);
      if (sent === null || !rounds.isRunning()) return CHECK_IN_INTERVAL_MS;
      const { publicKey, sealed, signature } = sent;
      const header = deliveryHeader({ ...caller, sealTo, publicKey });
      if (!options.authority.isSigned(deliveryText(header, sealed), signature)) {
        throw new Fault('HEADQUARTERS_REFUSED', { seq: 0, code: 'SIGNATURE_WRONG', reason: 'card keys that headquarters has not signed' });
      }
      const { taken, refused } = delivery.take({ header, publicKey, sealed });
      if (taken.length > 0) console.info(`card keys of headquarters taken: ${taken.join(', ')}`);
      if (refused.length > 0) console.error(`card keys of headquarters not taken, cards were made here with others: ${refused.join(', ')}`);
      return CHECK_IN_INTERVAL_MS;
    } catch (error) {
      const { code, context } = asFault(error);
      // Sender and receiver say why headquarters is away; an older one knows no such address.
      if (code !== 'HEADQUARTERS_UNREACHABLE' && context.code !== 'BATCH_INVALID')
        console.error('telling headquarters failed', code, context.reason);
      return code === 'HEADQUARTERS_UNREACHABLE' ? RETRY_MS : CHECK_IN_INTERVAL_MS;
    } finally {
      timers.clearTimeout(timeout);
    }
  }

  return rounds;
}
