// What headquarters makes of operations whose chain is sound: the same postings and the same fold as at the counter, and a verdict on each.

import type { ReceivableRow } from '../shared/domain/charging.ts';
import { homeOf, isOfHeadquarters, saysServedBy } from '../shared/domain/cross-branch.ts';
import { CUSTOMERS, type SeenVersion } from '../shared/domain/customers.ts';
import { Fault } from '../shared/domain/fault.ts';
import type { Heard, Verdict } from '../shared/domain/feed.ts';
import { fold, tierPeriodOf } from '../shared/domain/fold.ts';
import type { Posting } from '../shared/domain/ledger.ts';
import { isMasterData } from '../shared/domain/master-data.ts';
import type { Operation } from '../shared/domain/operation.ts';
import { postingsOf } from '../shared/domain/postings.ts';
import { recordArea } from '../shared/domain/records.ts';
import { leavesOut, SETTLED, type SettledRow } from '../shared/domain/settling.ts';
import type { QuarantineCode } from '../shared/wire/envelope.ts';
import type { SoundLink } from './verify.ts';
import { type Attempt, type Row, tierKey, type Workspace, workspace } from './workspace.ts';

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
  /** The operation whose change was left out. */
  readonly seq: number;
  readonly untilSeq: number;
}

/** An operation in quarantine, and why. */
export interface Waiting extends SoundLink {
  readonly code: string;
}

export interface JudgeInput {
  readonly branchNo: string;
  readonly fresh: readonly SoundLink[];
  /** Operations in quarantine that wait for something headquarters did not hold. */
  readonly waiting: readonly Waiting[];
  /** What operations that are held already say, by id, as `factsKey`. */
  readonly held: ReadonlyMap<string, string>;
  readonly unseen: readonly UnseenConflict[];
  /** Of the batch, for conflicts that are found in it: a headquarters that was restored finds them once more. */
  readonly heard: Heard;
  /** What was found under keys that were asked for beforehand (`expectedKeys`); null where there is no row. */
  readonly found?: ReadonlyMap<string, Row | null>;
  /** Returns rows of projections by key, and verdicts by `verdictKey`; a key without a row is left out. */
  fetch(keys: readonly string[]): Promise<ReadonlyMap<string, Row>>;
}

/** Returns the key under which `JudgeInput.fetch` says which verdict an operation has that is held. */
export function verdictKey(operationId: string): string {
  return `${VERDICT_KEYS}${operationId}`;
}
export const VERDICT_KEYS = 'verdict/';

/** Returns what an operation says, apart from who made it and when: the same id with the same facts is the same operation. */
export function factsKey(of: { readonly kind: string; readonly accountId: string; readonly payloadJson: string }): string {
  return `${of.kind}\n${of.accountId}\n${of.payloadJson}`;
}

/** The row that says how a matter was settled. */
export function settlementKey(caseId: string): string {
  return `record-${SETTLED.name}/${caseId}`;
}

/** More rounds than the deepest operation has rows that lead to rows. */
const MAX_ROUNDS = 50;

/**
 * Judges operations in their order and returns the verdicts with the rows that changed. The fold runs in memory, and a row that was not fetched
 * is taken not to exist. Then all those are asked for at once: the verdicts stand when none of them exists, else the batch is folded again.
 */
export async function judge(
  input: JudgeInput,
): Promise<{ readonly judged: readonly Judged[]; readonly changed: ReadonlyMap<string, Row> }> {
  const fetched = new Map<string, Row | null>(input.found);
  const fetch = async (keys: readonly string[]): Promise<number> => {
    if (keys.length === 0) return 0;
    const rows = await input.fetch(keys);
    for (const key of keys) fetched.set(key, rows.get(key) ?? null);
    return rows.size;
  };
  await fetch(expectedKeys([...input.fresh, ...input.waiting]).filter((key) => !fetched.has(key)));
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const space = workspace(fetched);
    const attempt = judgeOnce(space, input);
    if ((await fetch([...space.assumed])) > 0) continue;
    if ('broken' in attempt) throw attempt.broken;
    return { judged: attempt.judged, changed: space.changed };
  }
  throw new RangeError('an operation leads from row to row without an end');
}

