// The journal's writer: numbers, chains and hashes each operation, posts it and folds it into the projections; and the fold of what others wrote.
import { hash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../../shared/domain/canonical.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { fold } from '../../shared/domain/fold.ts';
import type { Posting } from '../../shared/domain/ledger.ts';
import { documentText, isMasterData } from '../../shared/domain/master-data.ts';
import { GENESIS_HASH, type NewOperation, OPERATION_KINDS, type Operation } from '../../shared/domain/operation.ts';
import { postingsOf } from '../../shared/domain/postings.ts';
import type { FoldLog, OperationPlace } from './fold-log.ts';
import { build, built, type Connection, databaseFault, inserts, type Place, prepare } from './hot.ts';
import { type JsonMemo, operationOf } from './rows.ts';
import type { BranchSchema, OperationTable } from './schema.ts';
import type { BranchTables } from './tables.ts';

const statements = {
  last: built((p: Place<{ one: number }>) => build.selectFrom('operation').select(['seq', 'hash']).orderBy('seq', 'desc').limit(p('one'))),
  insertOperation: inserts(
    'operation',
    [
      'seq',
      'id',
      'counter_id',
      'kind',
      'business_date',
      'shift_id',
      'clerk',
      'account_id',
      'recorded_at_ms',
      'payload',
      'previous_hash',
      'hash',
    ],
    'id',
  ),
  insertPosting: inserts('posting', ['seq', 'line', 'ledger_account', 'dimension', 'amount_fen']),
  addBalance: built((p: Place<BranchSchema['ledger_balance']>) =>
    build
      .insertInto('ledger_balance')
      .values({ ledger_account: p('ledger_account'), dimension: p('dimension'), amount_fen: p('amount_fen') })
      .onConflict((conflict) =>
        conflict
          .columns(['ledger_account', 'dimension'])
          .doUpdateSet((eb) => ({ amount_fen: eb('ledger_balance.amount_fen', '+', eb.ref('excluded.amount_fen')) })),
      ),
  ),
  after: built((p: Place<{ seq: number; limit: number }>) =>
    build.selectFrom('operation').selectAll().where('seq', '>', p('seq')).orderBy('seq').limit(p('limit')),
  ),
  insertForeignPosting: inserts('foreign_posting', ['counter_id', 'seq', 'line', 'ledger_account', 'dimension', 'amount_fen']),
  insertUnfolded: built((p: Place<OperationKey>) => build.replaceInto('unfolded').values({ counter_id: p('counter_id'), seq: p('seq') })),
  entriesAfter: built((p: Place<{ position: number; limit: number }>) =>
    build
      .selectFrom('feed')
      .select(['position', 'counter_id', 'seq', 'verdict'])
      .where('position', '>', p('position'))
      .orderBy('position')
      .limit(p('limit')),
  ),
  entriesOf: built((p: Place<OperationKey>) =>
    build
      .selectFrom('feed')
      .select(['position', 'counter_id', 'seq', 'verdict'])
      .where('counter_id', '=', p('counter_id'))
      .where('seq', '=', p('seq')),
  ),
  dropUnfolded: built((p: Place<OperationKey>) =>
    build.deleteFrom('unfolded').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  own: built((p: Place<{ seq: number }>) => build.selectFrom('operation').selectAll().where('seq', '=', p('seq'))),
  foreign: built((p: Place<OperationKey>) =>
    build.selectFrom('foreign_operation').selectAll().where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  /** What headquarters had ordered and has forgotten. */
  foreignUnordered: built((_p: Place<Record<string, never>>) =>
    build
      .selectFrom('foreign_operation')
      .selectAll('foreign_operation')
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('feed')
              .select('feed.position')
              .whereRef('feed.counter_id', '=', 'foreign_operation.counter_id')
              .whereRef('feed.seq', '=', 'foreign_operation.seq'),
          ),
        ),
      )
      .orderBy('foreign_operation.counter_id')
      .orderBy('foreign_operation.seq'),
  ),
  isDiscarded: built((p: Place<{ id: string }>) =>
    build.selectFrom('discarded').select('operation_id').where('operation_id', '=', p('id')),
  ),
  foreignById: built((p: Place<{ id: string }>) => build.selectFrom('foreign_operation').select('seq').where('id', '=', p('id'))),
  postings: built((p: Place<{ seq: number }>) => build.selectFrom('posting').selectAll().where('seq', '=', p('seq')).orderBy('line')),
};

