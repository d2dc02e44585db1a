// A counter goes on under another number: its forked journal becomes that of a former counter, and what only it holds is appended again.
import { SEGMENTS } from '../../shared/domain/documents.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { Posting } from '../../shared/domain/ledger.ts';
import type { NewOperation, Operation } from '../../shared/domain/operation.ts';
import type { CounterRenewed, DoubtfulNumbers } from '../../shared/domain/settling.ts';
import type { Renewal } from '../core/ports/replica.ts';
import type { WriteTx } from '../core/ports/store.ts';
import type { Connection } from './hot.ts';
import type { Journal } from './journal.ts';
import { operationOf } from './rows.ts';
import type { BranchSchema, OperationTable } from './schema.ts';

export interface RenewedStore {
  readonly connection: Connection;
  readonly counterId: () => string;
  readonly journal: Journal;
  readonly write: <T>(act: (tx: WriteTx) => T) => T;
  readonly rebuild: () => void;
  readonly renumbered: () => void;
}

/** Tables that refuse DELETE for everybody else. */
const JOURNAL_TABLES = ['operation', 'posting'] as const;

/**
 * Does it in one transaction and returns what the new journal begins with. Statements that run once in the life of a counter are not prepared
 * beforehand. Throws JOURNAL_BROKEN when what was carried over would not add up to what it was.
 */
export function renewJournal(on: RenewedStore, renewal: Renewal): CounterRenewed {
  const { connection, journal } = on;
  const formerId = on.counterId();
  const { commonSeq, heldSeq } = renewal;
  return on.write((tx) => {
    const formerSeq = tx.lastSeq();
    const after = connection
      .prepare<[number], OperationTable>('SELECT * FROM operation WHERE seq > ? ORDER BY seq')
      .all(commonSeq)
      .map(operationOf);
    const postingsBy = postingsAfter(connection, commonSeq);
    const debitFen = debitsOf(connection);

    connection
      .prepare(
        'INSERT INTO former_operation SELECT counter_id, seq, id, kind, business_date, shift_id, clerk, account_id, recorded_at_ms, payload, previous_hash, hash FROM operation WHERE seq > ?',
      )
      .run(commonSeq);
    connection
      .prepare(
        'INSERT INTO foreign_operation SELECT counter_id, seq, id, kind, business_date, shift_id, clerk, account_id, recorded_at_ms, payload, previous_hash, hash FROM operation WHERE seq <= ?',
      )
      .run(commonSeq);
    connection
      .prepare('INSERT INTO foreign_posting SELECT ?, seq, line, ledger_account, dimension, amount_fen FROM posting WHERE seq <= ?')
      .run(formerId, commonSeq);
    emptyJournal(connection);
    connection.exec('DELETE FROM heard_conflict; DELETE FROM replication_cursor; DELETE FROM signed_head;');
    connection.prepare("UPDATE meta SET value = ? WHERE key = 'counter-id'").run(renewal.counterId);
    // A shift that was open goes on: the drawer is the same.
    connection.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(`former-counter/${formerId}`, formerId);
    on.renumbered();
    on.rebuild();

    const isNew = after.filter(({ id }) => connection.prepare('SELECT 1 FROM foreign_operation WHERE id = ?').get(id) === undefined);
    const facts = { formerId, commonSeq, formerSeq, heldSeq, carried: isNew.length, numbers: doubtfulNumbers(tx, isNew) };
    const first = renewal.operation(facts);
    tx.append(first);
    for (const operation of isNew) journal.appendAgain(operation, postingsBy.get(operation.seq) ?? []);
    if (isNew.length === after.length && debitsOf(connection) !== debitFen)
      throw new Fault('JOURNAL_BROKEN', { reason: 'renewal does not add up' });
    return first.payload;
  });
}

/** Empties the journal's tables; their triggers are there again before anything else happens. */
function emptyJournal(connection: Connection): void {
  const triggers = connection
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name IN ('operation_refuses_delete', 'posting_refuses_delete')",
    )
    .all();
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
  for (const table of [...JOURNAL_TABLES].reverse()) connection.exec(`DELETE FROM ${table}`);
  for (const { sql } of triggers) connection.exec(sql);
}

function postingsAfter(connection: Connection, seq: number): ReadonlyMap<number, readonly Posting[]> {
  const bySeq = new Map<number, Posting[]>();
  const rows = connection.prepare<[number], BranchSchema['posting']>('SELECT * FROM posting WHERE seq > ? ORDER BY seq, line').all(seq);
  for (const row of rows) {
    const all = bySeq.get(row.seq) ?? [];
    all.push({ ledgerAccount: row.ledger_account, dimension: row.dimension, amountFen: row.amount_fen } as Posting);
    bySeq.set(row.seq, all);
  }
  return bySeq;
}

/** Everything that this counter knows of, debit side, fen. */
function debitsOf(connection: Connection): number {
  const sum = 'SELECT coalesce(sum(amount_fen), 0) FROM';
  const row = connection
    .prepare<[], number>(`SELECT (${sum} posting WHERE amount_fen > 0) + (${sum} foreign_posting WHERE amount_fen > 0)`)
    .pluck()
    .get();
  return row ?? 0;
}

/** Returns the numbers that these operations have put on paper, in runs by kind and beginning. */
function doubtfulNumbers(tx: WriteTx, operations: readonly Operation[]): DoubtfulNumbers[] {
  const runs = new Map<string, DoubtfulNumbers>();
  for (const operation of operations) {
    const given = numberOf(tx, operation);
    if (given === null) continue;
    const key = `${given.what} ${given.no.replace(/\d+$/, '')}`;
    const run = runs.get(key);
    runs.set(key, { what: given.what, first: run?.first ?? given.no, last: given.no, count: (run?.count ?? 0) + 1 });
  }
  return [...runs.values()].slice(0, 100);
}

function numberOf(tx: WriteTx, operation: NewOperation): { readonly what: DoubtfulNumbers['what']; readonly no: string } | null {
  switch (operation.kind) {
    case 'receipt.issued':
      return { what: 'receipt', no: operation.payload.receiptNo };
    case 'account.opened':
      return { what: 'account', no: operation.payload.accountNo };
    case 'request.opened':
      return { what: 'request', no: operation.payload.requestNo };
    case 'invoice.issued': {
      const { segmentId, number } = operation.payload;
      const segment = tx.record(SEGMENTS, segmentId);
      return { what: 'invoice', no: `${segment?.prefix ?? ''}${String(number).padStart(segment?.digits ?? 0, '0')}` };
    }
    default:
      return null;
  }
}
