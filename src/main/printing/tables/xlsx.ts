// Tables as XLSX: a sheet each, its head bold and standing still, figures as numbers with a format, dates as dates.
import writeXlsxFile, { type CellObject } from 'write-excel-file/node';
import type { DataTable, TableCell, TableColumnKind } from '../../core/ports/tables.ts';

/** Formats of ECMA-376 §18.8.31. */
const FORMATS: Readonly<Record<Exclude<TableColumnKind, 'text'>, string>> = {
  money: '#,##0.00',
  volume: '#,##0.000',
  count: '0',
  date: 'yyyy-mm-dd',
  moment: 'yyyy-mm-dd hh:mm:ss',
};
/** Of the unit that people read: yuan, cubic metres or kilowatt-hours. */
const PARTS: Partial<Readonly<Record<TableColumnKind, number>>> = { money: 100, volume: 1_000 };
/** What Excel allows for the name of a sheet. */
const SHEET_NAME = { forbidden: /[\\/*?:[\]]/g, length: 31 } as const;
/** In characters; a full-width character takes two. */
const WIDTHS = { least: 10, most: 40 } as const;

/** Returns the tables as one file, in their order. */
export async function xlsxOf(tables: readonly DataTable[]): Promise<Uint8Array> {
  const sheets = tables.map(({ title, columns, rows }) => ({
    sheet: title.replace(SHEET_NAME.forbidden, ' ').slice(0, SHEET_NAME.length),
    stickyRowsCount: 1,
    columns: columns.map(({ title: name, kind }, at) => ({ width: widthOf(kind, [name, ...rows.map((row) => row[at] ?? null)]) })),
    data: [
      columns.map(({ title: name }): CellObject => ({ value: name, type: String, fontWeight: 'bold' })),
      ...rows.map((row) => row.map((cell, at) => cellOf(cell, columns[at]?.kind ?? 'text'))),
    ],
  }));
  return writeXlsxFile(sheets).toBuffer();
}

function cellOf(cell: TableCell, kind: TableColumnKind): CellObject | null {
  if (cell === null || cell === '') return null;
  if (kind === 'date') return { value: wallClock(new Date(`${cell}T00:00:00`)), type: Date, format: FORMATS.date };
  if (typeof cell === 'string' || kind === 'text') return { value: String(cell), type: String };
  if (kind === 'moment') return { value: wallClock(new Date(cell)), type: Date, format: FORMATS.moment };
  return { value: cell / (PARTS[kind] ?? 1), type: Number, format: FORMATS[kind] };
}

/** A sheet knows no time zone: what its dates say is what the counter's clock said. */
function wallClock(local: Date): Date {
  return new Date(
    Date.UTC(local.getFullYear(), local.getMonth(), local.getDate(), local.getHours(), local.getMinutes(), local.getSeconds()),
  );
}

function widthOf(kind: TableColumnKind, cells: readonly TableCell[]): number {
  if (kind === 'moment') return 20;
  const [title, ...values] = cells;
  const longest = Math.max(spaceOf(String(title ?? '')), ...(kind === 'text' ? values.map((cell) => spaceOf(String(cell ?? ''))) : [0]));
  return Math.min(WIDTHS.most, Math.max(WIDTHS.least, longest + 2));
}

function spaceOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign > '\u2E80' ? 2 : 1), 0);
}