type OperationKey = { counter_id: string; seq: number };
type EntryRow = OperationKey & Pick<BranchSchema['feed'], 'position' | 'verdict'>;

const PAGE = 500;
/** Own operations that count nowhere, unless headquarters counts them: settled so, or held from another journal under the same id. */
const LEFT_OUT = `SELECT seq FROM operation
  WHERE (id IN (SELECT operation_id FROM discarded) OR id IN (SELECT id FROM foreign_operation))
  AND NOT EXISTS (SELECT 1 FROM feed WHERE feed.counter_id = operation.counter_id AND feed.seq = operation.seq AND verdict <> 'quarantined')`;
/** Operations that this counter made under a former number, or that neighbours brought, and that headquarters has put in quarantine. */
const FOREIGN_LEFT_OUT = `SELECT counter_id, seq FROM feed WHERE verdict = 'quarantined'
  EXCEPT SELECT counter_id, seq FROM feed WHERE verdict <> 'quarantined'`;
const KNOWN_KINDS = new Set<string>(OPERATION_KINDS);

export interface Journal {
  /** As WriteTx.append; only inside a transaction. A throw leaves the transaction unfit to commit. */
  append(operation: NewOperation): Operation | null;
  /**
   * Appends an operation that a former journal held, under its own id, with the postings it had; folds it where it fits. Returns whether it was
   * appended: not where its id is held already.
   */
  appendAgain(operation: Operation, had: readonly Posting[]): boolean;
  /** Must be called after every rollback, and when the counter has another number. */
  rolledBack(): void;
  /**
   * Folds all operations into the projections, which must be empty, and sums up the balances: first what headquarters has ordered, in its order
   * and without the changes it has left out, then the rest as far as it fits on that. What is to be done in between, `ordered` does.
   */
  refold(ordered: () => void): void;
  /** As `refold`, of what the log has noted and of nothing else: the same rows, in a time that what is older does not lengthen. The log must be whole. */
  refoldNoted(): void;
  /** Posts an operation of another counter, and folds it where `fold` says so and it fits. */
  takeForeign(operation: Operation, how: { readonly fold: boolean }): 'folded' | 'unfolded';
  /** Posts an operation of another counter whose change of state was left out. */
  postForeign(operation: Operation): void;
  /** Remembers that an operation is not in the projections. */
  leaveUnfolded(place: OperationPlace): void;
  /** Recomputes numbers, chain, hashes and postings; `firstBadSeq` is the lowest one that is not as it was written. */
  verify(): { readonly ok: boolean; readonly firstBadSeq?: number };
}

