// Publishing master data: checked, signed, kept, and said in the feed of every branch that it is for.
import { createHash } from 'node:crypto';
import { Fault } from '../shared/domain/fault.ts';
import { documentText, type MasterDataPublished, type UnsignedDocument } from '../shared/domain/master-data.ts';
import { unsignedDocumentSchema } from '../shared/wire/master-data.ts';
import type { Authority } from './authority.ts';
import type { Database } from './database.ts';
import type { News } from './feed.ts';
import { sayTo } from './forward.ts';

/**
 * Publishes a document for the branches, all that there are and will be where none is named; the same again changes nothing. Returns how many feeds it is
 * new in. Throws DOCUMENT_INVALID with what is wrong: its form, dates that contradict each other, or another content under a version that is out.
 */
export async function publish(
  db: Database,
  input: {
    readonly json: unknown;
    readonly branches: readonly string[];
    readonly authority: Authority;
    readonly news: News;
    readonly nowMs: number;
  },
): Promise<{ readonly document: MasterDataPublished; readonly branches: number }> {
  const parsed = unsignedDocumentSchema.safeParse(input.json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Fault('DOCUMENT_INVALID', { field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' });
  }
  const unsigned = parsed.data;
  const wrong = contradiction(unsigned);
  if (wrong !== null) throw new Fault('DOCUMENT_INVALID', wrong);
  const document: MasterDataPublished = { ...unsigned, signature: input.authority.sign(documentText(unsigned)) };
  const { documentId, version } = document;
  const held = await db
    .selectFrom('documents')
    .select('body')
    .where('document_id', '=', documentId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (held !== undefined && documentText(JSON.parse(held.body) as MasterDataPublished) !== documentText(document)) {
    throw new Fault('DOCUMENT_INVALID', { field: 'version', reason: `version ${version} of ${documentId} is out with another content` });
  }
  await db
    .insertInto('documents')
    .values({
      ...{ document_id: documentId, version, body: JSON.stringify(document), published_at_ms: input.nowMs },
      branches: input.branches.length === 0 ? '' : JSON.stringify(input.branches),
    })
    .onConflict((conflict) => conflict.columns(['document_id', 'version']).doNothing())
    .execute();
  const known = await db.selectFrom('branches').select('branch_no').orderBy('branch_no').execute();
  let branches = 0;
  for (const { branch_no: branchNo } of known) {
    const added = await sayDocuments(db, { branchNo, nowMs: input.nowMs });
    if (added > 0) input.news.publish(branchNo);
    branches += added > 0 ? 1 : 0;
  }
  return { document, branches };
}

/** Puts every document for the branch into its feed that is not there yet. Returns how many were new. */
export async function sayDocuments(
  db: Database,
  { branchNo, nowMs }: { readonly branchNo: string; readonly nowMs: number },
): Promise<number> {
  const rows = await db.selectFrom('documents').selectAll().orderBy('published_at_ms').orderBy('document_id').orderBy('version').execute();
  const said = rows
    .filter(({ branches }) => branches === '' || (JSON.parse(branches) as string[]).includes(branchNo))
    .map(({ body }) => {
      const payload = JSON.parse(body) as MasterDataPublished;
      const text = documentText(payload);
      const facts = {
        ...{ id: idFrom(text), kind: 'master-data.published', businessDate: payload.effectiveFrom, shiftId: '', clerk: 'headquarters' },
        ...{ accountId: '', recordedAtMs: Date.parse(payload.effectiveFrom), payload },
      };
      return { facts, origin: text };
    });
  return said.length === 0 ? 0 : sayTo(db, { branchNo, said, nowMs });
}

/** An id of the shape of UUIDv7 that follows from the content: a headquarters that was restored gives it once more. */
function idFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function contradiction(document: UnsignedDocument): { readonly field: string; readonly reason: string } | null {
  const { effectiveFrom, validUntil } = document;
  if (Number.isNaN(Date.parse(effectiveFrom))) return { field: 'effectiveFrom', reason: 'no such day' };
  if (validUntil !== '' && validUntil < effectiveFrom) return { field: 'validUntil', reason: 'ends before it begins' };
  if (document.documentKind === 'offline-limit' && validUntil === '') return { field: 'validUntil', reason: 'a limit has a last day' };
  if (document.documentKind !== 'tariff') return null;
  const { tariff } = document.content;
  if (tariff.effectiveFrom !== effectiveFrom) return { field: 'content.tariff.effectiveFrom', reason: 'differs from effectiveFrom' };
  const bands = tariff.limitsLitres.length + 1;
  return tariff.pricesFenPerM3.length === bands ? null : { field: 'content.tariff.pricesFenPerM3', reason: `${bands} prices are needed` };
}
