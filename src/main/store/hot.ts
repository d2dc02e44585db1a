// Hot statements: kysely builds and types a statement once, better-sqlite3 prepares it once, a call only binds values.
import Database from 'better-sqlite3';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { Fault } from '../../shared/domain/fault.ts';
import type { BranchSchema } from './schema.ts';

/** What SQLite can bind. */
export type SqlValue = string | number | Uint8Array | null;

/** The connection that statements are prepared on. */
export type Connection = Database.Database;

/** Builds statements and never runs one. */
export const build = new Kysely<BranchSchema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Stands for a value that each call brings. */
export type Place<P> = <K extends keyof P & string>(name: K) => P[K];

/** A statement that kysely has built, with the names of its values in binding order. */
export interface Built<P, O> {
  readonly sql: string;
  readonly names: readonly (keyof P & string)[];
  /** Only for the compiler: what a row looks like. */
  readonly row?: O;
}

/**
 * Returns the statement that `make` builds; values that a call brings are written `p('name')`.
 * Build at load time: `built((p: Place<{ id: string }>) => build.selectFrom('operation').where('id', '=', p('id'))…)`.
 */
export function built<P extends Record<string, SqlValue>, O>(
  make: (place: Place<P>) => { compile(): { readonly sql: string; readonly parameters: readonly unknown[]; readonly query: unknown } } & {
    execute(): Promise<O[]>;
  },
): Built<P, O> {
  const compiled = make((name) => new Placeholder(name) as unknown as P[typeof name]).compile();
  const names = compiled.parameters.map((parameter) => {
    if (!(parameter instanceof Placeholder)) throw new RangeError('a hot statement takes its values by name');
    return parameter.name as keyof P & string;
  });
  return { sql: compiled.sql, names };
}

type Columns<T extends keyof BranchSchema> = keyof BranchSchema[T] & string;

/** Returns the statement that inserts the named columns of `table`; `onConflict` names the unique column whose doubles are left out. */
export function inserts<T extends keyof BranchSchema, C extends Columns<T>>(
  table: T,
  columns: readonly C[],
  onConflict?: Columns<T>,
): Built<Pick<BranchSchema[T], C> & Record<string, SqlValue>, never> {
  const statement = built((p: Place<Record<string, SqlValue>>) => {
    const insert = build.insertInto(table).values(Object.fromEntries(columns.map((column) => [column, p(column)])) as never);
    return onConflict === undefined ? insert : insert.onConflict((conflict) => conflict.column(onConflict as never).doNothing());
  });
  return { sql: statement.sql, names: statement.names };
}

/** A prepared statement with named, typed values. Every method throws DATABASE_FAILED when SQLite refuses. */
export interface Hot<P, O> {
  /** Returns the number of rows changed. */
  run(values: P): number;
  get(values: P): O | undefined;
  all(values: P): O[];
}

/** Prepares a built statement on a connection. */
export function prepare<P extends Record<string, SqlValue>, O>(connection: Connection, statement: Built<P, O>): Hot<P, O> {
  const { names } = statement;
  const prepared = attempt(() => connection.prepare<unknown[], O>(statement.sql));
  // One array per statement: a call binds and returns before the next one can start, because everything is synchronous.
  const bound: SqlValue[] = new Array<SqlValue>(names.length).fill(null);
  const bind = (values: P): SqlValue[] => {
    for (let index = 0; index < names.length; index += 1) bound[index] = values[names[index] as keyof P] as SqlValue;
    return bound;
  };
  return {
    run(values) {
      try {
        return prepared.run(bind(values)).changes;
      } catch (error) {
        throw databaseFault(error);
      }
    },
    get(values) {
      try {
        return prepared.get(bind(values));
      } catch (error) {
        throw databaseFault(error);
      }
    },
    all(values) {
      try {
        return prepared.all(bind(values));
      } catch (error) {
        throw databaseFault(error);
      }
    },
  };
}

/** Returns SQLite's refusal as DATABASE_FAILED with its result code; anything else unchanged. */
export function databaseFault(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  return new Fault('DATABASE_FAILED', { reason: error.code }, { cause: error });
}

/** Runs `act`; what SQLite throws becomes DATABASE_FAILED. */
export function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw databaseFault(error);
  }
}
