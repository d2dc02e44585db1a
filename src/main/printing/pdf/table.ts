// Tables on paper: header on every page, rows numbered through, subtotals carried from page to page.
import { fen, formatCubicMetres, formatYuan } from '../../../shared/domain/money.ts';
import type { ColumnKind, PaperCell, PaperTable } from '../../core/ports/paper.ts';
import { type Flow, LEADING } from './flow.ts';
import type { Shaped } from './text.ts';

const SIZE_PT = 8;
const LINE_PT = SIZE_PT * LEADING;
const PAD_X = 4;
const PAD_Y = 2.2;
const HEAD_GREY = 0.92;
const SUM_GREY = 0.96;
const THIN = 0.25;
const THICK = 0.75;

interface Column {
  readonly title: string;
  readonly kind: ColumnKind;
  readonly x: number;
  readonly width: number;
  readonly sum: boolean;
}

function written(value: PaperCell, kind: ColumnKind): string {
  if (typeof value === 'string') return value;
  switch (kind) {
    case 'money':
      return formatYuan(fen(value));
    case 'litres':
      return formatCubicMetres(value);
    default:
      return value.toString();
  }
}

/** Columns by their places; the first numbers the rows where the table asks for it. */
function columnsOf(flow: Flow, table: PaperTable): readonly Column[] {
  const digits = Math.max(flow.texts.shape(flow.words.row, true).width, flow.texts.shape(String(table.rows.length), false).width);
  const numberWidth = table.numbered ? (digits * SIZE_PT) / 1000 + 2 * PAD_X + 2 : 0;
  const shares = table.columns.reduce((sum, { width }) => sum + width, 0);
  let x = flow.left + numberWidth;
  const columns = table.columns.map(({ title, kind, width: share, sum = false }): Column => {
    const width = ((flow.width - numberWidth) * share) / shares;
    x += width;
    return { title, kind, x: x - width, width, sum };
  });
  const number: Column = { title: flow.words.row, kind: 'count', x: flow.left, width: numberWidth, sum: false };
  return table.numbered ? [number, ...columns] : columns;
}

function heightOf(lineCount: number): number {
  return lineCount * LINE_PT + 2 * PAD_Y;
}

/** Draws the table where the flow stands, over as many pages as it takes. */
export function drawTable(flow: Flow, table: PaperTable): void {
  const columns = columnsOf(flow, table);
  const sums = columns.map(() => 0);
  const summed = columns.some(({ sum }) => sum);
  const cellLines = (column: Column, text: string, bold: boolean): readonly Shaped[] =>
    flow.lines(text, { size: SIZE_PT, bold, width: column.width - 2 * PAD_X });

  /** Draws lines `from`… of every cell at the flow's place; returns nothing, moves the flow down. */
  const row = (
    cells: readonly (readonly Shaped[])[],
    style: { readonly bold: boolean; readonly grey?: number; readonly lineCount: number; readonly from: number },
  ): void => {
    const { bold, grey, lineCount, from } = style;
    const height = heightOf(lineCount);
    if (grey !== undefined) flow.fill({ x: flow.left, y: flow.y, width: flow.width, height }, grey);
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      const lines = cells[at];
      if (column === undefined || lines === undefined) continue;
      const align = column.kind === 'text' ? 'left' : 'right';
      const end = Math.min(lines.length, from + lineCount);
      for (let line = from; line < end; line += 1) {
        const shaped = lines[line];
        if (shaped === undefined) continue;
        const top = flow.y + PAD_Y + (line - from) * LINE_PT;
        flow.put(shaped, { x: column.x + PAD_X, top, size: SIZE_PT, bold, align, width: column.width - 2 * PAD_X });
      }
    }
    flow.y += height;
    flow.rule({ x: flow.left, y: flow.y, width: flow.width, thickness: THIN });
  };

  const titles = columns.map((column) => cellLines(column, column.title, true));
  const headLines = Math.max(...titles.map(({ length }) => length));
  const headHeight = heightOf(headLines);
  const sumHeight = summed ? heightOf(1) : 0;

  const named = columns.findIndex(({ kind, sum }, at) => kind === 'text' && !sum && !(table.numbered && at === 0));
  /** A row of subtotals: its name in the first column of text. */
  const sumRow = (name: string): void => {
    const cells = columns.map((column, at) =>
      column.sum ? cellLines(column, written(sums[at] ?? 0, column.kind), true) : at === named ? [flow.texts.shape(name, true)] : [],
    );
    row(cells, { bold: true, grey: SUM_GREY, lineCount: Math.max(1, ...cells.map(({ length }) => length)), from: 0 });
  };

  const head = (): void => {
    flow.rule({ x: flow.left, y: flow.y, width: flow.width, thickness: THICK });
    row(titles, { bold: true, grey: HEAD_GREY, lineCount: headLines, from: 0 });
  };

  /** Ends the page's part of the table and begins the next page's. */
  const turn = (): void => {
    if (summed) sumRow(flow.words.carriedForward);
    flow.newPage();
    head();
    if (summed) sumRow(flow.words.broughtForward);
  };

  flow.need(headHeight + 3 * sumHeight + heightOf(2));
  head();
  if (table.rows.length === 0) {
    const nothing = columns.map((_, at) => (at === Math.max(0, named) ? [flow.texts.shape(flow.words.nothing, false)] : []));
    row(nothing, { bold: false, lineCount: 1, from: 0 });
  }
  const wholePage = flow.pageRoom - headHeight - 2 * sumHeight;
  for (let index = 0; index < table.rows.length; index += 1) {
    const values = table.rows[index] ?? [];
    const shift = table.numbered ? 1 : 0;
    const cells = columns.map((column, at) =>
      cellLines(column, at < shift ? String(index + 1) : written(values[at - shift] ?? '', column.kind), false),
    );
    let lineCount = 1;
    for (const lines of cells) lineCount = Math.max(lineCount, lines.length);
    if (flow.room() - sumHeight < heightOf(Math.min(lineCount, Math.floor((wholePage - 2 * PAD_Y) / LINE_PT)))) turn();
    for (let from = 0; from < lineCount; ) {
      // Only a row that is taller than a page is ever split.
      const fits = Math.max(1, Math.floor((flow.room() - sumHeight - 2 * PAD_Y) / LINE_PT));
      const part = Math.min(fits, lineCount - from);
      row(cells, { bold: false, lineCount: part, from });
      from += part;
      if (from < lineCount) turn();
    }
    for (let at = shift; at < columns.length; at += 1) {
      const value = values[at - shift];
      if (columns[at]?.sum === true && typeof value === 'number') sums[at] = (sums[at] ?? 0) + value;
    }
  }
  if (summed) sumRow(flow.words.total);
  flow.y += 10;
}
