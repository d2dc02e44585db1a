// Shifts and openings of drawers as the fold writes them and as they are read.
import { sql } from 'kysely';
import type { ShiftRow, ShiftTables } from '../../shared/domain/shifts.ts';
import type { ReadStore } from '../core/ports/store.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import { type JsonMemo, openingOf, operationOf, shiftOf } from './rows.ts';
import type { BranchSchema } from './schema.ts';

// Spelled as in the partial indexes of migration 0010, so that SQLite uses them.
const unclosed = sql<boolean>`state <> 'closed'`;
/** Under the number of this counter, and under those it had before its journal forked: the drawer is the same. */
const atThisCounter = sql<boolean>`counter_id IN (SELECT value FROM meta WHERE key = 'counter-id' OR key GLOB 'former-counter/*')`;
const inShift = sql<boolean>`shift_id <> ''`;

const statements = {
  shift: built((p: Place<{ shift_id: string }>) => build.selectFrom('shift').selectAll().where('shift_id', '=', p('shift_id'))),
  insertShift: inserts('shift', ['shift_id', 'clerk', 'business_date', 'opened_at_ms', 'float_fen', 'state', 'counter_id', 'body']),
  updateShift: built((p: Place<Pick<BranchSchema['shift'], 'shift_id' | 'state' | 'body'>>) =>
    build
      .updateTable('shift')
      .set({ state: p('state'), body: p('body') })
      .where('shift_id', '=', p('shift_id')),
  ),
  insertOpening: inserts('drawer_opening', [
    'opening_id',
    'counter_id',
    'shift_id',
    'business_date',
    'staff_no',
    'why',
    'subject_id',
    'reason',
    'approved_by',
    'at_ms',
  ]),
  unclosedOf: built((p: Place<{ clerk: string; one: number }>) =>
    build
      .selectFrom('shift')
      .selectAll()
      .where('clerk', '=', p('clerk'))
      .where(atThisCounter)
      .where(unclosed)
      .orderBy('shift_key', 'desc')
      .limit(p('one')),
  ),
  unclosed: built((_p: Place<Record<string, never>>) =>
    build.selectFrom('shift').selectAll().where(unclosed).orderBy('opened_at_ms').orderBy('shift_id'),
  ),
  ofDate: built((p: Place<{ business_date: string }>) =>
    build.selectFrom('shift').selectAll().where('business_date', '=', p('business_date')).orderBy('opened_at_ms').orderBy('shift_id'),
  ),
  // Spelled as in the partial index of migration 0022.
  endedBy: built((p: Place<{ hash: string }>) =>
    build
      .selectFrom('operation')
      .select('shift_id')
      .where('hash', '=', p('hash'))
      .where(sql<boolean>`kind IN ('shift.closed', 'shift.handed-over')`),
  ),
  lastClosed: built((p: Place<{ closed: 'closed'; one: number }>) =>
    build
      .selectFrom('shift')
      .selectAll()
      .where(atThisCounter)
      .where('state', '=', p('closed'))
      .orderBy('shift_key', 'desc')
      .limit(p('one')),
  ),
  operations: built((p: Place<{ shift_id: string }>) =>
    build.selectFrom('operation').selectAll().where('shift_id', '=', p('shift_id')).where(inShift).orderBy('seq'),
  ),
  foreignOperations: built((p: Place<{ shift_id: string }>) =>
    build
      .selectFrom('foreign_operation')
      .selectAll()
      .where('shift_id', '=', p('shift_id'))
      .where(inShift)
      .orderBy('counter_id')
      .orderBy('seq'),
  ),
  openingsOfShift: built((p: Place<{ shift_id: string }>) =>
    build.selectFrom('drawer_opening').selectAll().where('shift_id', '=', p('shift_id')).orderBy('at_ms').orderBy('opening_id'),
  ),
  openingsOn: built((p: Place<{ business_date: string }>) =>
    build.selectFrom('drawer_opening').selectAll().where('business_date', '=', p('business_date')).orderBy('at_ms').orderBy('opening_id'),
  ),
};

