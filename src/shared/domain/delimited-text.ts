// Tables as text: cells between commas or tabs, quoted where they must be, and safe to open in a spreadsheet.

export type Delimiter = ',' | '\t';

/** One row as it stands in the text. `broken`: its quotes are wrong; `cells` is then empty. */
export interface TextRow {
  /** Counts from 1; where the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly broken: boolean;
}

/** A quote that nobody closes must not swallow the rows behind it. */
const LONGEST_CELL = 2_000;
/** What a spreadsheet takes for the beginning of a formula, also in full width; and our own mark. */
const FORMULA_STARTS = "=+-@\t\r＝＋－＠'";

/** Returns the text of a cell: a mark before what a spreadsheet would calculate, quotes where delimiter, quote or line end stand in it. */
export function formatCell(value: string, delimiter: Delimiter): string {
  const safe = value !== '' && FORMULA_STARTS.includes(value.charAt(0)) ? `'${value}` : value;
  const needsQuotes = safe.includes(delimiter) || /["\r\n]/.test(safe) || safe !== safe.trim();
  return needsQuotes ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Returns what the cell meant: the mark that `formatCell` has put before a formula is taken off. */
export function meaningOfCell(cell: string): string {
  return cell.startsWith("'") && cell.length > 1 && FORMULA_STARTS.includes(cell.charAt(1)) ? cell.slice(1) : cell;
}

/** Returns tab when the first line holds one, comma otherwise. */
export function delimiterOf(text: string): Delimiter {
  return /^[^\r\n]*\t/.test(text) ? '\t' : ',';
}

/** Takes the text apart; empty lines are left out. Never throws; a row with wrong quotes ends with its line. */
export function parseRows(text: string, delimiter: Delimiter): readonly TextRow[] {
  const rows: TextRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const row = parseRow(text, at, delimiter);
    const next = row?.next ?? endOfLine(text, at);
    const source = text.slice(at, next);
    if (row === null) rows.push({ line, cells: [], broken: true });
    else if (source.trim() !== '') rows.push({ line, cells: row.cells, broken: false });
    line += countLineEnds(source);
    at = next;
  }
  return rows;
}

/** Returns the cells of the row that begins at `start` and where the next one begins; null when its quotes are wrong. */
function parseRow(text: string, start: number, delimiter: Delimiter): { readonly cells: readonly string[]; readonly next: number } | null {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    let cell = '';
    if (text.charAt(at) === '"') {
      const quoted = parseQuoted(text, at);
      if (quoted === null) return null;
      cell = quoted.cell;
      at = quoted.next;
      if (at < text.length && text.charAt(at) !== delimiter && !isLineEnd(text.charAt(at))) return null;
    } else {
      const from = at;
      while (at < text.length && text.charAt(at) !== delimiter && !isLineEnd(text.charAt(at))) at += 1;
      cell = text.slice(from, at).trim();
      if (cell.includes('"')) return null;
    }
    cells.push(cell);
    if (text.charAt(at) !== delimiter || at >= text.length) return { cells, next: endOfLine(text, at) };
    at += 1;
  }
}

function parseQuoted(text: string, start: number): { readonly cell: string; readonly next: number } | null {
  let cell = '';
  for (let at = start + 1; at < text.length && cell.length <= LONGEST_CELL; at += 1) {
    const character = text.charAt(at);
    if (character !== '"') cell += character;
    else if (text.charAt(at + 1) !== '"') return { cell, next: at + 1 };
    else {
      cell += '"';
      at += 1;
    }
  }
  return null;
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}

/** Returns where the next line begins. */
function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isLineEnd(text.charAt(at))) at += 1;
  return text.startsWith('\r\n', at) ? at + 2 : Math.min(text.length, at + 1);
}

function countLineEnds(source: string): number {
  return source.match(/\r\n|\r|\n/g)?.length ?? 0;
}
