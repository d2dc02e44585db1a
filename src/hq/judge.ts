// What headquarters makes of operations whose chain is sound: the same postings and the same fold as at the counter, and a verdict on each.
import type { ReceivableRow } from '../shared/domain/charging.ts';
import { CUSTOMERS } from '../shared/domain/customers.ts';
import { Fault } from '../shared/domain/fault.ts';
import { fold } from '../shared/domain/fold.ts';
import type { Posting } from '../shared/domain/ledger.ts';
import type { Operation } from '../shared/domain/operation.ts';
import { postingsOf } from '../shared/domain/postings.ts';
import { recordArea } from '../shared/domain/records.ts';
import type { QuarantineCode } from '../shared/wire/envelope.ts';
import type { Verdict } from '../shared/wire/feed.ts';
import { operationSchema } from '../shared/wire/operation.ts';
import type { SoundLink } from './verify.ts';
import { type Attempt, type Row, type Workspace, workspace } from './workspace.ts';

/** Who wrote a row before. */
export interface Writer {
  readonly counterId: string;
  readonly seq: number;
}

/** Two sides that cannot both be right. */
export interface FoundConflict {
  readonly code: string;
  readonly accountId: string;
  readonly earlier: Writer | null;
}

export interface Judged {
  readonly sound: SoundLink;
  readonly verdict: Verdict;
  /** '' where it was applied. */
  readonly code: string;
  readonly reason: string;
  readonly postings: readonly Posting[];
  /** An exception case for people, where there is one; an applied operation can have one too. */
  readonly found: FoundConflict | null;
  /** The row whose change was left out; '' for none. */
  readonly lostRow: string;
}

/** Changes of a counter that were left out and that it had not heard of when it appended up to `untilSeq`. */
export interface UnseenConflict {
  readonly counterId: string;
  readonly rowKey: string;
  readonly untilSeq: number;
}

export interface JudgeInput {
  readonly fresh: readonly SoundLink[];
  /** Ids of operations that are held already. */
  readonly usedIds: ReadonlySet<string>;
  readonly unseen: readonly UnseenConflict[];
  /** Returns rows of projections by key; a key without a row is left out. */
  fetch(keys: readonly string[]): Promise<ReadonlyMap<string, Row>>;
}

/** More rounds than the deepest operation has rows that lead to rows. */
const MAX_ROUNDS = 50;

/**
 * Judges operations in their order and returns the verdicts with the rows that changed. The fold runs in memory; what it turns out to need is
 * fetched for the whole batch at once, and the batch is folded again, until nothing is missing.
 */
export async function judge(
  input: JudgeInput,
): Promise<{ readonly judged: readonly Judged[]; readonly changed: ReadonlyMap<string, Row> }> {
  const fetched = new Map<string, Row | null>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const space = workspace(fetched);
    const judged = judgeOnce(space, input);
    if (space.wanted.size === 0) return { judged, changed: space.changed };
    const keys = [...space.wanted];
    const rows = await input.fetch(keys);
    for (const key of keys) fetched.set(key, rows.get(key) ?? null);
  }
  throw new RangeError('an operation leads from row to row without an end');
}

function judgeOnce(space: Workspace, { fresh, usedIds, unseen }: JudgeInput): Judged[] {
  const ids = new Set(usedIds);
  const lost = new Map(unseen.map((conflict) => [`${conflict.counterId} ${conflict.rowKey}`, conflict.untilSeq]));
  const judged: Judged[] = [];
  for (const sound of fresh) {
    const { link } = sound;
    const quarantine = (code: QuarantineCode, reason: string): void => {
      judged.push({ sound, verdict: 'quarantined', code, reason: reason.slice(0, 500), postings: [], found: null, lostRow: '' });
    };
    if (ids.has(link.id)) {
      quarantine('OPERATION_ID_REUSED', 'the id is held under another seq');
      continue;
    }
    ids.add(link.id);
    const parsed = operationSchema.safeParse(sound.raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      quarantine('OPERATION_INVALID', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
      continue;
    }
    const one = judgeOperation(space, sound, parsed.data, lost);
    if (one === null) continue;
    if ('sound' in one) judged.push(one);
    else quarantine(one.code, one.reason);
    if ('sound' in one && one.lostRow !== '') lost.set(`${link.counterId} ${one.lostRow}`, Number.POSITIVE_INFINITY);
  }
  return judged;
}

type Verdicted = Judged | { readonly code: QuarantineCode; readonly reason: string };

/** Returns the verdict on one operation of known form; null while rows are missing. */
function judgeOperation(space: Workspace, sound: SoundLink, operation: Operation, lost: ReadonlyMap<string, number>): Verdicted | null {
  const { counterId, seq, accountId } = operation;
  if (operation.kind === 'topup.paid') {
    const paid = space.peek(`topup/${operation.payload.topupId}`);
    if (paid !== undefined && paid !== null) {
      return { code: 'TOPUP_ID_REUSED', reason: 'this top-up has been paid by another operation' };
    }
  }
  let postings: readonly Posting[] = [];
  const posted = space.attempt({ accountId, counterId, seq }, () => {
    postings = postingsOf(operation, (topupId) => {
      const topup = space.tables.getTopup(topupId);
      if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId });
      return topup.payment;
    });
  });
  if (posted.outcome === 'unfetched') return null;
  if (posted.outcome === 'failed') return badPostings(posted.error);

  const seenRow = seenVersionRow(operation);
  const follows = seenRow !== '' && seq <= (lost.get(`${counterId} ${seenRow}`) ?? 0);
  let found: FoundConflict | null = null;
  const done = space.attempt({ accountId, counterId, seq }, () => {
    if (follows) {
      readSeen(space, operation);
      throw new Fault('ACCOUNT_CHANGED', { follows: true });
    }
    const earlier = writersBefore(space, operation);
    fold(operation, space.tables);
    found = besides(space, operation, earlier);
  });
  if (done.outcome === 'unfetched') return null;
  if (done.outcome === 'failed') return left(done, { sound, operation, postings });
  return { sound, verdict: 'applied', code: '', reason: '', postings, found, lostRow: '' };
}

