// Ingest: one batch, one transaction. What the chain proves is held once, in the branch's order, each operation with a verdict.

import { hash as digest } from 'node:crypto';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { entryPreimage } from '../shared/domain/feed.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import { type Answer, type Batch, type ChainCheck, WIRE_VERSION } from '../shared/wire/envelope.ts';
import { openCases, settleCases } from './cases.ts';
import type { Database } from './database.ts';
import { linkOf } from './feed.ts';
import { fetchForJudge, readRows, rowsByKey } from './fetch-rows.ts';
import { queueForwards } from './forward-queue.ts';
import { anyOf, insertRows, texts } from './insert-rows.ts';
import { expectedKeys, factsKey, type Judged, judge, type UnseenConflict, WAITING_CODES, type Waiting } from './judge.ts';
import { keepLookupKeys } from './lookup-keys.ts';
import type { Tables } from './tables.ts';
import { committedTogether, type Sent, send, together } from './together.ts';
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
  /** Why its counter is locked out: everything new is put aside with this reason. */
  readonly locked?: string;
}

/**
 * Takes a batch in and returns what headquarters then holds of the counter. The same batch again changes nothing; an overlap
 * is compared and skipped; after a gap nothing is kept and `heldSeq` tells where to continue. Rejects only when the database fails.
 */
export async function ingest(db: Database, { batch, receivedAtMs, locked }: BatchInput): Promise<Ingested> {
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

  return committedTogether(db, async (tx) => {
    const asked = askFor(tx, { branchNo: batch.branchNo, links: chain.sound });
    const look = async () => {
      const [[branch], [counter], ...known] = await together(tx, [
        lockedBranch(tx, batch.branchNo),
        counterHeld(tx, batch),
        ...asked.queries,
      ]);
      return { branch, held: heldBy(counter), known };
    };
    let looked = await look();
    if (looked.branch === undefined) {
      // There was nothing to lock: who asked beside may have been first, and all is looked at again.
      await addBranch(tx, batch.branchNo);
      looked = await look();
    }
    const { branch, held } = looked;
    if (branch === undefined) throw new RangeError('the branch was removed meanwhile');
    const ends = (answered: Answer) => ({ result: { answer: answered, judged: [] } });
    if (batch.fromSeq > held.seq + 1) return ends(answer(held));
    const continued = continueHeld({ sound: chain.sound, held, heldHashes: await overlapHashes(tx, { batch, held }) });
    const fresh = locked === undefined ? continued.fresh : continued.fresh.map((sound) => withheld(sound, locked));
    if (continued.refused !== undefined) return ends(answer(held, continued.refused));
    const last = fresh.at(-1)?.link;
    if (last === undefined) return ends(answer(held, chain.refused));

    const known = asked.read(looked.known);
    const { result, written } = await orderKnown(tx, { ...batch, feed: feedEndOf(branch), fresh, receivedAtMs, known });
    return { result: { answer: answer({ seq: last.seq, hash: last.hash }, chain.refused), judged: result }, written };
  });
}

/** The operation as one whose content nobody looks at until people have said that it counts. */
function withheld(sound: SoundLink, reason: string): SoundLink {
  return { ...sound, reading: { unreadable: reason, code: 'COUNTER_LOCKED' } };
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
  const asked = askFor(tx, { branchNo: input.branchNo, links: input.fresh });
  const { result, written } = await orderKnown(tx, { ...input, known: asked.read(await together(tx, asked.queries)) });
  await written.answers;
  return result;
}

/** What operations are judged by, as the database has it under the branch's lock. */
interface Known {
  readonly waiting: readonly Waiting[];
  readonly held: ReadonlyMap<string, string>;
  readonly unseen: readonly Tables['unseen_conflicts'][];
  readonly found: ReadonlyMap<string, Row | null>;
}

type Answers = readonly [
  waiting: readonly Tables['operations'][],
  held: readonly Pick<Tables['operations'], 'id' | 'kind' | 'account_id' | 'payload_json'>[],
  unseen: readonly Tables['unseen_conflicts'][],
  rows: Parameters<typeof readRows>[0],
];