/** Fields of payloads that name a row which is there already for the most. */
const FIELDS_OF_ROWS = Object.entries({ cardNo: 'card', meterNo: 'meter', topupId: 'topup', receiptId: 'receipt', paymentId: 'payment' });

/** Returns keys that the fold will ask for, as far as that can be seen from outside: so that most batches are folded once. */
export function expectedKeys(links: readonly SoundLink[]): readonly string[] {
  const keys = new Set<string>();
  for (const { reading } of links) {
    if (!('operation' in reading)) continue;
    const { operation } = reading;
    const payload = operation.payload as Readonly<Record<string, unknown>>;
    for (const [field, area] of FIELDS_OF_ROWS) {
      const id = payload[field];
      if (typeof id === 'string') keys.add(`${area}/${id}`);
    }
    if ('seenVersion' in payload) keys.add(`account/${operation.accountId}`);
    if (operation.kind === 'topup.intended') keys.add(saleKey(operation.payload));
    if (operation.kind === 'topup.paid') keys.add(tierKey(operation.accountId, tierPeriodOf(operation.payload.purchase)));
    if (operation.kind === 'payment.taken') for (const { receivableId } of operation.payload.paid) keys.add(`receivable/${receivableId}`);
  }
  return [...keys];
}

/** `broken` is what an operation threw that no operation may throw. */
type Round = { readonly judged: readonly Judged[] } | { readonly broken: unknown };

function judgeOnce(space: Workspace, input: JudgeInput): Round {
  try {
    return { judged: judgeAll(space, input) };
  } catch (broken) {
    return { broken };
  }
}

function judgeAll(space: Workspace, { branchNo, fresh, waiting, held, unseen, heard }: JudgeInput): Judged[] {
  const ids = new Map(held);
  const lost: Lost = new Map(unseen.map((conflict) => [`${conflict.counterId} ${conflict.rowKey}`, conflict]));
  const heardAt = new Map(heard.map(({ seq, atSeq }) => [seq, atSeq]));
  const judged: Judged[] = [];
  /** First operation of a counter on an account that waits for another counter's, by both. */
  const waits = new Map<string, number>();
  const wait = ({ counterId, accountId, seq }: SoundLink['link'], code: string): void => {
    const key = `${counterId} ${accountId}`;
    if (WAITS_FOR_OTHERS.includes(code)) waits.set(key, Math.min(seq, waits.get(key) ?? seq));
  };
  /** Of this batch, by id. */
  const verdicts = new Map<string, Verdict>();
  const judgeOne = (sound: SoundLink): Judged => {
    const { counterId, seq, accountId, id } = sound.link;
    const one = judgeContent(space, { sound, branchNo, verdicts, lost });
    if (!('sound' in one)) {
      wait(sound.link, one.code);
      verdicts.set(id, 'quarantined');
      return quarantined(sound, one);
    }
    if (one.verdict === 'conflict' && seenChangeOf(sound.reading) === '' && (waits.get(`${counterId} ${accountId}`) ?? seq) < seq) {
      verdicts.set(id, 'quarantined');
      return quarantined(sound, { code: 'REFERENCE_UNKNOWN', reason: `follows an operation that waits: ${one.reason}` });
    }
    verdicts.set(id, one.verdict);
    if (one.lostRow !== '') {
      lost.set(`${counterId} ${one.lostRow}`, {
        counterId,
        rowKey: one.lostRow,
        seq,
        untilSeq: heardAt.get(seq) ?? Number.POSITIVE_INFINITY,
      });
    }
    return one;
  };
  for (const { link, code } of waiting) wait(link, code);
  for (const sound of fresh) {
    const { id, kind, accountId } = sound.link;
    const facts = factsKey({ kind, accountId, payloadJson: sound.payloadJson });
    const before = ids.get(id);
    ids.set(id, before ?? facts);
    judged.push(before === undefined ? judgeOne(sound) : quarantined(sound, doubled(before === facts)));
  }
  // What waited for something that has come now; one may let the next go on.
  let left: readonly SoundLink[] = waiting;
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    // Found anew with each that still waits.
    waits.clear();
    left = left.filter((sound) => {
      // Somebody has settled it meanwhile: it counts nowhere, whatever comes.
      if (isDiscarded(space, sound.link.id)) return true;
      const one = judgeOne(sound);
      if (one.verdict === 'quarantined') return true;
      judged.push(one);
      return false;
    });
  }
  return judged;
}

