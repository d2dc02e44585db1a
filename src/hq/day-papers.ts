// The papers of closes: taken from their counter part by part, kept once they are whole and are what their hash says.
import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { DAY_PAPERS, type DayPaperName } from '../shared/domain/close-papers.ts';
import {
  type DayPaperPart,
  type DayPaperPartAnswer,
  type DayPapersAnswer,
  type DayPapersRequest,
  MAX_DAY_PAPER_BYTES,
} from '../shared/wire/day-papers.ts';
import { type RefusalCode, WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Why a part is turned away. */
export interface RefusedPaper {
  readonly refused: { readonly code: RefusalCode; readonly reason: string };
}

interface PaperKey {
  readonly branchNo: string;
  readonly closeId: string;
  readonly paper: DayPaperName;
}

/** Where a PDF must say that it ends, bytes from its end (ISO 32000-1 annex H.3.18). */
const END_BYTES = 1024;

/**
 * Takes one part of a paper and answers how far it is. Refuses, and keeps nothing of it: BATCH_TOO_LARGE, CLOSE_UNKNOWN for a close that is not of the
 * caller or not held, HASH_WRONG, PAPER_INVALID for what is no PDF, PAPER_DIFFERS where another paper is held for the close: the first one stands. The
 * caller has checked the signature. What is held is never changed; the same paper again is held already.
 */
export function takePaperPart(
  db: Database,
  { part, nowMs }: { readonly part: DayPaperPart; readonly nowMs: number },
): Promise<DayPaperPartAnswer | RefusedPaper> {
  const { branchNo, counterId, closeId, sha256, sizeBytes, fromByte } = part;
  const where = keyOf(part);
  const refuse = (code: RefusalCode, reason: string): RefusedPaper => ({ refused: { code, reason } });
  const answer = (receivedBytes: number, isHeld = false): DayPaperPartAnswer => ({ version: WIRE_VERSION, receivedBytes, isHeld });
  return db.transaction().execute(async (tx) => {
    if (sizeBytes > MAX_DAY_PAPER_BYTES) return refuse('BATCH_TOO_LARGE', `a paper has at most ${MAX_DAY_PAPER_BYTES} bytes`);
    if (!(await holdsClose(tx, { branchNo, counterId, closeId }))) return refuse('CLOSE_UNKNOWN', 'no such close of this counter is held');
    const begun = {
      counter_id: counterId,
      sha256,
      size_bytes: sizeBytes,
      received_bytes: 0,
      state: 'open',
      received_at_ms: nowMs,
    } as const;
    await tx
      .insertInto('day_papers')
      .values({ ...where, ...begun, pdf: null })
      .onConflict((conflict) => conflict.columns(['branch_no', 'close_id', 'paper']).doNothing())
      .execute();
    const row = await tx
      .selectFrom('day_papers')
      .select(['sha256', 'size_bytes', 'received_bytes', 'state'])
      .where((is) => is.and(where))
      .forUpdate()
      .executeTakeFirstOrThrow();
    const isSame = row.sha256 === sha256 && row.size_bytes === sizeBytes;
    if (row.state === 'held') {
      return isSame ? answer(sizeBytes, true) : refuse('PAPER_DIFFERS', 'another paper is held for this close');
    }
    const receivedBytes = isSame ? row.received_bytes : 0;
    if (!isSame) {
      await dropParts(tx, where);
      await change(tx, where, begun);
    }
    const bytes = Buffer.from(part.part, 'base64');
    if (fromByte !== receivedBytes || bytes.length === 0) return answer(receivedBytes);
    const untilByte = receivedBytes + bytes.length;
    if (untilByte > sizeBytes) return refuse('BATCH_INVALID', 'more bytes than the paper has');
    await tx
      .insertInto('day_paper_parts')
      .values({ ...where, from_byte: fromByte, bytes })
      .execute();
    if (untilByte < sizeBytes) {
      await change(tx, where, { received_bytes: untilByte });
      return answer(untilByte);
    }
    const pdf = await joined(tx, where);
    await dropParts(tx, where);
    const wrong =
      createHash('sha256').update(pdf).digest('hex') !== sha256
        ? refuse('HASH_WRONG', 'the paper is not what its hash says')
        : isPdf(pdf)
          ? null
          : refuse('PAPER_INVALID', 'not a PDF');
    if (wrong === null) await change(tx, where, { pdf, state: 'held', received_bytes: sizeBytes, received_at_ms: nowMs });
    // Sent again it begins at its first byte.
    else await change(tx, where, { received_bytes: 0 });
    return wrong ?? answer(sizeBytes, true);
  });
}

/** Returns what is held of a close that is the caller's own. */
export async function papersHeld(db: Database, { branchNo, counterId, closeId }: DayPapersRequest): Promise<DayPapersAnswer> {
  const isOwn = await holdsClose(db, { branchNo, counterId, closeId });
  const rows = isOwn ? await heldPapers(db, { branchNo, closeIds: [closeId] }) : [];
  return {
    version: WIRE_VERSION,
    held: rows.map(({ paper, sha256, size_bytes: sizeBytes }) => ({ paper, sha256, sizeBytes })),
  };
}

/** Returns the papers that are held of closes, in the order of `DAY_PAPERS`. */
export async function heldPapers(
  db: Database,
  { branchNo, closeIds }: { readonly branchNo: string; readonly closeIds: readonly string[] },
): Promise<readonly Pick<Tables['day_papers'], 'close_id' | 'paper' | 'sha256' | 'size_bytes'>[]> {
  if (closeIds.length === 0) return [];
  const rows = await db
    .selectFrom('day_papers')
    .select(['close_id', 'paper', 'sha256', 'size_bytes'])
    .where('branch_no', '=', branchNo)
    .where('close_id', 'in', closeIds)
    .where('state', '=', 'held')
    .execute();
  return rows.sort((left, right) => DAY_PAPERS.indexOf(left.paper) - DAY_PAPERS.indexOf(right.paper));
}

/** Returns a paper as its counter has made it; null where none is held. */
export async function paperFile(
  db: Database,
  key: { readonly branchNo: string; readonly closeId: string; readonly paper: string },
): Promise<{ readonly pdf: Buffer; readonly sha256: string } | null> {
  const paper = DAY_PAPERS.find((name) => name === key.paper);
  if (paper === undefined) return null;
  const row = await db
    .selectFrom('day_papers')
    .select(['pdf', 'sha256'])
    .where((is) => is.and({ ...keyOf({ ...key, paper }), state: 'held' }))
    .executeTakeFirst();
  return row?.pdf == null ? null : { pdf: Buffer.from(row.pdf), sha256: row.sha256 };
}

function keyOf({ branchNo, closeId, paper }: PaperKey) {
  return { branch_no: branchNo, close_id: closeId, paper };
}

/** Whether the close is held, of this counter or of the number that it had before. */
async function holdsClose(
  db: Pick<Database, 'selectFrom'>,
  { branchNo, counterId, closeId }: { readonly branchNo: string; readonly counterId: string; readonly closeId: string },
): Promise<boolean> {
  const close = await db
    .selectFrom('operations')
    .select('counter_id')
    .where((is) => is.and({ branch_no: branchNo, id: closeId, kind: 'day.closed' }))
    .where('verdict', '<>', 'quarantined')
    .executeTakeFirst();
  if (close === undefined || close.counter_id === counterId) return close !== undefined;
  const own = await db
    .selectFrom('counters')
    .select('former_id')
    .where((is) => is.and({ branch_no: branchNo, counter_id: counterId }))
    .executeTakeFirst();
  return own?.former_id === close.counter_id;
}

type Where = ReturnType<typeof keyOf>;

async function change(tx: Transaction<Tables>, where: Where, set: Partial<Tables['day_papers']>): Promise<void> {
  await tx
    .updateTable('day_papers')
    .set(set)
    .where((is) => is.and(where))
    .execute();
}

async function dropParts(tx: Transaction<Tables>, where: Where): Promise<void> {
  await tx
    .deleteFrom('day_paper_parts')
    .where((is) => is.and(where))
    .execute();
}

async function joined(tx: Transaction<Tables>, where: Where): Promise<Buffer> {
  const parts = await tx
    .selectFrom('day_paper_parts')
    .select('bytes')
    .where((is) => is.and(where))
    .orderBy('from_byte')
    .execute();
  return Buffer.concat(parts.map(({ bytes }) => bytes));
}

function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-' && bytes.subarray(-END_BYTES).includes('%%EOF');
}