/** Returns the queries for what operations are judged by, and how their answers are read. */
function askFor(tx: Transaction<Tables>, { branchNo, links }: { readonly branchNo: string; readonly links: readonly SoundLink[] }) {
  const keys = expectedKeys(links);
  const queries = [
    waitingOf(tx, branchNo),
    operationsById(tx, { branchNo, ids: links.map(({ link }) => link.id) }),
    tx.selectFrom('unseen_conflicts').selectAll().where('branch_no', '=', branchNo),
    rowsByKey(tx, { branchNo, keys }),
  ] as const;
  const read = ([waiting, held, unseen, rows]: Answers): Known => {
    const found = readRows(rows);
    return {
      waiting: waiting.map(readWaiting),
      held: new Map(held.map((row) => [row.id, factsKey({ ...row, accountId: row.account_id, payloadJson: row.payload_json })])),
      unseen,
      found: new Map(keys.map((key) => [key, found.get(key) ?? null])),
    };
  };
  return { queries, read };
}

/** Judges operations and returns the verdicts with the writes that keep them, which are under way. */
async function orderKnown(
  tx: Transaction<Tables>,
  input: OrderInput & { readonly known: Known },
): Promise<{ readonly result: readonly Judged[]; readonly written: Sent<unknown> }> {
  const { branchNo, fresh, heard, receivedAtMs, known } = input;
  const { waiting, held, found } = known;
  const { judged, changed } = await judge({
    ...{ branchNo, fresh, waiting, heard, held, found },
    unseen: await unseenConflicts(tx, { ...input, rows: known.unseen }),
    fetch: (keys) => fetchForJudge(tx, { branchNo, keys }),
  });
  const waited = new Set<SoundLink>(waiting);
  const hasWaited = ({ sound }: Judged) => waited.has(sound);
  const written = await send(tx, writesOf({ ...input, judged, isNew: (one) => !hasWaited(one), changed }));
  try {
    await acceptLater(tx, { branchNo, judged: judged.filter(hasWaited) });
    await openCases(tx, { branchNo, judged, receivedAtMs });
    await settleCases(tx, { branchNo, judged });
    await queueForwards(tx, { branchNo, judged });
  } catch (error) {
    // What the writes failed with is the reason.
    await written.answers;
    throw error;
  }
  return { result: judged, written };
}

/** One after the other, so that the database works on the first while the next is made. */
function* writesOf(
  input: OrderInput & {
    readonly judged: readonly Judged[];
    readonly isNew: (one: Judged) => boolean;
    readonly changed: ReadonlyMap<string, Row>;
  },
): Generator<RawBuilder<unknown>> {
  const { branchNo, feed, receivedAtMs, judged, isNew, changed } = input;
  yield* insertOperations({ branchNo, judged: judged.filter(isNew), receivedAtMs });
  yield* insertPostings({ branchNo, judged });
  yield* appendEntries({ branchNo, feed, judged });
  yield* saveRows({ branchNo, changed });
  yield* keepLookupKeys({ branchNo, changed });
  yield* moveHeld(input);
}

type Reader = Database | Transaction<Tables>;
type OfCounter = Pick<Batch, 'branchNo' | 'counterId'>;

function counterHeld(db: Reader, { branchNo, counterId }: OfCounter) {
  return db.selectFrom('counters').select(['held_seq', 'held_hash']).where('branch_no', '=', branchNo).where('counter_id', '=', counterId);
}

function heldBy(row: Pick<Tables['counters'], 'held_seq' | 'held_hash'> | undefined): Held {
  return row === undefined ? { seq: 0, hash: GENESIS_HASH } : { seq: row.held_seq, hash: row.held_hash };
}

async function heldOf(db: Reader, of: OfCounter): Promise<Held> {
  return heldBy(await counterHeld(db, of).executeTakeFirst());
}

/** Where a branch's feed ends. */
export interface FeedEnd {
  readonly position: number;
  readonly hash: string;
}

/** Locks the branch's row until the transaction ends: its counters' batches follow each other, and that is the order. */
export async function lockBranch(tx: Transaction<Tables>, branchNo: string): Promise<FeedEnd> {
  let row = await lockedBranch(tx, branchNo).executeTakeFirst();
  if (row === undefined) {
    await addBranch(tx, branchNo);
    row = await lockedBranch(tx, branchNo).executeTakeFirst();
  }
  if (row === undefined) throw new RangeError('the branch was removed meanwhile');
  return feedEndOf(row);
}

