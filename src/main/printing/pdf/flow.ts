// The pages of one document while they are being filled: where the pen is, what stands at head and foot of each.
import type { PaperDocument } from '../../core/ports/paper.ts';
import type { Box, Painter } from './painter.ts';
import type { Shaped, Texts } from './text.ts';
import { PAPER_WORDS, type PaperWords } from './words.ts';

const A4 = { short: 595.28, long: 841.89 } as const;
const MARGIN_PT = 42;
const HEAD_PT = 22;
const FOOT_PT = 22;
const SMALL_PT = 8;

export type Align = 'left' | 'right' | 'center';

export interface Flow {
  readonly words: PaperWords;
  readonly painter: Painter;
  readonly texts: Texts;
  readonly left: number;
  readonly width: number;
  /** From the top of the page to where the next block goes. */
  y: number;
  /** Of the page being filled; the first is 1. */
  readonly page: number;
  /** How much is free on this page. */
  room(): number;
  /** How much is free on an empty page. */
  readonly pageRoom: number;
  newPage(): void;
  /** Begins a new page unless so much is free on this one, or the page is still empty. */
  need(heightPt: number): void;
  /** Draws a line of text inside a width from `x`. */
  put(shaped: Shaped, place: TextIn): void;
  /** Breaks the text into lines of a width in points. */
  lines(text: string, style: { readonly size: number; readonly bold?: boolean; readonly width: number }): readonly Shaped[];
  fill(box: Box, grey: number): void;
  rule(at: { readonly x: number; readonly y: number; readonly width: number; readonly thickness: number }): void;
}

export interface TextIn {
  readonly x: number;
  /** Top of the line. */
  readonly top: number;
  readonly size: number;
  readonly bold?: boolean;
  readonly align?: Align;
  readonly width?: number;
}

/** Lines of text stand so far apart, as a multiple of their size. */
export const LEADING = 1.35;
/** From the top of a line to its base line, as a multiple of the size. */
const BASE = 1.02;

/** Returns the flow with its first page begun. `pages`: how many there will be; `onPage` is told each one begun. */
export function createFlow(
  document: PaperDocument,
  from: { readonly painter: Painter; readonly texts: Texts; readonly pages: number; readonly onPage: (page: number) => void },
): Flow {
  const { painter, texts } = from;
  const words = PAPER_WORDS[document.language];
  const widthPt = document.landscape ? A4.long : A4.short;
  const heightPt = document.landscape ? A4.short : A4.long;
  const width = widthPt - 2 * MARGIN_PT;
  const top = MARGIN_PT + HEAD_PT - 14;
  const bottom = heightPt - MARGIN_PT - FOOT_PT + 14;
  let page = 0;

  const flow: Flow = {
    words,
    painter,
    texts,
    left: MARGIN_PT,
    width,
    y: top,
    get page() {
      return page;
    },
    pageRoom: bottom - top,
    room: () => bottom - flow.y,
    newPage() {
      page += 1;
      from.onPage(page);
      painter.page({ widthPt, heightPt });
      flow.y = top;
      const head = { top: MARGIN_PT - 14, size: SMALL_PT } as const;
      const foot = { top: heightPt - MARGIN_PT + 2, size: SMALL_PT } as const;
      flow.put(cut(document.company, width * 0.45), { ...head, x: MARGIN_PT });
      const { copyNo = 0 } = document;
      const named = [copyNo > 0 ? words.reprint(copyNo) : '', page === 1 ? '' : document.title, document.number]
        .filter((part) => part !== '')
        .join('  ');
      flow.put(cut(named, width * 0.5), { ...head, x: MARGIN_PT, width, align: 'right' });
      flow.rule({ x: MARGIN_PT, y: MARGIN_PT - 1, width, thickness: 0.5 });
      const number = texts.shape(words.page(page, from.pages), false);
      flow.put(cut(document.foot, width - (number.width * SMALL_PT) / 1000 - SMALL_PT), { ...foot, x: MARGIN_PT });
      flow.put(number, { ...foot, x: MARGIN_PT, width, align: 'right' });
    },
    need(height) {
      if (flow.room() < height && flow.y > top) flow.newPage();
    },
    put(shaped, { x, top: lineTop, size, bold = false, align = 'left', width: inside = 0 }) {
      const own = (shaped.width * size) / 1000;
      const shift = align === 'right' ? inside - own : align === 'center' ? (inside - own) / 2 : 0;
      if (shaped.text !== '') painter.text(shaped, { x: x + shift, y: lineTop + size * BASE, size, bold });
    },
    lines: (text, { size, bold = false, width: inside }) => texts.wrap(text, { bold, width: Math.floor((inside * 1000) / size) }),
    fill: (box, grey) => painter.fill(box, grey),
    rule: ({ x, y, width: long, thickness }) => painter.line({ x, y }, { x: x + long, y }, thickness),
  };

  /** Head and foot have one line: what does not fit ends in an ellipsis; the whole text stands in the document itself. */
  function cut(text: string, widthOf: number): Shaped {
    const fits = (shaped: Shaped) => (shaped.width * SMALL_PT) / 1000 <= widthOf;
    const whole = texts.shape(text, false);
    if (fits(whole)) return whole;
    const characters = Array.from(text);
    const ended = (count: number) => texts.shape(`${characters.slice(0, count).join('').trimEnd()}…`, false);
    // The longest beginning that fits: between one that does and one that does not.
    let [most, least] = [0, characters.length];
    while (least - most > 1) {
      const middle = Math.floor((most + least) / 2);
      if (fits(ended(middle))) most = middle;
      else least = middle;
    }
    return ended(most);
  }

  flow.newPage();
  return flow;
}