const bodyOf = ({ carriedFrom, movements, counts, ending }: ShiftRow) => ({ carriedFrom, movements, counts, ending });

/** Returns the fold's tables of shifts on a connection that may write. */
export function shiftTables(connection: Connection, json: JsonMemo): ShiftTables {
  const shift = prepare(connection, statements.shift);
  const insertShift = prepare(connection, statements.insertShift);
  const updateShift = prepare(connection, statements.updateShift);
  const insertOpening = prepare(connection, statements.insertOpening);
  return {
    getShift(shiftId) {
      const row = shift.get({ shift_id: shiftId });
      return row === undefined ? null : shiftOf(row, json);
    },
    insertShift(row) {
      insertShift.run({
        shift_id: row.shiftId,
        clerk: row.clerk,
        business_date: row.businessDate,
        opened_at_ms: row.openedAtMs,
        float_fen: row.floatFen,
        state: row.state,
        counter_id: row.counterId,
        body: json.text(bodyOf(row)),
      });
    },
    updateShift(row) {
      updateShift.run({ shift_id: row.shiftId, state: row.state, body: json.text(bodyOf(row)) });
    },
    insertDrawerOpening(opening) {
      insertOpening.run({
        opening_id: opening.openingId,
        counter_id: opening.counterId,
        shift_id: opening.shiftId,
        business_date: opening.businessDate,
        staff_no: opening.by,
        why: opening.why,
        subject_id: opening.subjectId,
        reason: opening.reason,
        approved_by: opening.approvedBy,
        at_ms: opening.atMs,
      });
    },
  };
}

type ShiftReads = Pick<
  ReadStore,
  | 'shift'
  | 'openShiftOf'
  | 'unclosedShifts'
  | 'shiftsOf'
  | 'lastClosedShift'
  | 'shiftEndedBy'
  | 'operationsOfShift'
  | 'drawerOpeningsOf'
  | 'drawerOpeningsOn'
>;

/** Returns the reading half on a connection. */
export function shiftReads(connection: Connection, json: JsonMemo): ShiftReads {
  const shift = prepare(connection, statements.shift);
  const unclosedOf = prepare(connection, statements.unclosedOf);
  const allUnclosed = prepare(connection, statements.unclosed);
  const ofDate = prepare(connection, statements.ofDate);
  const endedBy = prepare(connection, statements.endedBy);
  const lastClosed = prepare(connection, statements.lastClosed);
  const operations = prepare(connection, statements.operations);
  const foreignOperations = prepare(connection, statements.foreignOperations);
  const openingsOfShift = prepare(connection, statements.openingsOfShift);
  const openingsOn = prepare(connection, statements.openingsOn);
  const rowOf = (row: BranchSchema['shift']) => shiftOf(row, json);
  const orNull = (row: BranchSchema['shift'] | undefined) => (row === undefined ? null : rowOf(row));
  return {
    shift: (shiftId) => orNull(shift.get({ shift_id: shiftId })),
    openShiftOf: (clerk) => orNull(unclosedOf.get({ clerk, one: 1 })),
    unclosedShifts: () => allUnclosed.all({}).map(rowOf),
    shiftsOf: (businessDate) => ofDate.all({ business_date: businessDate }).map(rowOf),
    lastClosedShift: () => orNull(lastClosed.get({ closed: 'closed', one: 1 })),
    shiftEndedBy: (hash) => orNull(shift.get({ shift_id: endedBy.get({ hash })?.shift_id ?? '' })),
    operationsOfShift: (shiftId) => {
      // Both where the counter went on under another number within the shift.
      const all = [...foreignOperations.all({ shift_id: shiftId }), ...operations.all({ shift_id: shiftId })];
      return [...new Map(all.map((row) => [row.id, row])).values()].map(operationOf);
    },
    drawerOpeningsOf: (shiftId) => openingsOfShift.all({ shift_id: shiftId }).map(openingOf),
    drawerOpeningsOn: (businessDate) => openingsOn.all({ business_date: businessDate }).map(openingOf),
  };
}
