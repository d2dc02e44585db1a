// What the counter holds of its branch's other counters, in headquarters' order; their operations go through the same fold.

import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { z } from 'zod';
import { canonicalJson, operationPreimage } from '../../shared/domain/canonical.ts';
import { OPEN_DAYS } from '../../shared/domain/day-close.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { type Entry, type ExceptionCase, entryPreimage, type Link } from '../../shared/domain/feed.ts';
import type { MasterDataPublished } from '../../shared/domain/master-data.ts';
import { GENESIS_HASH, type Operation } from '../../shared/domain/operation.ts';
import { orderedSubjects } from '../../shared/domain/ordering.ts';
import { SETTLED, type SettledRow } from '../../shared/domain/settling.ts';
import { operationSchema } from '../../shared/wire/operation.ts';
import type { LoadTarget, Replica, SetAside } from '../core/ports/replica.ts';
import type { WriteTx } from '../core/ports/store.ts';
import { feedWords } from './feed-words.ts';
import type { FoldLog } from './fold-log.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import type { Journal } from './journal.ts';
import { neighbourStore } from './neighbours.ts';
import { FIRST_DAY, FIRST_LOAD } from './reads.ts';
import { renewJournal } from './renew.ts';
import { operationOf } from './rows.ts';
import type { BranchSchema, OperationTable } from './schema.ts';

/** Keys that operations without an order depend on, with the last such operation of each counter. */
type Pending = Map<string, Map<string, number>>;

type OperationKey = { counter_id: string; seq: number };