function badPostings(error: unknown): Verdicted {
  const quarantined = (code: QuarantineCode, reason: string) => ({ code, reason });
  if (error instanceof Fault && error.code === 'TOPUP_UNKNOWN') return quarantined('TOPUP_UNKNOWN', 'no payment of this top-up is held');
  if (error instanceof Fault && error.code === 'POSTINGS_UNBALANCED') return quarantined('POSTINGS_UNBALANCED', error.message);
  if (error instanceof RangeError) return quarantined('OPERATION_INVALID', error.message);
  throw error;
}

/** What the fold refuses: a reference to nothing is quarantined, a change that came second is left out and its money stays. */
function left(
  failed: Extract<Attempt, { readonly outcome: 'failed' }>,
  from: { readonly sound: SoundLink; readonly operation: Operation; readonly postings: readonly Posting[] },
): Verdicted {
  const { error, lastRead } = failed;
  if (!(error instanceof Fault) && !(error instanceof RangeError)) throw error;
  if (lastRead === null || lastRead.row === null) {
    return { code: 'REFERENCE_UNKNOWN', reason: error.message };
  }
  const code = error instanceof Fault ? error.code : 'STATE_CHANGED';
  const { counterId, seq } = lastRead.row;
  return {
    sound: from.sound,
    verdict: 'conflict',
    code,
    reason: error.message.slice(0, 500),
    postings: from.postings,
    found: { code, accountId: from.operation.accountId, earlier: { counterId, seq } },
    lostRow: lastRead.key,
  };
}

/** The row whose version an operation says it saw; '' for kinds without one. */
function seenVersionRow(operation: Operation): string {
  if (operation.kind === 'customer.changed') return `record-customer/${operation.payload.customerId}`;
  return 'seenVersion' in operation.payload ? `account/${operation.accountId}` : '';
}

/** Reads the row of `seenVersionRow`, so that its writer is known. */
function readSeen({ tables }: Workspace, operation: Operation): void {
  if (operation.kind === 'customer.changed') tables.getRecord(CUSTOMERS, operation.payload.customerId);
  else tables.getAccount(operation.accountId);
}

/** Which top-up a purchase number of a card was sold with; headquarters' own, because only it sees all counters. */
const SALES = recordArea<{ readonly topupId: string }>('card-sale');

/** Who last wrote the rows that an operation may spoil without being wrong itself. */
function writersBefore({ peek }: Workspace, operation: Operation): ReadonlyMap<string, Writer> {
  const keys = operation.kind === 'payment.taken' ? operation.payload.paid.map((part) => `receivable/${part.receivableId}`) : [];
  return new Map(
    keys.flatMap((key) => {
      const row = peek(key);
      return row === undefined || row === null ? [] : [[key, { counterId: row.counterId, seq: row.seq }]];
    }),
  );
}

/** What people must look at although the operation stands: money taken twice for one receivable, a purchase number sold twice. */
function besides(space: Workspace, operation: Operation, earlier: ReadonlyMap<string, Writer>): FoundConflict | null {
  const { tables } = space;
  const { accountId } = operation;
  if (operation.kind === 'payment.taken') {
    for (const [key, writer] of earlier) {
      const now = space.peek(key)?.body as ReceivableRow | undefined;
      if (now !== undefined && now.openFen < 0) return { code: 'RECEIVABLE_PAID_TWICE', accountId, earlier: writer };
    }
  }
  if (operation.kind !== 'topup.verified' && operation.kind !== 'topup.reversed') return null;
  const { topupId } = operation.payload;
  const topup = tables.getTopup(topupId);
  if (topup?.intent == null) return null;
  const recordId = `${topup.cardNo}/${topup.intent.sequence}`;
  const sold = tables.getRecord(SALES, recordId);
  const writer = space.peek(`record-card-sale/${recordId}`);
  if (operation.kind === 'topup.reversed') {
    // The number is free again: the next purchase of the card bears it.
    if (sold?.topupId === topupId) tables.putRecord(SALES, { recordId, accountId, state: '' }, { topupId: '' });
    return null;
  }
  const isTwice = sold !== null && sold.topupId !== '' && sold.topupId !== topupId;
  if (!isTwice) tables.putRecord(SALES, { recordId, accountId, state: '' }, { topupId });
  return isTwice && writer != null
    ? { code: 'CARD_SEQUENCE_TWICE', accountId, earlier: { counterId: writer.counterId, seq: writer.seq } }
    : null;
}
