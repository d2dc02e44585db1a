// The blocks of a document but its tables, each drawn where the flow stands.
import type { PaperBlock } from '../../core/ports/paper.ts';
import { drawCode } from './code.ts';
import { type Flow, LEADING } from './flow.ts';
import { drawTable } from './table.ts';

const BODY_PT = 9.5;
const SMALL_PT = 8;
const TITLE_PT = 17;
const HEADING_PT = 10.5;
const CODE_PT = 62;
const SIGN_PT = 46;
/** So much stands above signatures on their page: nobody signs an empty one. */
const ABOVE_SIGNATURES_PT = 64;
/** A heading never stands alone at the foot of a page: it takes the first lines below it along, of a table its head, a row and the subtotals. */
const HEADING_NEEDS_PT = 64;
const HEADING_AND_TABLE_PT = 140;

type Block<K extends PaperBlock['kind']> = Extract<PaperBlock, { kind: K }>;

function title(flow: Flow, { text, lines, code }: Block<'title'>): void {
  const top = flow.y + 4;
  const width = code === '' ? flow.width : flow.width - CODE_PT - 12;
  // In the middle of the page, but clear of the code.
  const inside = code === '' ? flow.width : flow.width - 2 * (CODE_PT + 12);
  flow.y = top + (code === '' ? 0 : 6);
  for (const line of flow.lines(text, { size: TITLE_PT, bold: true, width: inside })) {
    flow.put(line, { x: flow.left, top: flow.y, size: TITLE_PT, bold: true, align: 'center', width: flow.width });
    flow.y += TITLE_PT * LEADING;
  }
  flow.y += 4;
  for (const text of lines)
    for (const line of flow.lines(text, { size: BODY_PT, width: inside })) {
      flow.put(line, { x: flow.left, top: flow.y, size: BODY_PT, align: 'center', width: flow.width });
      flow.y += BODY_PT * LEADING;
    }
  if (code !== '') {
    drawCode(flow.painter, code, { x: flow.left + width + 12, y: top, sizePt: CODE_PT });
    flow.y = Math.max(flow.y, top + CODE_PT);
  }
  flow.y += 8;
}

function heading(flow: Flow, { text }: Block<'heading'>): void {
  flow.y += 4;
  flow.fill({ x: flow.left, y: flow.y + 2, width: 3, height: HEADING_PT + 1 }, 0.25);
  for (const line of flow.lines(text, { size: HEADING_PT, bold: true, width: flow.width - 8 })) {
    flow.put(line, { x: flow.left + 8, top: flow.y, size: HEADING_PT, bold: true });
    flow.y += HEADING_PT * LEADING;
  }
  flow.y += 3;
}

function facts(flow: Flow, { columns, items }: Block<'facts'>): void {
  const cell = flow.width / columns;
  const nameWidth = Math.min(cell * 0.36, 118);
  const pad = 4;
  for (let at = 0; at < items.length; at += columns) {
    const row = items.slice(at, at + columns).map(([name, value]) => ({
      name: flow.lines(name, { size: SMALL_PT, width: nameWidth - 2 * pad }),
      value: flow.lines(value, { size: BODY_PT, width: cell - nameWidth - 2 * pad }),
    }));
    const height = Math.max(...row.map(({ name, value }) => Math.max(name.length * SMALL_PT, value.length * BODY_PT))) * LEADING + 2 * pad;
    if (flow.room() < height) flow.newPage();
    const top = at === 0 ? 0.5 : 0.25;
    row.forEach(({ name, value }, column) => {
      const x = flow.left + column * cell;
      flow.fill({ x, y: flow.y + 0.5, width: nameWidth, height: height - 0.75 }, 0.95);
      name.forEach((line, index) => {
        flow.put(line, { x: x + pad, top: flow.y + pad + 1 + index * SMALL_PT * LEADING, size: SMALL_PT });
      });
      value.forEach((line, index) => {
        flow.put(line, { x: x + nameWidth + pad, top: flow.y + pad + index * BODY_PT * LEADING, size: BODY_PT });
      });
    });
    // Over the grey, else the grey covers half of it.
    flow.rule({ x: flow.left, y: flow.y, width: flow.width, thickness: top });
    flow.y += height;
    flow.rule({ x: flow.left, y: flow.y, width: flow.width, thickness: 0.25 });
  }
  flow.y += 8;
}