const statements = {
  feedEnd: built((p: Place<{ one: number }>) =>
    build.selectFrom('feed').select(['position', 'hash']).orderBy('position', 'desc').limit(p('one')),
  ),
  feedHash: built((p: Place<{ position: number }>) => build.selectFrom('feed').select('hash').where('position', '=', p('position'))),
  insertEntry: inserts('feed', ['position', 'hash', 'counter_id', 'seq', 'operation_hash', 'verdict', 'code', 'reason']),
  dropAfter: built((p: Place<{ position: number }>) => build.deleteFrom('feed').where('position', '>', p('position'))),
  entriesOf: built((p: Place<OperationKey>) =>
    build.selectFrom('feed').select('verdict').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  lastOrdered: built((p: Place<{ counter_id: string }>) =>
    build
      .selectFrom('feed')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('counter_id', '=', p('counter_id')),
  ),
  ownHash: built((p: Place<{ seq: number }>) => build.selectFrom('operation').select('hash').where('seq', '=', p('seq'))),
  ownLast: built((_p: Place<Record<string, never>>) => build.selectFrom('operation').select((eb) => eb.fn.max('seq').as('seq'))),
  heard: built((p: Place<{ limit: number }>) => build.selectFrom('heard_conflict').selectAll().orderBy('seq', 'desc').limit(p('limit'))),
  hear: inserts('heard_conflict', ['seq', 'at_seq'], 'seq'),
  unhear: built((p: Place<{ seq: number }>) => build.deleteFrom('heard_conflict').where('seq', '=', p('seq'))),
  ownAfter: built((p: Place<{ seq: number }>) => build.selectFrom('operation').selectAll().where('seq', '>', p('seq')).orderBy('seq')),
  foreignAfter: built((p: Place<OperationKey>) =>
    build.selectFrom('foreign_operation').selectAll().where('counter_id', '=', p('counter_id')).where('seq', '>', p('seq')).orderBy('seq'),
  ),
  signedEnds: built((p: Place<{ own: string }>) =>
    build
      .selectFrom('signed_head')
      .select((eb) => ['counter_id', eb.fn.max('seq').as('seq')])
      .where('counter_id', '<>', p('own'))
      .groupBy('counter_id'),
  ),
  signedEnd: built((p: Place<{ counter_id: string }>) =>
    build
      .selectFrom('signed_head')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('counter_id', '=', p('counter_id')),
  ),
  dropHeads: built((p: Place<OperationKey>) =>
    build.deleteFrom('signed_head').where('counter_id', '=', p('counter_id')).where('seq', '<=', p('seq')),
  ),
  foreignHash: built((p: Place<OperationKey>) =>
    build.selectFrom('foreign_operation').select('hash').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  insertForeign: inserts('foreign_operation', [
    'counter_id',
    'seq',
    'id',
    'kind',
    'business_date',
    'shift_id',
    'clerk',
    'account_id',
    'recorded_at_ms',
    'payload',
    'previous_hash',
    'hash',
  ]),
  unfolded: built((p: Place<OperationKey>) =>
    build.selectFrom('unfolded').select('seq').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  unfoldedOf: built((p: Place<{ counter_id: string }>) =>
    build.selectFrom('unfolded').select('seq').where('counter_id', '=', p('counter_id')),
  ),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  putMeta: built((p: Place<BranchSchema['meta']>) => build.replaceInto('meta').values({ key: p('key'), value: p('value') })),
  dropMeta: built((p: Place<{ key: string }>) => build.deleteFrom('meta').where('key', '=', p('key'))),
  setAside: built((p: Place<{ counter_id: string; applied: 'applied'; limit: number }>) =>
    build
      .selectFrom('feed')
      .innerJoin('operation', 'operation.seq', 'feed.seq')
      .selectAll('operation')
      .select(['feed.verdict', 'feed.code', 'feed.reason'])
      .where('feed.counter_id', '=', p('counter_id'))
      .where('feed.verdict', '<>', p('applied'))
      .orderBy('feed.position', 'desc')
      .limit(p('limit')),
  ),
  lastOpenDay: built((p: Place<{ area: string }>) =>
    build
      .selectFrom('record')
      .select((eb) => eb.fn.max<string | null>(sql<string>`json_extract(body, '$.businessDate')`).as('date'))
      .where('area', '=', p('area')),
  ),
  dropStaff: built((_p: Place<Record<string, never>>) => build.deleteFrom('staff')),
  putStaff: inserts('staff', ['staff_no', 'name', 'role', 'password_hash']),
  settlement: built((p: Place<{ area: string; record_id: string }>) =>
    build.selectFrom('record').select('body').where('area', '=', p('area')).where('record_id', '=', p('record_id')),
  ),
  ownById: built((p: Place<{ id: string }>) => build.selectFrom('operation').selectAll().where('id', '=', p('id'))),
  foreignById: built((p: Place<{ id: string }>) => build.selectFrom('foreign_operation').selectAll().where('id', '=', p('id'))),
  ownAt: built((p: Place<{ seq: number }>) => build.selectFrom('operation').selectAll().where('seq', '=', p('seq'))),
  foreignAt: built((p: Place<OperationKey>) =>
    build.selectFrom('foreign_operation').selectAll().where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  discard: inserts('discarded', ['operation_id'], 'operation_id'),
  refusedDocuments: built((p: Place<{ kind: string }>) =>
    build
      .selectFrom('foreign_operation as operation')
      .innerJoin('unfolded', (join) =>
        join.onRef('unfolded.counter_id', '=', 'operation.counter_id').onRef('unfolded.seq', '=', 'operation.seq'),
      )
      .select('operation.payload')
      .where('operation.kind', '=', p('kind')),
  ),
  cases: built((_p: Place<Record<string, never>>) => build.selectFrom('exception_case').select('body').orderBy('opened_at_ms', 'desc')),
  putCase: built((p: Place<BranchSchema['exception_case']>) =>
    build
      .replaceInto('exception_case')
      .values({ case_id: p('case_id'), state: p('state'), opened_at_ms: p('opened_at_ms'), body: p('body') }),
  ),
};

/** As many as the envelope takes. */
const MAX_HEARD = 100;
/** More than this has no use on a screen. */
const MAX_SET_ASIDE = 1_000;
/** Keys in meta. */
const ENROLLED = 'enrolled-branch';
/** Value of FIRST_LOAD before headquarters has said what there is. */
const DUE = 'due';
/** Something arrived that must be folded before what was folded already: before what the log has noted, or before anything. */
const REFOLD_DUE = 'refold-due';
type Refold = 'none' | 'noted' | 'all';

const refused = (seq: number, code: string, reason: string) => new Fault('HEADQUARTERS_REFUSED', { seq, code, reason });

/** Returns the replica on the connection that writes. `write` runs a transaction, `rebuild` folds everything anew inside of one. */
export function replica(options: {
  readonly connection: Connection;
  readonly counterId: () => string;
  readonly journal: Journal;
  readonly log: FoldLog;
  readonly write: <T>(act: (tx: WriteTx) => T) => T;
  readonly rebuild: () => void;
  /** Holds search terms back, inside a transaction, and puts them into the index. */
  readonly holdSearch: () => void;
  readonly settleSearch: () => void;
  /** Must be called when meta names another counter. */
  readonly renumbered: () => void;
}): Replica {
  const { connection, journal, log, write } = options;
  const feedEnd = prepare(connection, statements.feedEnd);
  const feedHash = prepare(connection, statements.feedHash);
  const insertEntry = prepare(connection, statements.insertEntry);
  const dropAfter = prepare(connection, statements.dropAfter);
  const entriesOf = prepare(connection, statements.entriesOf);
  const lastOrdered = prepare(connection, statements.lastOrdered);
  const ownHash = prepare(connection, statements.ownHash);
  const ownLast = prepare(connection, statements.ownLast);
  const heard = prepare(connection, statements.heard);
  const hear = prepare(connection, statements.hear);
  const unhear = prepare(connection, statements.unhear);
  const ownAfter = prepare(connection, statements.ownAfter);
  const foreignAfter = prepare(connection, statements.foreignAfter);
  const signedEnds = prepare(connection, statements.signedEnds);
  const signedEnd = prepare(connection, statements.signedEnd);
  const dropHeads = prepare(connection, statements.dropHeads);
  const foreignHash = prepare(connection, statements.foreignHash);
  const insertForeign = prepare(connection, statements.insertForeign);
  const unfolded = prepare(connection, statements.unfolded);
  const unfoldedOf = prepare(connection, statements.unfoldedOf);
  const meta = prepare(connection, statements.meta);
  const putMeta = prepare(connection, statements.putMeta);
  const dropMeta = prepare(connection, statements.dropMeta);
  const setAside = prepare(connection, statements.setAside);
  const settlement = prepare(connection, statements.settlement);
  const ownById = prepare(connection, statements.ownById);
  const foreignById = prepare(connection, statements.foreignById);
  const ownAt = prepare(connection, statements.ownAt);
  const foreignAt = prepare(connection, statements.foreignAt);
  const discard = prepare(connection, statements.discard);
  const refusedDocuments = prepare(connection, statements.refusedDocuments);
  const cases = prepare(connection, statements.cases);
  const putCase = prepare(connection, statements.putCase);
  const lastOpenDay = prepare(connection, statements.lastOpenDay);
  const dropStaff = prepare(connection, statements.dropStaff);
  const putStaff = prepare(connection, statements.putStaff);

  /** An operation of another counter that headquarters has not ordered, or has forgotten. */
  const anyUnordered = connection.prepare(`SELECT 1 FROM foreign_operation AS one WHERE NOT EXISTS
    (SELECT 1 FROM feed WHERE feed.counter_id = one.counter_id AND feed.seq = one.seq) LIMIT 1`);

  let casesText = '';
  let staffText = '';

  function settledOf(id: string): SettledRow | null {
    const row = settlement.get({ area: SETTLED.name, record_id: id });
    return row === undefined ? null : (JSON.parse(row.body) as SettledRow);
  }

  function end() {
    return feedEnd.get({ one: 1 }) ?? { position: 0, hash: GENESIS_HASH };
  }

  const lastOrderedOf = (of: string): number => lastOrdered.get({ counter_id: of })?.seq ?? 0;

  /** What operations that headquarters has not ordered yet depend on: this counter's, and those that came from neighbours. */
  function pendingSubjects(): Pending {
    const pending: Pending = new Map();
    const note = (row: OperationTable): void => {
      for (const key of orderedSubjects(operationOf(row))) {
        const counters = pending.get(key) ?? new Map<string, number>();
        pending.set(key, counters.set(row.counter_id, row.seq));
      }
    };
    for (const row of ownAfter.all({ seq: lastOrderedOf(options.counterId()) })) note(row);
    for (const { counter_id, seq } of signedEnds.all({ own: options.counterId() })) {
      const from = lastOrderedOf(counter_id);
      if (Number(seq) > from) for (const row of foreignAfter.all({ counter_id, seq: from })) note(row);
    }
    return pending;
  }

  /** Whether another counter has done something that headquarters could put before this. */
  const dependsOnOthers = (operation: Operation, pending: Pending): boolean =>
    orderedSubjects(operation).some((key) => [...(pending.get(key)?.keys() ?? [])].some((of) => of !== operation.counterId));

  /** An operation has another place in the order than it was folded in: how much must be folded anew. */
  const moved = (place: { readonly counterId: string; readonly seq: number }): Refold => (log.has(place) ? 'noted' : 'all');

  /** Records an entry about an own operation. Returns how much must be folded anew. */
  function followOwn(entry: Entry, pending: Pending): Refold {
    const own = ownHash.get({ seq: entry.seq })?.hash;
    if (own !== entry.operationHash) {
      const code = own === undefined ? 'JOURNAL_BEHIND' : 'SEQUENCE_FORK';
      throw refused(entry.seq, code, 'headquarters holds another operation under this seq');
    }
    if (entry.verdict === 'conflict') {
      // Heard once: a headquarters that was restored may say it again, to what was made knowing.
      hear.run({ seq: entry.seq, at_seq: ownLast.get({})?.seq ?? 0 });
      return moved(entry);
    }
    unhear.run({ seq: entry.seq });
    if (entry.verdict === 'quarantined') return 'none';
    // Accepted after it was in quarantine: its place in the order is here.
    const { counterId, seq } = entry;
    if (entriesOf.get({ counter_id: counterId, seq }) !== undefined) return 'all';
    if (unfolded.get({ counter_id: counterId, seq }) !== undefined) return moved(entry);
    const row = ownAt.get({ seq });
    return row !== undefined && dependsOnOthers(operationOf(row), pending) ? moved(entry) : 'none';
  }

  /** Takes an operation of another counter in. Returns how much must be folded anew. */
  function followForeign(entry: Entry, pending: Pending): Refold {
    const { operation: link, verdict } = entry;
    let known = foreignHash.get({ counter_id: entry.counterId, seq: entry.seq });
    // What a neighbour had brought, or this counter made under a former number, was posted here; headquarters does not count it.
    if (verdict === 'quarantined' || link === undefined) return known === undefined ? 'none' : 'all';
    const payload = canonicalJson(link.payload);
    if (hash('sha256', operationPreimage(link, payload), 'hex') !== entry.operationHash) {
      throw refused(entry.seq, 'HASH_WRONG', 'the content does not give the hash');
    }
    const isForked = known !== undefined && known.hash !== entry.operationHash;
    const isElsewhere = known === undefined && foreignById.get({ id: link.id }) !== undefined;
    if (isForked || isElsewhere) {
      // A neighbour brought a journal that headquarters knows otherwise: what nobody has ordered of it goes.
      const wrong = isForked ? { counter_id: link.counterId, seq: link.seq } : foreignById.get({ id: link.id });
      if (wrong !== undefined) dropUnordered(wrong);
      known = foreignHash.get({ counter_id: link.counterId, seq: link.seq });
    }
    if (known !== undefined) {
      if (known.hash !== entry.operationHash) throw refused(entry.seq, 'SEQUENCE_FORK', 'another counter has forked');
      const place = { counter_id: link.counterId, seq: link.seq };
      const isBrought = Number(signedEnd.get({ counter_id: link.counterId })?.seq ?? 0) >= link.seq;
      // It stays as it was folded where a neighbour had brought it and nothing can come before it.
      if (entriesOf.get(place) !== undefined) return 'all';
      if (!isBrought || verdict !== 'applied' || unfolded.get(place) !== undefined) return moved(entry);
      const parsed = operationSchema.safeParse(link);
      return !parsed.success || dependsOnOthers(parsed.data, pending) ? moved(entry) : 'none';
    }
    const isOwnToo = ownById.get({ id: link.id }) !== undefined;
    keepForeign(link, payload);
    const parsed = operationSchema.safeParse(link);
    // Of a newer program: kept, and folded once this one knows its kind.
    if (!parsed.success) {
      journal.leaveUnfolded(link);
      return 'none';
    }
    const operation: Operation = parsed.data;
    if (verdict === 'conflict') {
      journal.postForeign(operation);
      return isOwnToo ? 'all' : 'none';
    }
    const taken = journal.takeForeign(operation, { fold: !dependsOnOthers(operation, pending) && !isOwnToo });
    if (isOwnToo) return 'all';
    return taken === 'unfolded' ? moved(entry) : 'none';
  }

  /** Forgets what neighbours have brought of a journal from a place on and headquarters has never ordered; everything is folded anew then. */
  function dropUnordered({ counter_id, seq }: OperationKey): void {
    const isUnordered = `counter_id = ? AND seq >= ? AND NOT EXISTS
      (SELECT 1 FROM feed WHERE feed.counter_id = foreign_operation.counter_id AND feed.seq = foreign_operation.seq)`;
    const triggers = connection
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('foreign_operation', 'foreign_posting')",
      )
      .all();
    for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
    for (const table of ['foreign_posting', 'unfolded', 'signed_head']) {
      connection
        .prepare(`DELETE FROM ${table} WHERE (counter_id, seq) IN (SELECT counter_id, seq FROM foreign_operation WHERE ${isUnordered})`)
        .run(counter_id, seq);
    }
    connection.prepare(`DELETE FROM foreign_operation WHERE ${isUnordered}`).run(counter_id, seq);
    for (const { sql: text } of triggers) connection.exec(text);
    askRefold('all');
  }

  function keepForeign(link: Link, payload: string): void {
    insertForeign.run({
      counter_id: link.counterId,
      seq: link.seq,
      id: link.id,
      kind: link.kind,
      business_date: link.businessDate,
      shift_id: link.shiftId,
      clerk: link.clerk,
      account_id: link.accountId,
      recorded_at_ms: link.recordedAtMs,
      payload,
      previous_hash: link.previousHash,
      hash: link.hash,
    });
  }

  /** Follows entries inside a transaction; what must be folded anew is remembered. */
  function followAll(entries: readonly Entry[]): void {
    const counterId = options.counterId();
    let last = end();
    let pending: Pending | null = null;
    for (const entry of entries) {
      if (entry.position !== last.position + 1 || hash('sha256', entryPreimage(last.hash, entry), 'hex') !== entry.hash) {
        throw refused(entry.seq, 'FEED_BROKEN', 'the entry does not continue the feed');
      }
      const isOwn = entry.counterId === counterId;
      pending ??= pendingSubjects();
      askRefold(isOwn ? followOwn(entry, pending) : followForeign(entry, pending));
      insertEntry.run({
        position: entry.position,
        hash: entry.hash,
        counter_id: entry.counterId,
        seq: entry.seq,
        operation_hash: entry.operationHash,
        verdict: entry.verdict,
        code: entry.code,
        reason: entry.reason,
      });
      for (const [key, counters] of pending) {
        if ((counters.get(entry.counterId) ?? 0) > entry.seq) continue;
        counters.delete(entry.counterId);
        if (counters.size === 0) pending.delete(key);
      }
      if (!isOwn) dropHeads.run({ counter_id: entry.counterId, seq: entry.seq });
      last = { position: entry.position, hash: entry.hash };
    }
  }

  function askRefold(how: Refold): void {
    const asked = meta.get({ key: REFOLD_DUE })?.value;
    if (how === 'all' || (how === 'noted' && asked === undefined)) putMeta.run({ key: REFOLD_DUE, value: how });
  }

  /** Folds anew what something has asked for. Returns whether it has. */
  function refoldWhereDue(): boolean {
    const asked = meta.get({ key: REFOLD_DUE })?.value;
    if (asked === undefined) return false;
    if (asked === 'noted' && log.isWhole()) journal.refoldNoted();
    else options.rebuild();
    dropMeta.run({ key: REFOLD_DUE });
    // What does not fit behind the order any more is seen to be left out from here on, before headquarters has said so.
    const atSeq = ownLast.get({})?.seq ?? 0;
    for (const { seq } of unfoldedOf.all({ counter_id: options.counterId() })) hear.run({ seq, at_seq: atSeq });
    return true;
  }

  /** Lets the log forget what has its final place; it begins once nothing is without one. */
  function keepLog(): void {
    if (meta.get({ key: REFOLD_DUE }) !== undefined) return;
    if (log.isWhole()) log.trim(({ counterId, seq }) => entriesOf.get({ counter_id: counterId, seq }) !== undefined);
    else if ((ownLast.get({})?.seq ?? 0) <= lastOrderedOf(options.counterId()) && !hasUnordered()) log.begin();
  }
  const hasUnordered = (): boolean => anyUnordered.get() !== undefined;

  function firstLoad() {
    const text = meta.get({ key: FIRST_LOAD })?.value;
    if (text === undefined) return null;
    if (text === DUE) return { state: 'due' } as const;
    return { state: 'loading', ...(JSON.parse(text) as LoadTarget) } as const;
  }

  return {
    ...feedWords(connection, options.counterId),
    neighbours: neighbourStore({ connection, counterId: options.counterId, journal, write, keepForeign }),
    enrolledBranch: () => meta.get({ key: ENROLLED })?.value ?? null,
    setEnrolledBranch(branchNo) {
      write(() => {
        putMeta.run({ key: ENROLLED, value: branchNo });
        const isNew = end().position === 0 && (ownLast.get({})?.seq ?? 0) === 0;
        if (isNew && meta.get({ key: FIRST_LOAD }) === undefined) putMeta.run({ key: FIRST_LOAD, value: DUE });
      });
    },
    firstLoad,
    beginLoad(target) {
      putMeta.run({ key: FIRST_LOAD, value: target === null ? DUE : JSON.stringify(target) });
    },
    load(entries) {
      write(() => {
        options.holdSearch();
        followAll(entries);
      });
    },
    endLoad() {
      write(() => {
        const load = firstLoad();
        if (load === null) return;
        if (load.state === 'loading' && feedHash.get({ position: load.position })?.hash !== load.hash) {
          throw refused(0, 'FEED_BROKEN', 'what was loaded does not end as headquarters said');
        }
        if (!refoldWhereDue()) options.settleSearch();
        // Its days go on from where its neighbours are.
        const date = lastOpenDay.get({ area: OPEN_DAYS.name })?.date;
        if (date != null) putMeta.run({ key: FIRST_DAY, value: date });
        dropMeta.run({ key: FIRST_LOAD });
      });
    },
    putStaff(rows) {
      const text = JSON.stringify(rows);
      if (rows.length === 0 || text === staffText) return;
      write(() => {
        dropStaff.run({});
        for (const row of rows) putStaff.run({ staff_no: row.staffNo, name: row.name, role: row.role, password_hash: row.passwordHash });
      });
      staffText = text;
    },
    feedEnd: end,
    feedHash: (position) => (position === 0 ? GENESIS_HASH : (feedHash.get({ position })?.hash ?? null)),
    follow(entries, { upToDate }) {
      write(() => {
        followAll(entries);
        if (upToDate) refoldWhereDue();
        keepLog();
      });
    },
    forgetOrderAfter(position) {
      write(() => {
        dropAfter.run({ position });
        // Headquarters may order once more, in another order, what has been folded.
        askRefold('all');
      });
    },
    heard: () => heard.all({ limit: MAX_HEARD }).map(({ seq, at_seq }) => ({ seq, atSeq: at_seq })),
    setAside(limit) {
      const counterId = options.counterId();
      const rows = setAside.all({ counter_id: counterId, applied: 'applied', limit: MAX_SET_ASIDE }).filter((row) => {
        // Held already from another journal: counted there, once.
        if (row.code === 'OPERATION_HELD' || settledOf(row.id) !== null) return false;
        // One that was accepted later has a second entry.
        return !entriesOf.all({ counter_id: counterId, seq: row.seq }).some(({ verdict }) => verdict === 'applied');
      });
      return { rows: rows.slice(0, limit).map(setAsideOf), total: rows.length };
    },
    cases: () =>
      cases.all({}).map(({ body }) => {
        const told = JSON.parse(body) as ExceptionCase;
        // What was settled here is settled at once; headquarters learns of it with the operation.
        const settled = settledOf(told.caseId);
        return settled === null ? told : { ...told, state: 'settled', note: settled.reason };
      }),
    operation({ counterId, seq }) {
      const row = counterId === options.counterId() ? ownAt.get({ seq }) : foreignAt.get({ counter_id: counterId, seq });
      return row === undefined ? null : operationOf(row);
    },
    operationById(id) {
      const row = ownById.get({ id }) ?? foreignById.get({ id });
      return row === undefined ? null : operationOf(row);
    },
    leaveOut(act) {
      return write((tx) => {
        const { operationId, again } = act(tx);
        discard.run({ operation_id: operationId });
        options.rebuild();
        if (again !== null) {
          const place = { counterId: options.counterId(), seq: 1, previousHash: GENESIS_HASH, hash: 'f'.repeat(64) };
          const parsed = operationSchema.safeParse({ ...again, ...place });
          if (!parsed.success) throw notUnderstood(parsed.error.issues[0]);
          tx.append(again);
        }
      });
    },
    renew: (renewal) => renewJournal(options, renewal),
    refusedDocuments: () =>
      refusedDocuments.all({ kind: 'master-data.published' }).map(({ payload }) => JSON.parse(payload) as MasterDataPublished),
    putCases(all) {
      const text = JSON.stringify(all);
      if (text === casesText) return;
      write(() => {
        // Headquarters tells all of them; one that a restored headquarters has forgotten is found anew or was none.
        connection.exec('DELETE FROM exception_case');
        for (const one of all) {
          putCase.run({ case_id: one.caseId, state: one.state, opened_at_ms: one.openedAtMs, body: JSON.stringify(one) });
        }
      });
      casesText = text;
    },
  };
}

/** Says which text of the payload is refused and why, in the words that forms know. */
function notUnderstood(issue: z.core.$ZodIssue | undefined): Fault {
  const [head, field] = issue?.path ?? [];
  const reason = issue?.code === 'too_small' ? 'empty' : issue?.code === 'too_big' ? 'long' : 'form';
  return new Fault('INPUT_INVALID', head === 'payload' && typeof field === 'string' ? { field, reason } : { field: 'correction', reason });
}

function setAsideOf(row: BranchSchema['operation'] & Pick<BranchSchema['feed'], 'verdict' | 'code' | 'reason'>): SetAside {
  const { id, kind, accountId, clerk, recordedAtMs } = operationOf(row);
  const { seq, code, reason } = row;
  return { seq, id, kind, accountId, clerk, recordedAtMs, verdict: row.verdict === 'conflict' ? 'conflict' : 'quarantined', code, reason };
}
