// The journal's writer: numbers, chains and hashes each operation, posts it and folds it into the projections.
import { hash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../../shared/domain/canonical.ts';
import { fold } from '../../shared/domain/fold.ts';
import type { Posting } from '../../shared/domain/ledger.ts';
import { GENESIS_HASH, type NewOperation, type Operation } from '../../shared/domain/operation.ts';
import { postingsOf } from '../../shared/domain/postings.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import { type JsonMemo, operationOf } from './rows.ts';
import type { BranchSchema } from './schema.ts';
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
  postings: built((p: Place<{ seq: number }>) => build.selectFrom('posting').selectAll().where('seq', '=', p('seq')).orderBy('line')),
};

const PAGE = 500;

export interface Journal {
  /** As WriteTx.append; only inside a transaction. A throw leaves the transaction unfit to commit. */
  append(operation: NewOperation): Operation | null;
  /** Must be called after every rollback. */
  rolledBack(): void;
  /** Folds all operations into the projections, which must be empty, and posts their balances. */
  refold(): void;
  /** Recomputes numbers, chain, hashes and postings; `firstBadSeq` is the lowest one that is not as it was written. */
  verify(): { readonly ok: boolean; readonly firstBadSeq?: number };
}

/** Returns the journal of counter `counterId` on a connection that may write. */
export function journal(options: {
  readonly connection: Connection;
  readonly counterId: string;
  readonly tables: BranchTables;
  readonly json: JsonMemo;
}): Journal {
  const { connection, counterId, tables, json } = options;
  const lastOperation = prepare(connection, statements.last);
  const insertOperation = prepare(connection, statements.insertOperation);
  const insertPosting = prepare(connection, statements.insertPosting);
  const addBalance = prepare(connection, statements.addBalance);
  const after = prepare(connection, statements.after);
  const postings = prepare(connection, statements.postings);
  let head: { readonly seq: number; readonly hash: string } | null = null;

  const paid = (topupId: string) => {
    const topup = tables.getTopup(topupId);
    if (topup === null) throw new RangeError(`operation names an unknown top-up ${topupId}`);
    return topup.payment;
  };
  const addToBalance = (posting: Posting): void => {
    addBalance.run({ ledger_account: posting.ledgerAccount, dimension: posting.dimension, amount_fen: posting.amountFen });
  };
  function* operations(): Generator<{ operation: Operation; payloadJson: string }> {
    for (let seq = 0; ; ) {
      const rows = after.all({ seq, limit: PAGE });
      for (const row of rows) yield { operation: operationOf(row), payloadJson: row.payload };
      const last = rows.at(-1);
      if (last === undefined) return;
      seq = last.seq;
    }
  }
  const samePostings = (seq: number, expected: readonly Posting[]): boolean => {
    const rows = postings.all({ seq });
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
  return {
    append(facts) {
      head ??= lastOperation.get({ one: 1 }) ?? { seq: 0, hash: GENESIS_HASH };
      tables.begin();
      const payloadJson = canonicalJson(facts.payload);
      // These two payloads become columns of the top-up and are read again at its next steps.
      if (facts.kind === 'topup.paid' || facts.kind === 'topup.intended') json.remember(facts.payload, payloadJson);
      const place = { counterId, seq: head.seq + 1, previousHash: head.hash };
      const own = hash('sha256', operationPreimage({ ...facts, ...place }, payloadJson), 'hex');
      const operation: Operation = { ...facts, ...place, hash: own };
      const inserted = insertOperation.run({
        seq: operation.seq,
        id: operation.id,
        counter_id: counterId,
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
      let line = 0;
      for (const posting of postingsOf(facts, paid)) {
        line += 1;
        insertPosting.run({
          seq: operation.seq,
          line,
          ledger_account: posting.ledgerAccount,
          dimension: posting.dimension,
          amount_fen: posting.amountFen,
        });
        addToBalance(posting);
      }
      fold(operation, tables);
      head = { seq: operation.seq, hash: own };
      return operation;
    },
    rolledBack() {
      head = null;
      tables.rolledBack();
    },
    refold() {
      for (const { operation, payloadJson } of operations()) {
        tables.begin();
        json.remember(operation.payload, payloadJson);
        for (const posting of postingsOf(operation, paid)) addToBalance(posting);
        fold(operation, tables);
      }
    },
    verify() {
      let previous = { seq: 0, hash: GENESIS_HASH };
      for (const { operation, payloadJson } of operations()) {
        const { seq } = operation;
        tables.begin();
        const sound =
          seq === previous.seq + 1 &&
          operation.counterId === counterId &&
          operation.previousHash === previous.hash &&
          operation.hash === hash('sha256', operationPreimage(operation, payloadJson), 'hex') &&
          samePostings(seq, postingsOf(operation, paid));
        if (!sound) return { ok: false, firstBadSeq: previous.seq + 1 };
        previous = { seq, hash: operation.hash };
      }
      return { ok: true };
    },
  };
}
