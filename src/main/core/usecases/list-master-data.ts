// What headquarters has published for this branch, and which version of it holds today.
import type { Outputs } from '../../../shared/contract/index.ts';
import { documentOn, MASTER_DATA, MASTER_DATA_KINDS, type MasterDataPublished } from '../../../shared/domain/master-data.ts';
import { branchOf } from '../actor.ts';
import type { Ports } from '../ports/index.ts';

type Listed = Outputs['sync']['masterData']['documents'][number];

/** As many versions of a kind as somebody reads. */
const LINES = 200;

/** Returns the documents, the latest first, the refused ones before all. */
export function listMasterData({ store, sync }: Pick<Ports, 'store' | 'sync'>): Outputs['sync']['masterData'] {
  const { businessDate: date } = branchOf(store);
  const lineOf = (one: MasterDataPublished, state: Listed['state']): Listed => {
    const { documentId, documentKind, version, effectiveFrom, validUntil } = one;
    return { documentId, documentKind, version, effectiveFrom, validUntil, state };
  };
  const held = MASTER_DATA_KINDS.flatMap((kind) => {
    const all = store.recordsInState(MASTER_DATA, kind, LINES);
    return all.map((one) => lineOf(one, stateOf(one, { date, all })));
  });
  const order = (one: Listed): string => `${one.effectiveFrom} ${String(one.version).padStart(10, '0')}`;
  held.sort((left, right) => (order(left) < order(right) ? 1 : -1));
  return { documents: [...sync.refusedDocuments().map((one) => lineOf(one, 'refused')), ...held] };
}

function stateOf(one: MasterDataPublished, now: { readonly date: string; readonly all: readonly MasterDataPublished[] }): Listed['state'] {
  const { date } = now;
  if (one.effectiveFrom > date) return 'upcoming';
  if (one.validUntil !== '' && one.validUntil < date) return 'over';
  // Plans hold side by side, each under its own document.
  const rivals = one.documentKind === 'tariff' ? now.all.filter(({ documentId }) => documentId === one.documentId) : now.all;
  const holds = documentOn(rivals, { kind: one.documentKind, date });
  return holds?.documentId === one.documentId && holds.version === one.version ? 'in-force' : 'replaced';
}
