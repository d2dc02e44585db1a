// A table as CSV: UTF-8 with its mark, so that a spreadsheet reads Chinese; rows as RFC 4180 has them.
import { formatCell } from '../../../shared/domain/delimited-text.ts';
import type { DataTable, TableCell, TableColumnKind } from '../../core/ports/tables.ts';

/** By this mark Excel takes the file for UTF-8. */
const MARK = '\uFEFF';
const LINE_END = '\r\n';

/** Returns the table as CSV. A text that a spreadsheet would calculate gets a mark before it; figures are plain, with a point. */
export function csvOf({ columns, rows }: DataTable): Uint8Array {
  const head = columns.map(({ title }) => formatCell(title, ','));
  const body = rows.map((row) => row.map((cell, at) => written(cell, columns[at]?.kind ?? 'text')));
  return new TextEncoder().encode(MARK + [head, ...body].map((cells) => cells.join(',') + LINE_END).join(''));
}

function written(cell: TableCell, kind: TableColumnKind): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'string') return formatCell(cell, ',');
  if (kind === 'money') return decimal(cell, 2);
  if (kind === 'volume') return decimal(cell, 3);
  return kind === 'moment' ? momentText(cell) : String(cell);
}

/** Returns a whole number of `1 / 10^places` as a decimal, without a float in between. */
function decimal(value: number, places: number): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** Returns local date and time as a spreadsheet reads it: "2026-11-21 14:05:09". */
function momentText(atMs: number): string {
  const date = new Date(atMs);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
