// The way on for a counter whose journal headquarters knows otherwise: how far both are the same, and another number to go on under.
import { Fault } from '../../shared/domain/fault.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { Renewal } from '../core/ports/replica.ts';
import type { Store } from '../core/ports/store.ts';
import { checkChain, type Line, requestRenewal, sendBatch } from './client.ts';

/**
 * Asks headquarters how far both journals are the same and for another number. Changes nothing at the counter, and may be asked again with the same
 * code after anything that broke off. Throws RENEWAL_NOT_NEEDED while the journal is one that headquarters can continue, HEADQUARTERS_UNREACHABLE,
 * HEADQUARTERS_REFUSED.
 */
export async function askRenewal(
  line: Line,
  input: {
    readonly store: Pick<Store, 'counterId' | 'operationsAfter' | 'lastSeq'>;
    readonly branchNo: string;
    readonly code: string;
    readonly signal: AbortSignal;
  },
): Promise<Omit<Renewal, 'operation'>> {
  const { store, branchNo, code, signal } = input;
  const caller = { version: WIRE_VERSION, branchNo, counterId: store.counterId() } as const;
  const formerSeq = store.lastSeq();
  const nothing = { fromSeq: formerSeq + 1, toSeq: formerSeq, operationsJson: [] };
  const { heldSeq } = await sendBatch(line, { branchNo, counterId: caller.counterId, heard: [], batch: nothing, signal });
  const both = Math.min(formerSeq, heldSeq);
  const isSame = async (seq: number): Promise<boolean> => {
    const hash = store.operationsAfter(seq - 1, 1)[0]?.hash;
    if (hash === undefined) throw new Fault('JOURNAL_BROKEN', { reason: 'the journal has a gap', seq });
    return checkChain(line, { ...caller, seq, hash }, signal);
  };
  let commonSeq = 0;
  let differs = both + 1;
  while (differs - commonSeq > 1) {
    const seq = Math.floor((commonSeq + differs) / 2);
    if (await isSame(seq)) commonSeq = seq;
    else differs = seq;
  }
  // Headquarters holds a beginning of this journal: it is only behind, and is told the rest.
  if (commonSeq === heldSeq) throw new Fault('RENEWAL_NOT_NEEDED', { heldSeq });
  const { counterId } = await requestRenewal(line, { ...caller, code }, signal);
  return { counterId, commonSeq, heldSeq };
}