/** Returns the journal of a counter on a connection that may write. */
export function journal(options: {
  readonly connection: Connection;
  readonly counterId: () => string;
  readonly tables: BranchTables;
  readonly json: JsonMemo;
  /** Whether a document that came by the feed was signed by headquarters; one that was not is kept and changes nothing. */
  readonly isSigned: (text: string, signature: string) => boolean;
  readonly log: FoldLog;
}): Journal {
  const { connection, tables, json, isSigned, log } = options;
  const lastOperation = prepare(connection, statements.last);
  const insertOperation = prepare(connection, statements.insertOperation);
  const insertPosting = prepare(connection, statements.insertPosting);
  const addBalance = prepare(connection, statements.addBalance);
  const after = prepare(connection, statements.after);
  const postings = prepare(connection, statements.postings);
  const insertForeignPosting = prepare(connection, statements.insertForeignPosting);
  const insertUnfolded = prepare(connection, statements.insertUnfolded);
  const entriesAfter = prepare(connection, statements.entriesAfter);
  const entriesOf = prepare(connection, statements.entriesOf);
  const own = prepare(connection, statements.own);
  const foreign = prepare(connection, statements.foreign);
  const foreignUnordered = prepare(connection, statements.foreignUnordered);
  const dropUnfolded = prepare(connection, statements.dropUnfolded);
  const isDiscarded = prepare(connection, statements.isDiscarded);
  const foreignById = prepare(connection, statements.foreignById);
  const savepoint = connection.prepare('SAVEPOINT one_fold');
  const release = connection.prepare('RELEASE one_fold');
  const rollBackFold = connection.prepare('ROLLBACK TO one_fold');
  let head: { readonly seq: number; readonly hash: string } | null = null;

  const paid = (topupId: string) => {
    const topup = tables.getTopup(topupId);
    if (topup === null) throw new RangeError(`operation names an unknown top-up ${topupId}`);
    return topup.payment;
  };
  const addToBalance = (posting: Posting): void => {
    addBalance.run({ ledger_account: posting.ledgerAccount, dimension: posting.dimension, amount_fen: posting.amountFen });
  };
  function* operations(fromSeq = 0): Generator<{ operation: Operation; payloadJson: string }> {
    for (let seq = fromSeq; ; ) {
      const rows = after.all({ seq, limit: PAGE });
      for (const row of rows) yield { operation: operationOf(row), payloadJson: row.payload };
      const last = rows.at(-1);
      if (last === undefined) return;
      seq = last.seq;
    }
  }
  const leaveUnfolded = (place: OperationPlace): void => {
    insertUnfolded.run({ counter_id: place.counterId, seq: place.seq });
  };
  /** Whether an own operation that headquarters does not count counts nowhere: settled so, or another journal has it under the same id. */
  const isLeftOut = (id: string): boolean => isDiscarded.get({ id }) !== undefined || foreignById.get({ id }) !== undefined;
  /** Folds an operation where it fits; where it does not, nothing of it is left. Returns whether it does. */
  const foldIfFits = (operation: Operation): boolean => {
    log.note(operation);
    if (!KNOWN_KINDS.has(operation.kind)) return false;
    if (isMasterData(operation) && !isSigned(documentText(operation.payload), operation.payload.signature)) return false;
    tables.begin();
    savepoint.run();
    try {
      fold(operation, tables);
      release.run();
      return true;
    } catch (error) {
      if (!doesNotFit(databaseFault(error))) throw error;
      rollBackFold.run();
      release.run();
      tables.rolledBack('fold');
      return false;
    }
  };
  const refoldOne = (row: OperationTable): void => {
    const operation = operationOf(row);
    json.remember(operation.payload, row.payload);
    if (!foldIfFits(operation)) leaveUnfolded(operation);
  };
  /** Folds what an entry of the feed is about, as its verdict says. */
  const refoldEntry = (entry: EntryRow): void => {
    const isOwn = entry.counter_id === options.counterId();
    if (entry.verdict === 'conflict') return;
    // An own operation that headquarters could not read has its effect here at once, unless its place in the order comes later.
    if (entry.verdict === 'quarantined' && (!isOwn || entriesOf.all({ counter_id: entry.counter_id, seq: entry.seq }).length > 1)) return;
    const row = isOwn ? own.get({ seq: entry.seq }) : foreign.get({ counter_id: entry.counter_id, seq: entry.seq });
    if (row === undefined || (isOwn && entry.verdict === 'quarantined' && isLeftOut(row.id))) return;
    refoldOne(row);
  };
  /** Folds what headquarters has ordered; returns the last own seq among it. */
  const refoldOrdered = (): number => {
    let lastOwn = 0;
    for (let position = 0; ; ) {
      const entries = entriesAfter.all({ position, limit: PAGE });
      for (const entry of entries) {
        position = entry.position;
        if (entry.counter_id === options.counterId()) lastOwn = Math.max(lastOwn, entry.seq);
        refoldEntry(entry);
      }
      if (entries.length === 0) return lastOwn;
    }
  };
  const postForeign = (operation: Operation): void => {
    let line = 0;
    for (const posting of postingsOf(operation, paid)) {
      line += 1;
      insertForeignPosting.run({
        counter_id: operation.counterId,
        seq: operation.seq,
        line,
        ledger_account: posting.ledgerAccount,
        dimension: posting.dimension,
        amount_fen: posting.amountFen,
      });
      addToBalance(posting);
    }
  };
  /** What the operation posts by the rules; null where they need a top-up that is not folded. */
  const postingsNow = (operation: Operation): readonly Posting[] | null => {
    try {
      return postingsOf(operation, paid);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  };
  const samePostings = (seq: number, expected: readonly Posting[] | null): boolean => {
    const rows = postings.all({ seq });
    if (expected === null) return rows.reduce((sum, row) => sum + row.amount_fen, 0) === 0;
    return (
      rows.length === expected.length &&
      rows.every((row, line) => {
        const posting = expected[line];
        return (
          posting !== undefined &&
          row.line === line + 1 &&
          row.ledger_account === posting.ledgerAccount &&
          row.dimension === posting.dimension &&
          row.amount_fen === posting.amountFen
        );
      })
    );
  };
  /** Writes the operation at the end of the chain; null where its id is there already. */
  const chain = (facts: NewOperation, payloadJson: string): Operation | null => {
    head ??= lastOperation.get({ one: 1 }) ?? { seq: 0, hash: GENESIS_HASH };
    const place = { counterId: options.counterId(), seq: head.seq + 1, previousHash: head.hash };
    const own = hash('sha256', operationPreimage({ ...facts, ...place }, payloadJson), 'hex');
    const operation: Operation = { ...facts, ...place, hash: own };
    const inserted = insertOperation.run({
      seq: operation.seq,
      id: operation.id,
      counter_id: operation.counterId,
      kind: operation.kind,
      business_date: operation.businessDate,
      shift_id: operation.shiftId,
      clerk: operation.clerk,
      account_id: operation.accountId,
      recorded_at_ms: operation.recordedAtMs,
      payload: payloadJson,
      previous_hash: operation.previousHash,
      hash: own,
    });
    if (inserted === 0) return null;
    head = { seq: operation.seq, hash: own };
    return operation;
  };
  const post = (seq: number, all: readonly Posting[]): void => {
    for (const [index, posting] of all.entries()) {
      insertPosting.run({
        seq,
        line: index + 1,
        ledger_account: posting.ledgerAccount,
        dimension: posting.dimension,
        amount_fen: posting.amountFen,
      });
      addToBalance(posting);
    }
  };
  return {
    append(facts) {
      tables.begin();
      const payloadJson = canonicalJson(facts.payload);
      // These two payloads become columns of the top-up and are read again at its next steps.
      if (facts.kind === 'topup.paid' || facts.kind === 'topup.intended') json.remember(facts.payload, payloadJson);
      const operation = chain(facts, payloadJson);
      if (operation === null) return null;
      post(operation.seq, postingsOf(facts, paid));
      log.note(operation);
      fold(operation, tables);
      return operation;
    },
    appendAgain(former, had) {
      if (foreignById.get({ id: former.id }) !== undefined) return false;
      const { id, kind, businessDate, shiftId, clerk, accountId, recordedAtMs, payload } = former;
      const facts = { id, kind, businessDate, shiftId, clerk, accountId, recordedAtMs, payload } as NewOperation;
      const operation = chain(facts, canonicalJson(payload));
      if (operation === null) return false;
      post(operation.seq, had);
      if (!foldIfFits(operation)) leaveUnfolded(operation);
      return true;
    },
    rolledBack() {
      head = null;
      tables.rolledBack('transaction');
      log.rolledBack();
    },
    refold(ordered) {
      log.forget();
      connection.exec('DELETE FROM unfolded');
      const lastOrdered = refoldOrdered();
      ordered();
      const isOrdered = lastOrdered > 0 || entriesAfter.get({ position: 0, limit: 1 }) !== undefined;
      // What has no place in the order yet may have to be taken back.
      if (isOrdered) log.begin();
      for (const row of foreignUnordered.all({})) refoldOne(row);
      for (const { operation, payloadJson } of operations(lastOrdered)) {
        if (isLeftOut(operation.id)) continue;
        tables.begin();
        json.remember(operation.payload, payloadJson);
        if (isOrdered) {
          if (!foldIfFits(operation)) leaveUnfolded(operation);
        } else fold(operation, tables);
      }
      connection.exec(`INSERT INTO ledger_balance (ledger_account, dimension, amount_fen)
        SELECT ledger_account, dimension, sum(amount_fen)
        FROM (SELECT ledger_account, dimension, amount_fen FROM posting WHERE seq NOT IN (${LEFT_OUT})
          UNION ALL SELECT ledger_account, dimension, amount_fen FROM foreign_posting WHERE (counter_id, seq) NOT IN (${FOREIGN_LEFT_OUT}))
        GROUP BY ledger_account, dimension`);
    },
    refoldNoted() {
      const counterId = options.counterId();
      const places = log.takeBack();
      tables.rolledBack('transaction');
      const entries: EntryRow[] = [];
      const unordered: OperationKey[] = [];
      for (const place of places) {
        const key = { counter_id: place.counterId, seq: place.seq };
        dropUnfolded.run(key);
        const found = entriesOf.all(key);
        entries.push(...found);
        if (found.length === 0) unordered.push(key);
      }
      for (const entry of entries.sort((left, right) => left.position - right.position)) refoldEntry(entry);
      const isOwn = ({ counter_id }: OperationKey) => counter_id === counterId;
      const others = unordered.filter((key) => !isOwn(key)).sort(byCounter);
      for (const key of others) {
        const row = foreign.get(key);
        if (row !== undefined) refoldOne(row);
      }
      for (const { seq } of unordered.filter(isOwn).sort((left, right) => left.seq - right.seq)) {
        const row = own.get({ seq });
        if (row !== undefined && !isLeftOut(row.id)) refoldOne(row);
      }
    },
    takeForeign(operation, how) {
      tables.begin();
      postForeign(operation);
      if (how.fold && foldIfFits(operation)) return 'folded';
      log.note(operation);
      leaveUnfolded(operation);
      return 'unfolded';
    },
    postForeign(operation) {
      tables.begin();
      postForeign(operation);
    },
    leaveUnfolded(place) {
      log.note(place);
      leaveUnfolded(place);
    },
    verify() {
      let previous = { seq: 0, hash: GENESIS_HASH };
      for (const { operation, payloadJson } of operations()) {
        const { seq } = operation;
        tables.begin();
        const sound =
          seq === previous.seq + 1 &&
          operation.counterId === options.counterId() &&
          operation.previousHash === previous.hash &&
          operation.hash === hash('sha256', operationPreimage(operation, payloadJson), 'hex') &&
          samePostings(seq, postingsNow(operation));
        if (!sound) return { ok: false, firstBadSeq: previous.seq + 1 };
        previous = { seq, hash: operation.hash };
      }
      return { ok: true };
    },
  };
}

const byCounter = (left: OperationKey, right: OperationKey): number =>
  left.counter_id === right.counter_id ? left.seq - right.seq : left.counter_id < right.counter_id ? -1 : 1;

/** Whether the fold refused an operation because of what is there already: its rules did, or a key that is taken or missing. */
function doesNotFit(error: unknown): boolean {
  if (!(error instanceof Fault)) return error instanceof RangeError;
  return error.code !== 'DATABASE_FAILED' || String(error.context.reason).startsWith('SQLITE_CONSTRAINT');
}
