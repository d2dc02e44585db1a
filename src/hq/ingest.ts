// Ingest: one batch, one transaction. What the chain proves is held once, in the branch's order, each operation with a verdict.

import { hash as digest } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { entryPreimage } from '../shared/domain/feed.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import type { CaseSettled } from '../shared/domain/settling.ts';
import { type Answer, type Batch, type ChainCheck, WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { linkOf } from './feed.ts';
import { queueForwards } from './forward-queue.ts';
import { anyOf, insertRows } from './insert-rows.ts';
import { factsKey, type Judged, judge, settlementKey, type UnseenConflict, WAITING_CODES, type Waiting } from './judge.ts';
import { keepLookupKeys } from './lookup-keys.ts';
import type { Tables } from './tables.ts';
import { continueHeld, type Held, type Refusal, readOperation, type SoundLink, verifyChain } from './verify.ts';
import type { Row } from './workspace.ts';

/** Until a counter says that it has heard of a conflict, everything it appends was made without knowing. */
const NOT_YET_SEEN = 2_147_483_647;

/** Operations in quarantine that are tried again with a batch. */
const MAX_WAITING = 1000;

/** What became of a batch besides the answer: for the log, and for those who wait for news of the branch. */
export interface Ingested {
  readonly answer: Answer;
  /** Operations that are new. */
  readonly judged: readonly Judged[];
}

interface BatchInput {
  readonly batch: Batch;
  readonly receivedAtMs: number;
}

/**
 * Takes a batch in and returns what headquarters then holds of the counter. The same batch again changes nothing; an overlap
 * is compared and skipped; after a gap nothing is kept and `heldSeq` tells where to continue. Rejects only when the database fails.
 */
export async function ingest(db: Database, { batch, receivedAtMs }: BatchInput): Promise<Ingested> {
  const answer = (held: Held, refused?: Refusal): Answer => ({
    version: WIRE_VERSION,
    counterId: batch.counterId,
    heldSeq: held.seq,
    heldHash: held.hash,
    nowMs: receivedAtMs,
    ...(refused === undefined ? {} : { refused }),
  });
  if (batch.operations.length === 0) return { answer: answer(await heldOf(db, batch)), judged: [] };
  const chain = verifyChain(batch);

  return db.transaction().execute(async (tx) => {
    const feed = await lockBranch(tx, batch.branchNo);
    const held = await heldOf(tx, batch);
    if (batch.fromSeq > held.seq + 1) return { answer: answer(held), judged: [] };
    const continued = continueHeld({ sound: chain.sound, held, heldHashes: await overlapHashes(tx, { batch, held }) });
    const { fresh } = continued;
    if (continued.refused !== undefined) return { answer: answer(held, continued.refused), judged: [] };
    const last = fresh.at(-1)?.link;
    if (last === undefined) return { answer: answer(held, chain.refused), judged: [] };

    const { branchNo } = batch;
    const judged = await order(tx, { ...batch, feed, fresh, receivedAtMs });
    const heldNow = { seq: last.seq, hash: last.hash };
    await tx
      .updateTable('counters')
      .set({ held_seq: heldNow.seq, held_hash: heldNow.hash, last_contact_ms: receivedAtMs })
      .where('branch_no', '=', branchNo)
      .where('counter_id', '=', batch.counterId)
      .execute();
    return { answer: answer(heldNow, chain.refused), judged };
  });
}

/** What of one counter is to be ordered, under the branch's lock. */
export interface OrderInput extends OfCounter {
  readonly heard: Batch['heard'];
  readonly feed: FeedEnd;
  readonly fresh: readonly SoundLink[];
  readonly receivedAtMs: number;
}

/** Judges operations that nobody has seen, keeps them with all that follows from them, and returns the verdicts; among them on what had waited. */
export async function order(tx: Transaction<Tables>, input: OrderInput): Promise<readonly Judged[]> {
  const { branchNo, feed, fresh, heard, receivedAtMs } = input;
  const waiting = await waitingOf(tx, branchNo);
  const { judged, changed } = await judge({
    ...{ branchNo, fresh, waiting, heard },
    held: await heldIds(tx, { branchNo, ids: fresh.map(({ link }) => link.id) }),
    unseen: await unseenConflicts(tx, input),
    fetch: (keys) => fetchRows(tx, { branchNo, keys }),
  });
  const retried = new Set(waiting.map(({ link }) => `${link.counterId} ${link.seq}`));
  const isRetried = ({ sound }: Judged) => retried.has(`${sound.link.counterId} ${sound.link.seq}`);
  await insertOperations(tx, { branchNo, judged: judged.filter((one) => !isRetried(one)), receivedAtMs });
  await acceptLater(tx, { branchNo, judged: judged.filter(isRetried) });
  await insertPostings(tx, { branchNo, judged });
  await appendEntries(tx, { branchNo, feed, judged });
  await saveRows(tx, { branchNo, changed });
  await openCases(tx, { branchNo, judged, receivedAtMs });
  await settleCases(tx, { branchNo, judged });
  await queueForwards(tx, { branchNo, judged });
  await keepLookupKeys(tx, { branchNo, changed });
  return judged;
}

type Reader = Database | Transaction<Tables>;
type OfCounter = Pick<Batch, 'branchNo' | 'counterId'>;

async function heldOf(db: Reader, { branchNo, counterId }: OfCounter): Promise<Held> {
  const row = await db
    .selectFrom('counters')
    .select(['held_seq', 'held_hash'])
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .executeTakeFirst();
  return row === undefined ? { seq: 0, hash: GENESIS_HASH } : { seq: row.held_seq, hash: row.held_hash };
}

/** Where a branch's feed ends. */
export interface FeedEnd {
  readonly position: number;
  readonly hash: string;
}

/** Locks the branch's row until the transaction ends: its counters' batches follow each other, and that is the order. */
export async function lockBranch(tx: Transaction<Tables>, branchNo: string): Promise<FeedEnd> {
  const locked = () => tx.selectFrom('branches').selectAll().where('branch_no', '=', branchNo).forUpdate().executeTakeFirst();
  let row = await locked();
  if (row === undefined) {
    await tx
      .insertInto('branches')
      .values({ branch_no: branchNo, last_position: 0, feed_hash: GENESIS_HASH })
      .onConflict((conflict) => conflict.column('branch_no').doNothing())
      .execute();
    row = await locked();
  }
  if (row === undefined) throw new RangeError('the branch was removed meanwhile');
  return { position: row.last_position, hash: row.feed_hash };
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

async function heldIds(
  tx: Transaction<Tables>,
  { branchNo, ids }: { readonly branchNo: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('operations')
    .select(['id', 'kind', 'account_id', 'payload_json'])
    .where('branch_no', '=', branchNo)
    .where('id', '=', anyOf(ids))
    // Ids grow with time: between the first and the last of a batch lie few others, and the planner need not know how many there are in all.
    .where('id', '>=', sql<string>`(select min(id) from unnest(${ids}::text[]) as batch (id))`)
    .where('id', '<=', sql<string>`(select max(id) from unnest(${ids}::text[]) as batch (id))`)
    .execute();
  return new Map(rows.map((row) => [row.id, factsKey({ kind: row.kind, accountId: row.account_id, payloadJson: row.payload_json })]));
}

/** Whether headquarters holds the operation with this hash under this seq. */
export async function holdsOperation(db: Database, { branchNo, counterId, seq, hash }: ChainCheck): Promise<boolean> {
  if (seq === 0) return hash === GENESIS_HASH;
  const row = await db
    .selectFrom('operations')
    .select('hash')
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row?.hash === hash;
}

/** Returns the branch's changes that were left out; what the counter says to have heard of its own is remembered. */
async function unseenConflicts(tx: Transaction<Tables>, { branchNo, counterId: ownId, heard }: OrderInput) {
  const rows = await tx.selectFrom('unseen_conflicts').selectAll().where('branch_no', '=', branchNo).execute();
  const heardAt = new Map(heard.map(({ seq, atSeq }) => [seq, atSeq]));
  const unseen: UnseenConflict[] = [];
  for (const row of rows) {
    const counterId = row.counter_id;
    const untilSeq = counterId === ownId ? Math.min(row.until_seq, heardAt.get(row.seq) ?? row.until_seq) : row.until_seq;
    unseen.push({ counterId, rowKey: row.row_key, seq: row.seq, untilSeq });
    if (untilSeq === row.until_seq) continue;
    await tx
      .updateTable('unseen_conflicts')
      .set({ until_seq: untilSeq })
      .where('branch_no', '=', branchNo)
      .where('counter_id', '=', counterId)
      .where('row_key', '=', row.row_key)
      .execute();
  }
  return unseen;
}

/** Returns rows of a branch's projections by key. */
export async function fetchRows(
  tx: Reader,
  { branchNo, keys }: { readonly branchNo: string; readonly keys: readonly string[] },
): Promise<ReadonlyMap<string, Row>> {
  const rows = await tx
    .selectFrom('projections')
    .select(['row_key', 'account_id', 'counter_id', 'seq', 'body'])
    .where('branch_no', '=', branchNo)
    .where('row_key', '=', anyOf(keys))
    .execute();
  return new Map(
    rows.map((row) => [
      row.row_key,
      { body: JSON.parse(row.body) as unknown, accountId: row.account_id, counterId: row.counter_id, seq: row.seq },
    ]),
  );
}

async function insertOperations(
  tx: Transaction<Tables>,
  input: { readonly branchNo: string; readonly judged: readonly Judged[]; readonly receivedAtMs: number },
): Promise<void> {
  const { branchNo } = input;
  const operations = input.judged.map(({ sound: { link, payloadJson }, verdict, code, reason }): Tables['operations'] => ({
    branch_no: branchNo,
    counter_id: link.counterId,
    seq: link.seq,
    id: link.id,
    kind: link.kind,
    business_date: link.businessDate,
    shift_id: link.shiftId,
    clerk: link.clerk,
    account_id: link.accountId,
    recorded_at_ms: link.recordedAtMs,
    received_at_ms: input.receivedAtMs,
    payload_json: payloadJson,
    previous_hash: link.previousHash,
    hash: link.hash,
    verdict,
    code,
    reason,
  }));
  await insertRows(tx, { table: 'operations', branchNo, rows: operations });
}

/** Returns the branch's operations in quarantine that wait for something, in the order of their journals. */
async function waitingOf(tx: Transaction<Tables>, branchNo: string): Promise<readonly Waiting[]> {
  const rows = await tx
    .selectFrom('operations')
    .selectAll()
    .where('branch_no', '=', branchNo)
    .where('verdict', '=', 'quarantined')
    .where('code', 'in', WAITING_CODES)
    .orderBy('counter_id')
    .orderBy('seq')
    .limit(MAX_WAITING)
    .execute();
  return rows.map((row) => {
    const link = linkOf(row);
    return { link, payloadJson: row.payload_json, reading: readOperation(link), code: row.code };
  });
}

/** Gives operations that were in quarantine their verdict. */
async function acceptLater(
  tx: Transaction<Tables>,
  { branchNo, judged }: { readonly branchNo: string; readonly judged: readonly Judged[] },
): Promise<void> {
  for (const { sound, verdict, code, reason } of judged) {
    await tx
      .updateTable('operations')
      .set({ verdict, code, reason })
      .where('branch_no', '=', branchNo)
      .where('counter_id', '=', sound.link.counterId)
      .where('seq', '=', sound.link.seq)
      .execute();
  }
}

/** Posts what the operations move, and adds it to the balances. */
export async function insertPostings(
  tx: Transaction<Tables>,
  input: { readonly branchNo: string; readonly judged: readonly Judged[] },
): Promise<void> {
  const { branchNo } = input;
  const postings: Tables['postings'][] = [];
  const balances = new Map<string, Tables['balances']>();
  for (const { sound, postings: made } of input.judged) {
    const { counterId, seq } = sound.link;
    for (const [line, { ledgerAccount, dimension, amountFen }] of made.entries()) {
      const posting = { branch_no: branchNo, ledger_account: ledgerAccount, dimension, amount_fen: amountFen };
      postings.push({ ...posting, counter_id: counterId, seq, line });
      const key = `${ledgerAccount}/${dimension}`;
      balances.set(key, { ...posting, amount_fen: (balances.get(key)?.amount_fen ?? 0) + amountFen });
    }
  }
  await insertRows(tx, { table: 'postings', branchNo, rows: postings });
  const add = sql`on conflict (branch_no, ledger_account, dimension) do update set amount_fen = balances.amount_fen + excluded.amount_fen`;
  await insertRows(tx, { table: 'balances', branchNo, rows: [...balances.values()], onConflict: add });
}

/** Appends an entry per verdict to the branch's feed, each with the hash of the one before, and remembers changes that were left out. */
export async function appendEntries(
  tx: Transaction<Tables>,
  input: { readonly branchNo: string; readonly feed: FeedEnd; readonly judged: readonly Judged[] },
): Promise<void> {
  const { branchNo } = input;
  let { position, hash } = input.feed;
  const entries: Tables['entries'][] = [];
  const unseen = new Map<string, Tables['unseen_conflicts']>();
  for (const { sound, verdict, code, reason, lostRow } of input.judged) {
    const { counterId, seq, hash: operationHash } = sound.link;
    position += 1;
    hash = digest('sha256', entryPreimage(hash, { counterId, seq, operationHash, verdict, code }), 'hex');
    const place = { branch_no: branchNo, counter_id: counterId };
    entries.push({ ...place, position, hash, seq, operation_hash: operationHash, verdict, code, reason });
    if (lostRow !== '') unseen.set(`${counterId} ${lostRow}`, { ...place, row_key: lostRow, seq, until_seq: NOT_YET_SEEN });
  }
  await insertRows(tx, { table: 'entries', branchNo, rows: entries });
  const again = sql`on conflict (branch_no, counter_id, row_key) do update set seq = excluded.seq, until_seq = excluded.until_seq`;
  await insertRows(tx, { table: 'unseen_conflicts', branchNo, rows: [...unseen.values()], onConflict: again });
  await tx.updateTable('branches').set({ last_position: position, feed_hash: hash }).where('branch_no', '=', branchNo).execute();
}

/** Saves rows of projections that changed. */
export async function saveRows(
  tx: Transaction<Tables>,
  { branchNo, changed }: { readonly branchNo: string; readonly changed: ReadonlyMap<string, Row> },
): Promise<void> {
  const rows = [...changed].map(([rowKey, { body, accountId, counterId, seq }]): Tables['projections'] => ({
    branch_no: branchNo,
    row_key: rowKey,
    account_id: accountId,
    counter_id: counterId,
    seq,
    body: JSON.stringify(body),
  }));
  const replace = sql`on conflict (branch_no, row_key) do update
    set account_id = excluded.account_id, counter_id = excluded.counter_id, seq = excluded.seq, body = excluded.body`;
  await insertRows(tx, { table: 'projections', branchNo, rows, onConflict: replace });
}

/** Opens an exception case for each conflict that was found, with both sides. */
export async function openCases(
  tx: Transaction<Tables>,
  input: { readonly branchNo: string; readonly judged: readonly Judged[]; readonly receivedAtMs: number },
): Promise<void> {
  const { branchNo } = input;
  for (const { sound, found } of input.judged) {
    if (found === null) continue;
    const { link } = sound;
    const earlier = found.earlier === null ? null : await sideOf(tx, { branchNo, ...found.earlier });
    const { counterId, seq, kind, clerk, recordedAtMs } = link;
    await tx
      .insertInto('cases')
      .values({
        branch_no: branchNo,
        case_id: link.id,
        code: found.code,
        state: 'open',
        account_id: found.accountId,
        opened_at_ms: input.receivedAtMs,
        later_json: JSON.stringify({ counterId, seq, kind, clerk, recordedAtMs }),
        earlier_json: earlier === null ? '' : JSON.stringify(earlier),
        note: '',
      })
      .onConflict((conflict) => conflict.columns(['branch_no', 'case_id']).doNothing())
      .execute();
  }
}

/** Settles cases that an operation has settled, whichever of both came first: a restored headquarters may find a case after its settlement. */
async function settleCases(
  tx: Transaction<Tables>,
  { branchNo, judged }: { readonly branchNo: string; readonly judged: readonly Judged[] },
): Promise<void> {
  const ids = judged.flatMap(({ sound, verdict, found }) => {
    if (found !== null) return [sound.link.id];
    return sound.link.kind === 'case.settled' && verdict === 'applied' ? [(sound.link.payload as CaseSettled).caseId] : [];
  });
  if (ids.length === 0) return;
  const rows = await fetchRows(tx, { branchNo, keys: ids.map(settlementKey) });
  for (const { body } of rows.values()) {
    const { caseId, reason } = body as CaseSettled;
    await tx
      .updateTable('cases')
      .set({ state: 'settled', note: reason })
      .where('branch_no', '=', branchNo)
      .where('case_id', '=', caseId)
      .execute();
  }
}

async function sideOf(tx: Transaction<Tables>, place: OfCounter & { readonly seq: number }) {
  const row = await tx
    .selectFrom('operations')
    .select(['kind', 'clerk', 'recorded_at_ms'])
    .where('branch_no', '=', place.branchNo)
    .where('counter_id', '=', place.counterId)
    .where('seq', '=', place.seq)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { counterId: place.counterId, seq: place.seq, kind: row.kind, clerk: row.clerk, recordedAtMs: Number(row.recorded_at_ms) };
}
