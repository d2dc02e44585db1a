// What a counter hands in of another's journal: taken where its writer has signed the end of it.
import type { RefusalCode } from '../shared/wire/envelope.ts';
import { headText, type RelayRequest } from '../shared/wire/neighbours.ts';
import type { Database } from './database.ts';
import { counterKeyOf, isSignedBy } from './enrolment.ts';
import { type Ingested, ingest } from './ingest.ts';

/**
 * Takes the run in as if its writer had sent it; that of a counter which is locked out into quarantine: it may have sold before, or somebody else after.
 * Returns the reason when it is refused: a writer that is not enrolled, or an end that it has not signed.
 */
export async function takeRelayed(
  db: Database,
  { request, receivedAtMs }: { readonly request: RelayRequest; readonly receivedAtMs: number },
): Promise<Ingested | { readonly refused: { readonly code: RefusalCode; readonly reason: string } }> {
  const { version, branchNo, run } = request;
  const { counterId, operations, head } = run;
  const { publicKey, locked } = await counterKeyOf(db, { branchNo, counterId });
  if (publicKey === '') return { refused: { code: 'COUNTER_UNKNOWN', reason: `${counterId} is not enrolled in this branch` } };
  const [first, last] = [operations[0], operations.at(-1)];
  const text = headText({ branchNo, counterId, seq: head.seq, hash: head.hash });
  const isItsEnd = last?.seq === head.seq && last.hash === head.hash;
  if (first === undefined || !isItsEnd || !isSignedBy({ publicKey, text, signature: head.signature })) {
    return { refused: { code: 'SIGNATURE_WRONG', reason: `${counterId} has not signed this` } };
  }
  if (head.seq - first.seq + 1 !== operations.length) return { refused: { code: 'CHAIN_BROKEN', reason: 'the run has a gap' } };
  // Whether the writer had heard of what was left out is not known: what it did on top becomes a case, as for any sender who says nothing.
  const batch = { version, branchNo, counterId, fromSeq: first.seq, toSeq: head.seq, heard: [], operations: [...operations] };
  return ingest(db, { batch, receivedAtMs, ...(locked === null ? {} : { locked }) });
}
