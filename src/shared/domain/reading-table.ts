// The table of meters that goes to a meter-reading handheld, and the table of readings that comes back. Columns: resources/docs/reading-table.md.
import { type BusinessDate, businessDate } from './business-date.ts';
import { type Delimiter, delimiterOf, formatCell, meaningOfCell, parseRows } from './delimited-text.ts';
import { type Litres, litres } from './money.ts';

/** One meter of a book, as the reader at the door needs it. */
export interface BookRow {
  readonly userNo: string;
  readonly address: string;
  readonly book: string;
  readonly meterNo: string;
  readonly vendor: string;
  readonly lastReading: Litres;
  readonly lastDate: BusinessDate;
  /** Outside of these the handheld asks again. */
  readonly lowestReading: Litres;
  readonly highestReading: Litres;
}

/** `read`: from the dial. `estimated`: by the reader's judgement. The others carry no reading that counts. */
export const READING_STATES = ['read', 'estimated', 'no-access', 'meter-fault', 'meter-gone'] as const;
export type ReadingState = (typeof READING_STATES)[number];

export interface ReadingRow {
  readonly userNo: string;
  readonly meterNo: string;
  /** Null only where the state says that nothing was read. */
  readonly reading: Litres | null;
  readonly date: BusinessDate;
  /** Who read it: a staff number. */
  readonly reader: string;
  readonly state: ReadingState;
  /** What a prepaid meter shows as left; null where it shows none. */
  readonly residual: Litres | null;
}

export type TextCoding = 'utf-8' | 'gb18030';

/** What the platform does for these pure functions. */
export interface TableTools {
  /** Null when the bytes are not text of this coding; a byte order mark is left in. */
  decode(bytes: Uint8Array, coding: TextCoding): string | null;
  encode(text: string, coding: TextCoding): Uint8Array;
  /** 64 hex digits, small letters, of the text as UTF-8. */
  sha256(text: string): string;
}

/**
 * Why a row, or the whole table (line 1), is not taken. `conflict`: the same meter on the same day with something else in it; the first one
 * stays. `duplicate`: the same row once more.
 */
export type TableReason =
  | 'coding'
  | 'too-large'
  | 'column-missing'
  | 'column-twice'
  | 'quotes'
  | 'cell-count'
  | 'empty'
  | 'too-long'
  | 'number'
  | 'date'
  | 'state'
  | 'reading-missing'
  | 'limits'
  | 'duplicate'
  | 'conflict';

export interface TableProblem {
  /** Counts from 1, the header among them. */
  readonly line: number;
  /** The column's name in the documentation; null when the whole row is meant. */
  readonly column: string | null;
  readonly reason: TableReason;
  /** For a duplicate or a conflict: the line of the one that was kept. */
  readonly firstLine: number | null;
}

/** A row that was taken. */
export interface TableRow<T> {
  readonly line: number;
  readonly row: T;
  /** SHA-256 of the row's content, whatever the order of columns and the coding: the same in a second upload. */
  readonly sha256: string;
}

export interface DecodedTable<T> {
  readonly rows: readonly TableRow<T>[];
  /** Rows that an earlier upload has brought already. */
  readonly repeated: readonly TableRow<T>[];
  readonly problems: readonly TableProblem[];
}

export interface TableForm {
  readonly coding: TextCoding;
  readonly delimiter: Delimiter;
}

const LONGEST_TEXT = 200;
/** A book has some hundreds of meters; a handheld holds some ten thousand. */
const MOST_BYTES = 16 * 1024 * 1024;
const BYTE_ORDER_MARK = '\ufeff';

/** What a cell can be wrong for. */
class CellError extends Error {
  readonly reason: TableReason;
  constructor(reason: TableReason) {
    super(reason);
    this.reason = reason;
  }
}

interface Column<T, K extends keyof T = keyof T> {
  readonly field: K;
  /** In the header; the Chinese name is understood as well. */
  readonly name: string;
  readonly chinese: string;
  parse(cell: string): T[K];
  format(value: T[K]): string;
}

function column<T, K extends keyof T>(definition: Column<T, K>): Column<T> {
  return definition as unknown as Column<T>;
}

