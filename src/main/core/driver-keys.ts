// Whose drivers headquarters allows at the counters of this branch.
import { documentOn, documentText, MASTER_DATA } from '../../shared/domain/master-data.ts';
import type { ReadStore } from './ports/store.ts';
import type { Authority } from './ports/visits.ts';

/** More versions than are ever published. */
const MANY_DOCUMENTS = 1_000;

/**
 * Returns the public Ed25519 keys that headquarters' document allows on the branch's business date, in base64url as the settings file spells them; none
 * where no document holds, or where the one that does is not signed by headquarters.
 */
export function allowedDriverKeys({
  store,
  authority,
}: {
  readonly store: Pick<ReadStore, 'branch' | 'recordsInState'>;
  readonly authority: Pick<Authority, 'isSigned'>;
}): readonly string[] {
  const date = store.branch()?.businessDate ?? '';
  const document = documentOn(store.recordsInState(MASTER_DATA, 'driver-keys', MANY_DOCUMENTS), { kind: 'driver-keys', date });
  if (document === null || !authority.isSigned(documentText(document), document.signature)) return [];
  return document.content.keys.map(({ publicKey }) => Buffer.from(publicKey, 'base64').toString('base64url'));
}