function doubled(isSame: boolean): { readonly code: QuarantineCode; readonly reason: string } {
  return isSame
    ? { code: 'OPERATION_HELD', reason: 'the same operation is held from another journal' }
    : { code: 'OPERATION_ID_REUSED', reason: 'the id is held under another seq' };
}

function isDiscarded({ peek }: Workspace, id: string): boolean {
  const row = peek(settlementKey(id));
  return row !== null && leavesOut((row.body as SettledRow).way);
}

function quarantined(sound: SoundLink, why: { readonly code: QuarantineCode; readonly reason: string }): Judged {
  return { sound, verdict: 'quarantined', code: why.code, reason: why.reason.slice(0, 500), postings: [], found: null, lostRow: '' };
}

/** Changes that were left out, by counter and row. */
type Lost = Map<string, UnseenConflict>;

interface Judging {
  readonly sound: SoundLink;
  readonly branchNo: string;
  /** Verdicts of this batch so far, by id. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly lost: Lost;
}

function judgeContent(space: Workspace, judging: Judging): Verdicted {
  const { sound, branchNo } = judging;
  const { reading } = sound;
  if ('unreadable' in reading) return { code: reading.code ?? 'OPERATION_INVALID', reason: reading.unreadable };
  const { operation } = reading;
  const isOurs = isMasterData(operation) || saysServedBy(operation);
  if (isOurs && !isOfHeadquarters(operation.counterId)) return { code: 'OPERATION_INVALID', reason: 'only headquarters says so' };
  if (homeOf(operation) === branchNo) return { code: 'OPERATION_INVALID', reason: 'the account is of this very branch' };
  return judgeOperation(space, operation, judging);
}

type Verdicted = Judged | { readonly code: QuarantineCode; readonly reason: string };

/** Returns the verdict on one operation of known form. */
function judgeOperation(space: Workspace, operation: Operation, { sound, verdicts, lost }: Judging): Verdicted {
  const { counterId, seq, accountId } = operation;
  if (operation.kind === 'topup.paid') {
    const paid = space.peek(`topup/${operation.payload.topupId}`);
    if (paid !== null) {
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
  if (posted.outcome === 'failed') return badPostings(posted.error);

  // One that names what it saw needs no guess about what its counter had heard of.
  const seenRow = seenChangeOf(sound.reading) === '' ? seenVersionRow(operation) : '';
  const before = seenRow === '' ? undefined : lost.get(`${counterId} ${seenRow}`);
  const follows = before !== undefined && before.seq < seq && seq <= before.untilSeq;
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
  if (done.outcome === 'failed') return left(space, done, { sound, operation, postings, verdicts });
  return { sound, verdict: 'applied', code: '', reason: '', postings, found, lostRow: '' };
}

function badPostings(error: unknown): Verdicted {
  if (error instanceof Fault && error.code === 'TOPUP_UNKNOWN') {
    return { code: 'TOPUP_UNKNOWN', reason: 'no payment of this top-up is held' };
  }
  if (error instanceof Fault && error.code === 'POSTINGS_UNBALANCED') return { code: 'POSTINGS_UNBALANCED', reason: error.message };
  if (error instanceof RangeError) return { code: 'OPERATION_INVALID', reason: error.message };
  throw error;
}

/** Codes of what may become good by itself: when other operations arrive, or when a newer program of headquarters knows its form. */
export const WAITING_CODES: readonly QuarantineCode[] = ['REFERENCE_UNKNOWN', 'TOPUP_UNKNOWN', 'OPERATION_INVALID'];

/** Those of them for which an operation of another counter is missing. */
const WAITS_FOR_OTHERS: readonly string[] = ['REFERENCE_UNKNOWN', 'TOPUP_UNKNOWN'];

/** What the fold refuses: a reference to nothing is quarantined, a change that came second is left out and its money stays. */
function left(
  space: Workspace,
  failed: Extract<Attempt, { readonly outcome: 'failed' }>,
  from: Pick<Judging, 'sound' | 'verdicts'> & { readonly operation: Operation; readonly postings: readonly Posting[] },
): Verdicted {
  const { error, lastRead } = failed;
  if (!(error instanceof Fault) && !(error instanceof RangeError)) throw error;
  if (lastRead === null || lastRead.row === null) {
    return { code: 'REFERENCE_UNKNOWN', reason: error.message };
  }
  const { seen, now } = error instanceof Fault ? error.context : {};
  const seenChange = seenChangeOf(from.sound.reading);
  const isAhead = typeof seen === 'number' && typeof now === 'number' && seen > now;
  if (seenChange === '' ? isAhead : !isDecided(space, seenChange, from.verdicts)) {
    // It saw a change that headquarters has lost or never had, or that waits itself: that one will come.
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

/** Returns the id of the operation that wrote what a change saw; '' for other kinds, and for changes from before that was kept. */
function seenChangeOf(reading: SoundLink['reading']): string {
  return ('operation' in reading && (reading.operation.payload as Partial<SeenVersion>).seenChangeId) || '';
}

/** Whether it is certain what became of an operation: that it was ordered, or that people have left it out. */
function isDecided(space: Workspace, id: string, verdicts: Judging['verdicts']): boolean {
  const verdict = verdicts.get(id) ?? space.peek(verdictKey(id))?.body;
  return verdict === 'applied' || verdict === 'conflict' || isDiscarded(space, id);
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

/** Returns the key of the row that says with which top-up a purchase number of a card was sold. */
function saleKey({ cardNo, sequence }: { readonly cardNo: string; readonly sequence: number }): string {
  return `record-${SALES.name}/${cardNo}/${sequence}`;
}

/** Who last wrote the rows that an operation may spoil without being wrong itself. */
function writersBefore({ peek }: Workspace, operation: Operation): ReadonlyMap<string, Writer> {
  const keys = operation.kind === 'payment.taken' ? operation.payload.paid.map((part) => `receivable/${part.receivableId}`) : [];
  return new Map(
    keys.flatMap((key) => {
      const row = peek(key);
      return row === null ? [] : [[key, { counterId: row.counterId, seq: row.seq }]];
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
  if (operation.kind === 'counter.renewed' && operation.payload.numbers.length > 0)
    return { code: 'NUMBERS_TWICE', accountId, earlier: null };
  if (operation.kind !== 'topup.verified' && operation.kind !== 'topup.reversed') return null;
  const { topupId } = operation.payload;
  const topup = tables.getTopup(topupId);
  if (topup?.intent == null) return null;
  const recordId = `${topup.cardNo}/${topup.intent.sequence}`;
  const sold = tables.getRecord(SALES, recordId);
  const writer = space.peek(saleKey({ cardNo: topup.cardNo, sequence: topup.intent.sequence }));
  if (operation.kind === 'topup.reversed') {
    // The number is free again: the next purchase of the card bears it.
    if (sold?.topupId === topupId) tables.putRecord(SALES, { recordId, accountId, state: '' }, { topupId: '' });
    return null;
  }
  const isTwice = sold !== null && sold.topupId !== '' && sold.topupId !== topupId;
  if (!isTwice) tables.putRecord(SALES, { recordId, accountId, state: '' }, { topupId });
  return isTwice && writer !== null
    ? { code: 'CARD_SEQUENCE_TWICE', accountId, earlier: { counterId: writer.counterId, seq: writer.seq } }
    : null;
}