const text = {
  parse(cell: string): string {
    if (cell === '') throw new CellError('empty');
    if (cell.length > LONGEST_TEXT) throw new CellError('too-long');
    return cell;
  },
  format: (value: string) => value,
};
const optionalText = { ...text, parse: (cell: string) => (cell === '' ? '' : text.parse(cell)) };
const volume = {
  parse(cell: string): Litres {
    if (cell === '') throw new CellError('empty');
    if (!/^\d{1,12}$/.test(cell)) throw new CellError('number');
    return litres(Number(cell));
  },
  format: (value: Litres) => String(value),
};
const optionalVolume = {
  parse: (cell: string) => (cell === '' ? null : volume.parse(cell)),
  format: (value: Litres | null) => (value === null ? '' : String(value)),
};
const date = {
  parse(cell: string): BusinessDate {
    try {
      return businessDate(cell);
    } catch {
      throw new CellError(cell === '' ? 'empty' : 'date');
    }
  },
  format: (value: BusinessDate) => value,
};
const state = {
  parse(cell: string): ReadingState {
    const found = READING_STATES.find((known) => known === cell);
    if (found === undefined) throw new CellError(cell === '' ? 'empty' : 'state');
    return found;
  },
  format: (value: ReadingState) => value,
};

const BOOK_COLUMNS: readonly Column<BookRow>[] = [
  column({ field: 'userNo', name: 'user_no', chinese: '户号', ...text }),
  column({ field: 'address', name: 'address', chinese: '地址', ...optionalText }),
  column({ field: 'book', name: 'book', chinese: '抄表册', ...text }),
  column({ field: 'meterNo', name: 'meter_no', chinese: '表号', ...text }),
  column({ field: 'vendor', name: 'vendor', chinese: '厂家', ...optionalText }),
  column({ field: 'lastReading', name: 'last_reading_l', chinese: '上次读数', ...volume }),
  column({ field: 'lastDate', name: 'last_date', chinese: '上次日期', ...date }),
  column({ field: 'lowestReading', name: 'lowest_reading_l', chinese: '读数下限', ...volume }),
  column({ field: 'highestReading', name: 'highest_reading_l', chinese: '读数上限', ...volume }),
];

const READING_COLUMNS: readonly Column<ReadingRow>[] = [
  column({ field: 'userNo', name: 'user_no', chinese: '户号', ...text }),
  column({ field: 'meterNo', name: 'meter_no', chinese: '表号', ...text }),
  column({ field: 'reading', name: 'reading_l', chinese: '读数', ...optionalVolume }),
  column({ field: 'date', name: 'date', chinese: '日期', ...date }),
  column({ field: 'reader', name: 'reader', chinese: '抄表员', ...text }),
  column({ field: 'state', name: 'state', chinese: '状态', ...state }),
  column({ field: 'residual', name: 'residual_l', chinese: '剩余量', ...optionalVolume }),
];

interface Table<T extends object> {
  readonly columns: readonly Column<T>[];
  /** Throws CellError for a row whose cells are right one by one and wrong together; returns the name of the column to blame with it. */
  check(row: T): { readonly column: string; readonly reason: TableReason } | null;
  /** Two rows of one key cannot both be right. */
  key(row: T): string;
}

const BOOK: Table<BookRow> = {
  columns: BOOK_COLUMNS,
  check: ({ lowestReading, highestReading }) => (lowestReading > highestReading ? { column: 'lowest_reading_l', reason: 'limits' } : null),
  key: ({ meterNo }) => meterNo,
};

const READINGS: Table<ReadingRow> = {
  columns: READING_COLUMNS,
  check: ({ state: how, reading }) =>
    (how === 'read' || how === 'estimated') && reading === null ? { column: 'reading_l', reason: 'reading-missing' } : null,
  key: ({ meterNo, date: day }) => JSON.stringify([meterNo, day]),
};

/** Returns the file for the handheld: header, one line per meter, CR LF. UTF-8 carries a byte order mark. No cell is a formula to a spreadsheet. */
export function encodeBook(rows: readonly BookRow[], form: TableForm, tools: TableTools): Uint8Array {
  return encodeTable(BOOK, rows, form, tools);
}

/** Reads a book as a handheld's program does. Never throws: what is wrong is in `problems`. */
export function decodeBook(bytes: Uint8Array, tools: TableTools): DecodedTable<BookRow> {
  return decodeTable(BOOK, bytes, tools, new Set());
}

/** Returns the file as a handheld's program makes it. */
export function encodeReadings(rows: readonly ReadingRow[], form: TableForm, tools: TableTools): Uint8Array {
  return encodeTable(READINGS, rows, form, tools);
}

/**
 * Reads what came from the handheld. Never throws: every row that is wrong is in `problems` with its line, column and reason, and the others are
 * taken. `known` holds the SHA-256 of rows that earlier uploads have brought; those are `repeated`.
 */
export function decodeReadings(bytes: Uint8Array, tools: TableTools, known: ReadonlySet<string>): DecodedTable<ReadingRow> {
  return decodeTable(READINGS, bytes, tools, known);
}

