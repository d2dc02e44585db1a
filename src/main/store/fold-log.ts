// The log of what was folded before its place in headquarters' order was certain: with it such folds are taken back, and nothing else is folded again.
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';

/** More are not kept: folding them again would take as long as folding everything does. */
const MAX_STEPS = 20_000;
/** Key in meta; its value is the migration that the statements were written for. */
const WHOLE_SINCE = 'fold-log';
const PAGE = 500;

export interface OperationPlace {
  readonly counterId: string;
  readonly seq: number;
}

export interface FoldLog {
  /** Whether every operation that is not in the log has its final place: then taking the log back and folding it in order is enough. */
  isWhole(): boolean;
  /** Notes from here on what is folded; all that was folded before has its final place. */
  begin(): void;
  /** Call it before an operation is folded, or left unfolded. */
  note(place: OperationPlace): void;
  has(place: OperationPlace): boolean;
  /** Forgets, from the oldest on, what has its final place. */
  trim(isFinal: (place: OperationPlace) => boolean): void;
  /** Takes everything noted back, newest first, and returns it in the order in which it was noted; the log is empty then. */
  takeBack(): OperationPlace[];
  /** Forgets everything and notes nothing until `begin`. */
  forget(): void;
  /** Must be called after every rollback of a transaction. */
  rolledBack(): void;
}

