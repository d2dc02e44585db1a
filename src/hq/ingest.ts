// Ingest: one batch, one transaction. What is valid from the front is held once; the answer says what is held.
import type { Transaction } from 'kysely';
import type { Posting } from '../shared/domain/ledger.ts';
import { GENESIS_HASH, type OperationPayloads } from '../shared/domain/operation.ts';
import { type Answer, type Batch, WIRE_VERSION } from '../shared/wire/envelope.ts';
import { payloadSchemas } from '../shared/wire/operation.ts';
import type { Database, Tables } from './database.ts';
import { continueHeld, type Held, type Refusal, type VerifiedOperation, verifyChain, verifyPostings } from './verify.ts';

/** Rows per insert: 14 columns of the widest table stay far below PostgreSQL's 65,535 parameters. */
const ROWS_PER_INSERT = 1000;

interface AcceptedOperation extends VerifiedOperation {
  readonly postings: readonly Posting[];
}

/**
 * Takes a batch in and returns what headquarters then holds of the counter. The same batch again changes nothing; an overlap
 * is compared and skipped; after a gap nothing is kept and `heldSeq` tells where to continue. Rejects only when the database fails.
 */
export async function ingest(db: Database, input: { readonly batch: Batch; readonly receivedAtMs: number }): Promise<Answer> {
  const { batch } = input;
  const answer = (held: Held, refused?: Refusal): Answer => ({
    version: WIRE_VERSION,
    counterId: batch.counterId,
    heldSeq: held.seq,
    heldHash: held.hash,
    ...(refused === undefined ? {} : { refused }),
  });
  if (batch.operations.length === 0) return answer(await heldOf(db, batch));
  const chain = verifyChain(batch);

  return db.transaction().execute(async (tx) => {
    const held = await lockHeld(tx, batch);
    if (batch.fromSeq > held.seq + 1) return answer(held);
    const continued = continueHeld({ verified: chain.verified, held, heldHashes: await overlapHashes(tx, { batch, held }) });
    if (continued.refused !== undefined) return answer(held, continued.refused);
    const judged = await judge(tx, { branchNo: batch.branchNo, fresh: continued.fresh });
    const last = judged.accepted.at(-1)?.operation;
    const heldNow = last === undefined ? held : { seq: last.seq, hash: last.hash };
    if (last !== undefined) {
      await insert(tx, { branchNo: batch.branchNo, accepted: judged.accepted, receivedAtMs: input.receivedAtMs });
      await tx
        .updateTable('counters')
        .set({ held_seq: heldNow.seq, held_hash: heldNow.hash })
        .where('branch_no', '=', batch.branchNo)
        .where('counter_id', '=', batch.counterId)
        .execute();
    }
    return answer(heldNow, judged.refused ?? chain.refused);
  });
}

async function heldOf(db: Database, batch: Batch): Promise<Held> {
  const row = await db
    .selectFrom('counters')
    .select(['held_seq', 'held_hash'])
    .where('branch_no', '=', batch.branchNo)
    .where('counter_id', '=', batch.counterId)
    .executeTakeFirst();
  return row === undefined ? { seq: 0, hash: GENESIS_HASH } : { seq: row.held_seq, hash: row.held_hash };
}