function encodeTable<T extends object>(
  { columns }: Table<T>,
  rows: readonly T[],
  { coding, delimiter }: TableForm,
  tools: TableTools,
): Uint8Array {
  const lines = [
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ field, format }) => formatCell(format(row[field]), delimiter))),
  ];
  const mark = coding === 'utf-8' ? BYTE_ORDER_MARK : '';
  return tools.encode(mark + lines.map((cells) => `${cells.join(delimiter)}\r\n`).join(''), coding);
}

/**
 * Returns the text, or null when it is neither coding. A byte order mark says UTF-8. Without one, bytes that are right UTF-8 are it, unless all
 * that UTF-8 makes of them is letters of two bytes: Chinese has none of those, but short GB18030 words look like them.
 */
function textOf(bytes: Uint8Array, tools: TableTools): string | null {
  const asUtf8 = tools.decode(bytes, 'utf-8');
  if (asUtf8?.startsWith(BYTE_ORDER_MARK)) return asUtf8.slice(1);
  const foreign = asUtf8 === null ? [] : [...asUtf8].filter((character) => character > '\u007f');
  if (asUtf8 !== null && (foreign.length === 0 || foreign.some((character) => character > '\u07ff'))) return asUtf8;
  return tools.decode(bytes, 'gb18030') ?? asUtf8;
}

function decodeTable<T extends object>(table: Table<T>, bytes: Uint8Array, tools: TableTools, known: ReadonlySet<string>): DecodedTable<T> {
  const rows: TableRow<T>[] = [];
  const repeated: TableRow<T>[] = [];
  const problems: TableProblem[] = [];
  const refuse = (problem: Partial<TableProblem> & Pick<TableProblem, 'reason'>) =>
    void problems.push({ line: 1, column: null, firstLine: null, ...problem });
  const result = { rows, repeated, problems };

  const content = bytes.length > MOST_BYTES ? null : textOf(bytes, tools);
  if (content === null) {
    refuse({ reason: bytes.length > MOST_BYTES ? 'too-large' : 'coding' });
    return result;
  }
  const [header, ...body] = parseRows(content, delimiterOf(content));
  const places = placesOf(table.columns, header?.cells ?? [], (name, reason) => refuse({ line: header?.line ?? 1, column: name, reason }));
  if (header === undefined || places === null) return result;

  const seen = new Map<string, { readonly line: number; readonly sha256: string }>();
  for (const { line, cells, broken } of body) {
    if (broken || cells.length !== header.cells.length) {
      refuse({ line, reason: broken ? 'quotes' : 'cell-count' });
      continue;
    }
    const row = readRow(table, cells, places, (name, reason) => refuse({ line, column: name, reason }));
    if (row === null) continue;
    const sha256 = tools.sha256(JSON.stringify(table.columns.map(({ field }) => row[field])));
    const key = table.key(row);
    const first = seen.get(key);
    if (first !== undefined) {
      refuse({ line, reason: first.sha256 === sha256 ? 'duplicate' : 'conflict', firstLine: first.line });
      continue;
    }
    seen.set(key, { line, sha256 });
    (known.has(sha256) ? repeated : rows).push({ line, row, sha256 });
  }
  return result;
}

/** Returns where each column stands; null when one is missing or there twice. Other columns are nobody's concern. */
function placesOf<T>(
  columns: readonly Column<T>[],
  header: readonly string[],
  refuse: (name: string, reason: TableReason) => void,
): readonly number[] | null {
  let complete = true;
  const places = columns.map(({ name, chinese }) => {
    const found = [...header.keys()].filter((place) => header[place]?.toLowerCase() === name || header[place] === chinese);
    if (found.length !== 1) {
      refuse(name, found.length === 0 ? 'column-missing' : 'column-twice');
      complete = false;
    }
    return found[0] ?? -1;
  });
  return complete ? places : null;
}

function readRow<T extends object>(
  { columns, check }: Table<T>,
  cells: readonly string[],
  places: readonly number[],
  refuse: (name: string, reason: TableReason) => void,
): T | null {
  const row: Partial<T> = {};
  let right = true;
  for (const [index, { field, name, parse }] of columns.entries()) {
    try {
      row[field] = parse(meaningOfCell(cells[places[index] ?? -1] ?? ''));
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      refuse(name, error.reason);
      right = false;
    }
  }
  if (!right) return null;
  const whole = row as T;
  const wrong = check(whole);
  if (wrong !== null) refuse(wrong.column, wrong.reason);
  return wrong === null ? whole : null;
}