const statements = {
  addStep: inserts('fold_step', ['counter_id', 'seq', 'first_key']),
  steps: built((p: Place<{ step: number; limit: number }>) =>
    build.selectFrom('fold_step').selectAll().where('step', '>', p('step')).orderBy('step').limit(p('limit')),
  ),
  stepOf: built((p: Place<{ counter_id: string; seq: number }>) =>
    build.selectFrom('fold_step').select('step').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  dropSteps: built((p: Place<{ step: number }>) => build.deleteFrom('fold_step').where('step', '<=', p('step'))),
  dropUndo: built((p: Place<{ key: number }>) => build.deleteFrom('fold_undo').where('undo_key', '<', p('key'))),
  undoBefore: built((p: Place<{ key: number; limit: number }>) =>
    build.selectFrom('fold_undo').selectAll().where('undo_key', '<', p('key')).orderBy('undo_key', 'desc').limit(p('limit')),
  ),
  ends: built((_p: Place<Record<string, never>>) =>
    build.selectNoFrom((eb) => [
      eb
        .selectFrom('fold_step')
        .select((one) => one.fn.countAll<number>().as('count'))
        .as('steps'),
      eb
        .selectFrom('fold_step')
        .select((one) => one.fn.max('first_key').as('key'))
        .as('step_key'),
      eb
        .selectFrom('fold_undo')
        .select((one) => one.fn.max('undo_key').as('key'))
        .as('undo_key'),
    ]),
  ),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  putMeta: built((p: Place<{ key: string; value: string }>) => build.replaceInto('meta').values({ key: p('key'), value: p('value') })),
  dropMeta: built((p: Place<{ key: string }>) => build.deleteFrom('meta').where('key', '=', p('key'))),
};

/**
 * Returns the log of the folds into `tables` on the connection that writes. Triggers of this connection write down what takes each change of a row
 * back; they are there only while the log is whole, so that a counter without headquarters, a first load and a rebuild do not pay for them.
 * `migration` names the last one that the database has run: statements of another shape of the tables are worth nothing.
 */
export function foldLog(options: {
  readonly connection: Connection;
  readonly tables: readonly string[];
  readonly migration: string;
}): FoldLog {
  const { connection } = options;
  const addStep = prepare(connection, statements.addStep);
  const steps = prepare(connection, statements.steps);
  const stepOf = prepare(connection, statements.stepOf);
  const dropSteps = prepare(connection, statements.dropSteps);
  const dropUndo = prepare(connection, statements.dropUndo);
  const undoBefore = prepare(connection, statements.undoBefore);
  const ends = prepare(connection, statements.ends);
  const meta = prepare(connection, statements.meta);
  const putMeta = prepare(connection, statements.putMeta);
  const dropMeta = prepare(connection, statements.dropMeta);
  const triggers = options.tables.flatMap((table) => triggersOf(connection, table));

  let isWhole = false;
  let isTakingBack = false;
  let count = 0;
  /** Keys only grow while there are any. */
  let lastKey = 0;
  connection.function('fold_undo_key', { deterministic: false }, () => {
    if (!isWhole || isTakingBack) return null;
    lastKey += 1;
    return lastKey;
  });

  function setTriggers(wanted: boolean): void {
    const found = connection.prepare<[], string>("SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'").pluck().all();
    const there = new Set(found);
    for (const { name, text } of triggers) {
      if (wanted && !there.has(name)) connection.exec(text);
      if (!wanted && there.has(name)) connection.exec(`DROP TRIGGER temp.${name}`);
    }
  }
  function empty(): void {
    connection.exec('DELETE FROM fold_step; DELETE FROM fold_undo;');
    count = 0;
  }
  function readState(): void {
    isWhole = meta.get({ key: WHOLE_SINCE })?.value === options.migration;
    const end = ends.get({});
    count = Number(end?.steps ?? 0);
    lastKey = Math.max(Number(end?.step_key ?? 0), Number(end?.undo_key ?? 0));
    setTriggers(isWhole);
  }
  function forget(): void {
    if (!isWhole && count === 0) return;
    isWhole = false;
    dropMeta.run({ key: WHOLE_SINCE });
    setTriggers(false);
    empty();
  }
  function* all(): Generator<{ readonly step: number; readonly place: OperationPlace; readonly firstKey: number }> {
    for (let last = -1; ; ) {
      const rows = steps.all({ step: last, limit: PAGE });
      for (const { step, counter_id, seq, first_key } of rows) {
        last = step;
        yield { step, place: { counterId: counter_id, seq }, firstKey: first_key };
      }
      if (rows.length < PAGE) return;
    }
  }

  readState();
  return {
    isWhole: () => isWhole,
    begin() {
      empty();
      isWhole = true;
      putMeta.run({ key: WHOLE_SINCE, value: options.migration });
      setTriggers(true);
    },
    note({ counterId, seq }) {
      if (!isWhole || stepOf.get({ counter_id: counterId, seq }) !== undefined) return;
      if (count >= MAX_STEPS) return forget();
      addStep.run({ counter_id: counterId, seq, first_key: lastKey + 1 });
      count += 1;
    },
    has: ({ counterId, seq }) => isWhole && stepOf.get({ counter_id: counterId, seq }) !== undefined,
    trim(isFinal) {
      let until: number | null = null;
      let firstKey = lastKey + 1;
      for (const one of all()) {
        if (!isFinal(one.place)) {
          firstKey = one.firstKey;
          break;
        }
        until = one.step;
        count -= 1;
      }
      if (until === null) return;
      dropSteps.run({ step: until });
      dropUndo.run({ key: firstKey });
    },
    takeBack() {
      const places = [...all()].map(({ place }) => place);
      isTakingBack = true;
      try {
        for (let key = lastKey + 1; ; ) {
          const rows = undoBefore.all({ key, limit: PAGE });
          for (const { undo_key, statement } of rows) {
            key = undo_key;
            connection.exec(statement);
          }
          if (rows.length < PAGE) break;
        }
      } finally {
        isTakingBack = false;
      }
      empty();
      return places;
    },
    forget,
    rolledBack: readState,
  };
}

interface Column {
  readonly name: string;
  /** Its place in the primary key from 1 on; 0 for the others. */
  readonly pk: number;
}

/** Returns the triggers that write down what takes an insert, an update and a delete of a row of `table` back. */
function triggersOf(connection: Connection, table: string): { readonly name: string; readonly text: string }[] {
  const columns = connection.prepare<[string], Column>('SELECT name, pk FROM pragma_table_info(?)').all(table);
  const keys = columns.filter(({ pk }) => pk > 0).map(({ name }) => name);
  // A table without a key has rows that nothing can name.
  if (keys.length === 0) throw new RangeError(`table ${table} has no primary key`);
  const isThisRow = keys.map((key) => `'${key}=' || quote(NEW.${key})`).join(` || ' AND ' || `);
  const old = columns.map(({ name }) => `quote(OLD.${name})`).join(` || ',' || `);
  const changes = columns.map(({ name }) => `iif(OLD.${name} IS NEW.${name}, '', ',${name}=' || quote(OLD.${name}))`).join(' || ');
  const [key] = keys;
  const undo = {
    INSERT: `'DELETE FROM ${table} WHERE ' || ${isThisRow}`,
    UPDATE: `'UPDATE ${table} SET ${key}=' || quote(OLD.${key}) || ${changes} || ' WHERE ' || ${isThisRow}`,
    DELETE: `'INSERT INTO ${table} (${columns.map(({ name }) => name).join(',')}) VALUES (' || ${old} || ')'`,
  };
  return Object.entries(undo).map(([verb, statement]) => {
    const name = `fold_log_${table}_${verb.toLowerCase()}`;
    const text = `CREATE TEMP TRIGGER ${name} AFTER ${verb} ON main.${table} WHEN fold_undo_key() IS NOT NULL
      BEGIN INSERT INTO fold_undo (undo_key, statement) VALUES (fold_undo_key(), ${statement}); END`;
    return { name, text };
  });
}
