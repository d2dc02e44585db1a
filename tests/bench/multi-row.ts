// The plain way to write many rows: one INSERT with a list of VALUES, as long as PostgreSQL's parameters allow.
import type pg from 'pg';

/** PostgreSQL counts parameters in 16 bits. */
const MAX_PARAMETERS = 65_535;

/** Inserts the rows; `onConflict` is SQL behind it. */
export async function multiRowInsert(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  into: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
    readonly onConflict?: string;
  },
): Promise<void> {
  const { table, columns, rows, onConflict = '' } = into;
  const step = Math.floor(MAX_PARAMETERS / columns.length);
  for (let start = 0; start < rows.length; start += step) {
    const some = rows.slice(start, start + step);
    const values = some.map((_, row) => `(${columns.map((_column, column) => `$${row * columns.length + column + 1}`).join(',')})`);
    await db.query(`insert into ${table} (${columns.join(',')}) values ${values.join(',')} ${onConflict}`, some.flat());
  }
}
