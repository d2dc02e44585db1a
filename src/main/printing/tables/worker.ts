// The thread that makes one file of tables and ends, so that the counter goes on answering meanwhile.
import { parentPort, workerData } from 'node:worker_threads';
import type { DataTable } from '../../core/ports/tables.ts';
import { csvOf } from './csv.ts';
import { xlsxOf } from './xlsx.ts';

export interface TableJob {
  readonly tables: readonly DataTable[];
  readonly format: 'csv' | 'xlsx';
}

const { tables, format } = workerData as TableJob;
const [first] = tables;
// A copy of its own: the bytes of a small buffer may lie in a pool that cannot be handed over.
const bytes = Uint8Array.from(format === 'xlsx' ? await xlsxOf(tables) : first === undefined ? [] : csvOf(first));
parentPort?.postMessage(bytes, [bytes.buffer]);
