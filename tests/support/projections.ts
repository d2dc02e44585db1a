// The projections as bytes, to compare two ways of coming to them.
import Database from 'better-sqlite3';
import { PROJECTION_TABLES } from '../../src/main/store/index.ts';

/** Returns every row of the projections of a branch database, keys included, in the order of the b-trees. */
export function dumpProjections(file: string): string {
  const db = new Database(file, { readonly: true });
  const rows = PROJECTION_TABLES.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).raw().all()]);
  db.close();
  return JSON.stringify(rows);
}
