// The document of headquarters that holds today, believed only with its signature.
import { documentOn, documentText, MASTER_DATA, type MasterDataKind } from '../../shared/domain/master-data.ts';
import type { ReadStore } from './ports/store.ts';
import type { Authority } from './ports/visits.ts';

/** More versions of one kind of document than a branch ever has. */
const MANY_DOCUMENTS = 1_000;

interface Where {
  readonly store: Pick<ReadStore, 'branch' | 'recordsInState'>;
  readonly authority: Pick<Authority, 'isSigned'>;
}

/** Returns the document of a kind that holds on the branch's business date; null where none does, or where headquarters has not signed it. */
export function signedDocument<K extends MasterDataKind>({ store, authority }: Where, kind: K) {
  const date = store.branch()?.businessDate ?? '';
  const document = documentOn(store.recordsInState(MASTER_DATA, kind, MANY_DOCUMENTS), { kind, date });
  return document !== null && authority.isSigned(documentText(document), document.signature) ? document : null;
}

/** Returns the public Ed25519 keys of those whose drivers headquarters allows at this branch's counters, in base64url as the settings file spells them. */
export function allowedDriverKeys(where: Where): readonly string[] {
  const keys = signedDocument(where, 'driver-keys')?.content.keys ?? [];
  return keys.map(({ publicKey }) => Buffer.from(publicKey, 'base64').toString('base64url'));
}