function text(flow: Flow, { text: whole, small = false }: Block<'text'>): void {
  const size = small ? SMALL_PT : BODY_PT;
  for (const line of flow.lines(whole, { size, width: flow.width })) {
    flow.need(size * LEADING);
    flow.put(line, { x: flow.left, top: flow.y, size });
    flow.y += size * LEADING;
  }
  flow.y += 6;
}

function box(flow: Flow, { x, y, ticked }: { readonly x: number; readonly y: number; readonly ticked: boolean }): void {
  const side = BODY_PT * 0.9;
  const stroke = (from: readonly [x: number, y: number], to: readonly [x: number, y: number], thickness: number): void =>
    flow.painter.line({ x: x + from[0] * side, y: y + from[1] * side }, { x: x + to[0] * side, y: y + to[1] * side }, thickness);
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ] as const;
  for (let at = 1; at < corners.length; at += 1) stroke(corners[at - 1] ?? [0, 0], corners[at] ?? [0, 0], 0.6);
  if (!ticked) return;
  stroke([0.15, 0.5], [0.42, 0.82], 1.2);
  stroke([0.42, 0.82], [0.92, 0.12], 1.2);
}

/** Two boxes in a row, each with its words beside it. */
function boxes(flow: Flow, { items }: Block<'boxes'>): void {
  const cell = flow.width / 2;
  for (let at = 0; at < items.length; at += 2) {
    const row = items
      .slice(at, at + 2)
      .map(({ text: words, ticked }) => ({ ticked, lines: flow.lines(words, { size: BODY_PT, width: cell - 24 }) }));
    const height = Math.max(...row.map(({ lines }) => lines.length)) * BODY_PT * LEADING + 1;
    flow.need(height);
    row.forEach(({ ticked, lines }, column) => {
      const x = flow.left + column * cell;
      box(flow, { x: x + 2, y: flow.y + 2, ticked });
      lines.forEach((line, index) => {
        flow.put(line, { x: x + 18, top: flow.y + index * BODY_PT * LEADING, size: BODY_PT });
      });
    });
    flow.y += height;
  }
  flow.y += 6;
}

function signatures(flow: Flow, { items }: Block<'signatures'>): void {
  // Four find room beside each other; more go on below, three in a row.
  const inRow = items.length === 4 ? 4 : Math.min(3, Math.max(1, items.length));
  const cell = flow.width / inRow;
  const rows = Math.ceil(items.length / inRow);
  flow.need(rows * SIGN_PT + 10);
  for (let at = 0; at < items.length; at += inRow) {
    items.slice(at, at + inRow).forEach((name, column) => {
      const x = flow.left + column * cell;
      const [line] = flow.lines(name, { size: SMALL_PT, width: cell - 12 });
      if (line !== undefined) flow.put(line, { x, top: flow.y, size: SMALL_PT });
      flow.rule({ x, y: flow.y + SIGN_PT - 12, width: cell - 14, thickness: 0.6 });
      const date = flow.lines(flow.words.signedOn, { size: SMALL_PT, width: cell })[0];
      if (date !== undefined) flow.put(date, { x: x + (cell - 14) * 0.6, top: flow.y + SIGN_PT - 24, size: SMALL_PT });
    });
    flow.y += SIGN_PT;
  }
  flow.y += 4;
}

/** Draws one block and moves the flow below it; what stands right above signatures goes to their page with them. */
export function drawBlock(flow: Flow, block: PaperBlock, next: PaperBlock | undefined): void {
  if (block.kind === 'heading') flow.need(next?.kind === 'table' ? HEADING_AND_TABLE_PT : HEADING_NEEDS_PT);
  if (next?.kind === 'signatures' && (block.kind === 'facts' || block.kind === 'text'))
    flow.need(ABOVE_SIGNATURES_PT + SIGN_PT * Math.ceil(next.items.length / 4));
  switch (block.kind) {
    case 'title':
      title(flow, block);
      return;
    case 'heading':
      heading(flow, block);
      return;
    case 'facts':
      facts(flow, block);
      return;
    case 'text':
      text(flow, block);
      return;
    case 'boxes':
      boxes(flow, block);
      return;
    case 'table':
      drawTable(flow, block);
      return;
    case 'signatures':
      signatures(flow, block);
      return;
    case 'picture':
      flow.need(block.heightPt + 6);
      flow.painter.picture(block.bytes, { x: flow.left, y: flow.y, width: flow.width, height: block.heightPt });
      flow.y += block.heightPt + 6;
  }
}