async function addBranch(tx: Transaction<Tables>, branchNo: string): Promise<void> {
  await tx
    .insertInto('branches')
    .values({ branch_no: branchNo, last_position: 0, feed_hash: GENESIS_HASH })
    .onConflict((conflict) => conflict.column('branch_no').doNothing())
    .execute();
}

function lockedBranch(tx: Transaction<Tables>, branchNo: string) {
  return tx.selectFrom('branches').selectAll().where('branch_no', '=', branchNo).forUpdate();
}

function feedEndOf(row: Tables['branches']): FeedEnd {
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

function operationsById(tx: Transaction<Tables>, { branchNo, ids }: { readonly branchNo: string; readonly ids: readonly string[] }) {
  const list = texts(ids);
  return (
    tx
      .selectFrom('operations')
      .select(['id', 'kind', 'account_id', 'payload_json'])
      .where('branch_no', '=', branchNo)
      .where('id', '=', anyOf(ids))
      // Ids grow with time: between the first and the last of a batch lie few others, and the planner need not know how many there are in all.
      .where('id', '>=', sql<string>`(select min(id) from unnest(${list}) as batch (id))`)
      .where('id', '<=', sql<string>`(select max(id) from unnest(${list}) as batch (id))`)
  );
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
async function unseenConflicts(
  tx: Transaction<Tables>,
  { branchNo, counterId: ownId, heard, rows }: OrderInput & { readonly rows: readonly Tables['unseen_conflicts'][] },
): Promise<readonly UnseenConflict[]> {
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

/** What headquarters says itself is a chain of no counter that enrolled: there is no row to change. */
function moveHeld({ branchNo, counterId, fresh, receivedAtMs }: OrderInput): Writes {
  const last = fresh.at(-1)?.link;
  if (last === undefined) return [];
  return [
    sql`update counters set held_seq = ${last.seq}, held_hash = ${last.hash}, last_contact_ms = ${receivedAtMs}
      where branch_no = ${branchNo} and counter_id = ${counterId}`,
  ];
}

/** Statements that travel with the others of a batch. */
type Writes = readonly RawBuilder<unknown>[];

function insertOperations(input: { readonly branchNo: string; readonly judged: readonly Judged[]; readonly receivedAtMs: number }): Writes {
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
  return insertRows({ table: 'operations', branchNo, rows: operations });
}

/** Asks for the branch's operations in quarantine that wait for something, in the order of their journals. */
function waitingOf(tx: Transaction<Tables>, branchNo: string) {
  return tx
    .selectFrom('operations')
    .selectAll()
    .where('branch_no', '=', branchNo)
    .where('verdict', '=', 'quarantined')
    .where('code', 'in', WAITING_CODES)
    .orderBy('counter_id')
    .orderBy('seq')
    .limit(MAX_WAITING);
}

function readWaiting(row: Tables['operations']): Waiting {
  const link = linkOf(row);
  return { link, payloadJson: row.payload_json, reading: readOperation(link), code: row.code };
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

/** Returns what posts what the operations move, and adds it to the balances. */
function insertPostings(input: { readonly branchNo: string; readonly judged: readonly Judged[] }): Writes {
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
  const add = sql`on conflict (branch_no, ledger_account, dimension) do update set amount_fen = balances.amount_fen + excluded.amount_fen`;
  return [
    ...insertRows({ table: 'postings', branchNo, rows: postings }),
    ...insertRows({ table: 'balances', branchNo, rows: [...balances.values()], onConflict: add }),
  ];
}

/** Appends an entry per verdict to the branch's feed, each with the hash of the one before, and remembers changes that were left out. */
function appendEntries(input: { readonly branchNo: string; readonly feed: FeedEnd; readonly judged: readonly Judged[] }): Writes {
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
  const again = sql`on conflict (branch_no, counter_id, row_key) do update set seq = excluded.seq, until_seq = excluded.until_seq`;
  return [
    ...insertRows({ table: 'entries', branchNo, rows: entries }),
    ...insertRows({ table: 'unseen_conflicts', branchNo, rows: [...unseen.values()], onConflict: again }),
    sql`update branches set last_position = ${position}, feed_hash = ${hash} where branch_no = ${branchNo}`,
  ];
}

/** Saves rows of projections that changed. */
function saveRows({ branchNo, changed }: { readonly branchNo: string; readonly changed: ReadonlyMap<string, Row> }): Writes {
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
  return insertRows({ table: 'projections', branchNo, rows, onConflict: replace });
}
