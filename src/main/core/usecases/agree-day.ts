// Whether headquarters holds exactly what a close has counted: by kind, the number, the sum and the chained hash of its operations.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { KindTotal } from '../../../shared/domain/day-close.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { UseCaseContext } from '../actor.ts';
import { requireClose } from './close-day.ts';

type Agreement = Outputs['day']['agree'];

/** Returns how headquarters' sums compare. Green is only what headquarters has said itself. Throws DAY_CLOSE_UNKNOWN. */
export async function agreeDay({ ports }: UseCaseContext, { closeId }: Inputs['day']['agree']): Promise<Agreement> {
  const { fromSeq, toSeq, kinds, counterId } = requireClose(ports.store, closeId);
  try {
    const theirs = await ports.sync.sumsOf({ counterId, fromSeq, toSeq });
    const compared = compareKinds(kinds, theirs.kinds);
    const isSame = compared.every(({ ours, theirs: held }) => ours !== null && held !== null && isEqual(ours, held));
    const state = theirs.heldSeq < toSeq ? 'not-held' : isSame ? 'confirmed' : 'differs';
    return { state, heldSeq: theirs.heldSeq, kinds: compared, fault: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { state: 'unknown', heldSeq: 0, kinds: compareKinds(kinds, []), fault: error.toData() };
  }
}

function compareKinds(ours: readonly KindTotal[], theirs: readonly KindTotal[]): Agreement['kinds'] {
  const kinds = new Set([...ours, ...theirs].map(({ kind }) => kind));
  const of = (all: readonly KindTotal[], wanted: string) => {
    const found = all.find(({ kind }) => kind === wanted);
    return found === undefined ? null : { count: found.count, debitFen: found.debitFen, hash: found.hash };
  };
  return [...kinds].sort().map((kind) => ({ kind, ours: of(ours, kind), theirs: of(theirs, kind) }));
}

function isEqual(left: Omit<KindTotal, 'kind'>, right: Omit<KindTotal, 'kind'>): boolean {
  return left.count === right.count && left.debitFen === right.debitFen && left.hash === right.hash;
}