/** Locks the counter's row until the transaction ends, so that two batches of one counter follow each other; makes it on first contact. */
async function lockHeld(tx: Transaction<Tables>, batch: Batch): Promise<Held> {
  await tx
    .insertInto('counters')
    .values({ branch_no: batch.branchNo, counter_id: batch.counterId, held_seq: 0, held_hash: GENESIS_HASH })
    .onConflict((conflict) => conflict.columns(['branch_no', 'counter_id']).doNothing())
    .execute();
  const row = await tx
    .selectFrom('counters')
    .select(['held_seq', 'held_hash'])
    .where('branch_no', '=', batch.branchNo)
    .where('counter_id', '=', batch.counterId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { seq: row.held_seq, hash: row.held_hash };
}

async function overlapHashes(
  tx: Transaction<Tables>,
  { batch, held }: { readonly batch: Batch; readonly held: Held },
): Promise<ReadonlyMap<number, string>> {
  if (batch.fromSeq > held.seq) return new Map();
  const rows = await tx
    .selectFrom('operations')
    .select(['seq', 'hash'])
    .where('branch_no', '=', batch.branchNo)
    .where('counter_id', '=', batch.counterId)
    .where('seq', '>=', batch.fromSeq)
    .where('seq', '<=', Math.min(batch.toSeq, held.seq))
    .execute();
  return new Map(rows.map((row) => [row.seq, row.hash]));
}

/** Returns the new operations with their postings up to the first that cannot be accepted, and its refusal. */
async function judge(
  tx: Transaction<Tables>,
  { branchNo, fresh }: { readonly branchNo: string; readonly fresh: readonly VerifiedOperation[] },
): Promise<{ readonly accepted: readonly AcceptedOperation[]; readonly refused?: Refusal }> {
  const usedIds = await heldIds(tx, { branchNo, ids: fresh.map(({ operation }) => operation.id) });
  const payments = await heldPayments(tx, { branchNo, topupIds: topupIdsOf(fresh) });
  const accepted: AcceptedOperation[] = [];
  for (const candidate of fresh) {
    const { operation } = candidate;
    const { seq } = operation;
    if (usedIds.has(operation.id)) {
      return { accepted, refused: { seq, code: 'OPERATION_ID_REUSED', reason: 'the id is held under another seq' } };
    }
    usedIds.add(operation.id);
    if (operation.kind === 'topup.paid') {
      if (payments.has(operation.payload.topupId)) {
        return { accepted, refused: { seq, code: 'TOPUP_ID_REUSED', reason: 'this top-up has been paid by another operation' } };
      }
      payments.set(operation.payload.topupId, operation.payload);
    }
    const verdict = verifyPostings(operation, (topupId) => payments.get(topupId));
    if ('refused' in verdict) return { accepted, refused: verdict.refused };
    accepted.push({ ...candidate, postings: verdict.postings });
  }
  return { accepted };
}

function topupIdsOf(fresh: readonly VerifiedOperation[]): readonly string[] {
  const ids = new Set<string>();
  for (const { operation } of fresh) {
    if (operation.kind === 'topup.paid' || operation.kind === 'topup.verified' || operation.kind === 'topup.refunded') {
      ids.add(operation.payload.topupId);
    }
  }
  return [...ids];
}

async function heldIds(
  tx: Transaction<Tables>,
  { branchNo, ids }: { readonly branchNo: string; readonly ids: readonly string[] },
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.selectFrom('operations').select('id').where('branch_no', '=', branchNo).where('id', 'in', ids).execute();
  return new Set(rows.map((row) => row.id));
}

async function heldPayments(
  tx: Transaction<Tables>,
  { branchNo, topupIds }: { readonly branchNo: string; readonly topupIds: readonly string[] },
): Promise<Map<string, OperationPayloads['topup.paid']>> {
  const payments = new Map<string, OperationPayloads['topup.paid']>();
  if (topupIds.length === 0) return payments;
  const rows = await tx
    .selectFrom('topup_payments as payment')
    .innerJoin('operations as operation', (join) =>
      join
        .onRef('operation.branch_no', '=', 'payment.branch_no')
        .onRef('operation.counter_id', '=', 'payment.counter_id')
        .onRef('operation.seq', '=', 'payment.seq'),
    )
    .select(['payment.topup_id', 'operation.payload_json'])
    .where('payment.branch_no', '=', branchNo)
    .where('payment.topup_id', 'in', topupIds)
    .execute();
  for (const row of rows) payments.set(row.topup_id, payloadSchemas['topup.paid'].parse(JSON.parse(row.payload_json)));
  return payments;
}

async function insert(
  tx: Transaction<Tables>,
  input: { readonly branchNo: string; readonly accepted: readonly AcceptedOperation[]; readonly receivedAtMs: number },
): Promise<void> {
  const operations: Tables['operations'][] = [];
  const postings: Tables['postings'][] = [];
  const payments: Tables['topup_payments'][] = [];
  for (const { operation, payloadJson, postings: made } of input.accepted) {
    const place = { branch_no: input.branchNo, counter_id: operation.counterId, seq: operation.seq };
    operations.push({
      ...place,
      id: operation.id,
      kind: operation.kind,
      business_date: operation.businessDate,
      shift_id: operation.shiftId,
      clerk: operation.clerk,
      account_id: operation.accountId,
      recorded_at_ms: operation.recordedAtMs,
      received_at_ms: input.receivedAtMs,
      payload_json: payloadJson,
      previous_hash: operation.previousHash,
      hash: operation.hash,
    });
    for (const [line, posting] of made.entries()) {
      postings.push({
        ...place,
        line,
        ledger_account: posting.ledgerAccount,
        dimension: posting.dimension,
        amount_fen: posting.amountFen,
      });
    }
    if (operation.kind === 'topup.paid') payments.push({ ...place, topup_id: operation.payload.topupId });
  }
  for (const rows of chunks(operations)) await tx.insertInto('operations').values(rows).execute();
  for (const rows of chunks(postings)) await tx.insertInto('postings').values(rows).execute();
  for (const rows of chunks(payments)) await tx.insertInto('topup_payments').values(rows).execute();
}

function* chunks<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) yield rows.slice(start, start + ROWS_PER_INSERT);
}
