// Whether a device on the network is still there. A cable that was pulled sends no FIN, and the system's keep-alive knows the
// network and not the device behind it; but TCP loses nothing, so a device that owes an answer and sends not one byte is gone.
import type { Timers } from '../../../drivers/kit/transport.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { ByteCount } from './garbage.ts';
import { withTimeLimit } from './time-limit.ts';

/** How often a device on the network is asked while it has nothing to do; with the two below less than the 2 s in which a loss must be known. */
export const ASK_EVERY_MS = 500;
/** Longer than any device thinks about a question after its state, card readers that give a card power among them. */
const SILENCE_MS = 1_000;
const LOOK_EVERY_MS = 250;
const SILENT = 'silent';

/**
 * Resolves as `question` does. Rejects with DEVICE_NO_ANSWER, reason `silent`, once no byte has come for `SILENCE_MS` while it waits, or when it ends
 * without an answer and without a byte. A driver that asks its device nothing (a one-way printer, a scanner, a dock) resolves at once: of such a
 * device nobody can know before the system tells, or the next job fails.
 */
export async function unlessSilent<T extends object>(
  question: Promise<T>,
  { received, timers }: { readonly received: ByteCount; readonly timers: Timers },
): Promise<T> {
  const atFirst = received.bytes;
  let bytes = atFirst;
  let heardMs = timers.now();
  for (;;) {
    try {
      const answer = await withTimeLimit({ work: question, limitMs: LOOK_EVERY_MS, timers });
      if (answer !== null) return answer;
    } catch (error) {
      throw received.bytes === atFirst && isNoAnswer(error) ? silence(error) : error;
    }
    if (received.bytes !== bytes) heardMs = timers.now();
    bytes = received.bytes;
    if (timers.now() - heardMs >= SILENCE_MS) throw silence();
  }
}

function silence(cause?: unknown): Fault {
  return new Fault('DEVICE_NO_ANSWER', { reason: SILENT }, { cause });
}

function isNoAnswer(error: unknown): boolean {
  return /^(DEVICE|PRINTER)_NO_ANSWER$/.test(asFault(error).code);
}

/** Whether a fault is that of `unlessSilent`. */
export function isSilence({ code, context }: Fault): boolean {
  return code === 'DEVICE_NO_ANSWER' && context.reason === SILENT;
}
