// Text on paper: which glyphs a text is made of, how wide it is, and where it breaks into lines. Each distinct text is worked out once.
import type { PaperLanguage } from '../../core/ports/paper.ts';
import type { Face, FindGlyph, Fonts } from './fonts.ts';

/** A stretch of a text in one font; `face` null: characters that no font has, each drawn as a box. */
export interface Run {
  readonly face: Face | null;
  readonly glyphs: readonly number[];
  readonly text: string;
  /** In thousandths of the font size. */
  readonly width: number;
}

export interface Shaped {
  readonly text: string;
  readonly runs: readonly Run[];
  readonly width: number;
}

export interface Texts {
  shape(text: string, bold: boolean): Shaped;
  /** Returns the lines that the text takes in a width given in thousandths of its font size. Every text takes at least one. */
  wrap(text: string, place: { readonly bold: boolean; readonly width: number }): readonly Shaped[];
}

/** A box in place of a character is as wide as a Chinese character. */
const BOX_WIDTH = 1000;
/** Words that come again and again are few; numbers that come once are not worth their memory. */
const KEPT_TEXTS = 2_000;

/** What may not begin a line, and what may not end one. */
const CLOSING = new Set('、。，．：；？！）」』】》〉〕｝”’…—·,.:;?!)]}%‰℃°¢％');
const OPENING = new Set('（「『【《〈〔｛“‘([{¥￥$#＃№');

/** Control characters, joiners and variation selectors have no glyph of their own. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Variation_Selector}/gu;

/** Whether a text has any of them, or more than one line. */
const ODD = new RegExp(INVISIBLE.source, 'u');

function isHan(character: string): boolean {
  return character >= '\u2e80';
}

/** Cuts a line of text into pieces between which it may break. */
export function pieces(text: string): string[] {
  const found: string[] = [];
  let last = '';
  for (const character of text) {
    const joins =
      last !== '' &&
      last !== ' ' &&
      (character === ' ' ||
        CLOSING.has(character) ||
        OPENING.has(last) ||
        (!isHan(character) && !isHan(last) && last !== '-' && last !== '/'));
    if (joins) found[found.length - 1] += character;
    else found.push(character);
    last = character;
  }
  return found;
}

/** Returns the measures of texts in a language. */
export function createTexts(fonts: Fonts, language: PaperLanguage): Texts {
  const regularGlyph = fonts.glyphs({ language, bold: false });
  const boldGlyph = fonts.glyphs({ language, bold: true });
  const regular = new Map<string, readonly [Shaped]>();
  const bolder = new Map<string, readonly [Shaped]>();
  /** Texts of more than one line, by width, negative where bold, then by text. */
  const wrapped = new Map<number, Map<string, readonly Shaped[]>>();

  function work(text: string, glyph: FindGlyph): Shaped {
    const runs: { face: Face | null; glyphs: number[]; text: string; width: number }[] = [];
    let run: (typeof runs)[number] | undefined;
    let total = 0;
    for (const character of text) {
      const place = glyph(character.codePointAt(0) ?? 0);
      const face = place?.face ?? null;
      if (run === undefined || run.face !== face) {
        run = { face, glyphs: [], text: '', width: 0 };
        runs.push(run);
      }
      const width = place?.width ?? BOX_WIDTH;
      run.glyphs.push(place?.glyph ?? 0);
      run.text += character;
      run.width += width;
      total += width;
    }
    return { text, runs: runs.length === 1 ? runs.map((only) => ({ ...only, text })) : runs, width: total };
  }

  /** The text as the one line of itself: what most texts of a report are. */
  function alone(text: string, bold: boolean): readonly [Shaped] {
    const known = bold ? bolder : regular;
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = [work(text, bold ? boldGlyph : regularGlyph)] as const;
    if (known.size >= KEPT_TEXTS) known.clear();
    known.set(text, result);
    return result;
  }

  const shape = (text: string, bold: boolean): Shaped => alone(text, bold)[0];

  /** Widths need no runs: the glyphs of a text are made only where it is drawn. */
  function widthOf(text: string, bold: boolean): number {
    const glyph = bold ? boldGlyph : regularGlyph;
    let width = 0;
    for (const character of text) width += glyph(character.codePointAt(0) ?? 0)?.width ?? BOX_WIDTH;
    return width;
  }

  function breakLine(text: string, bold: boolean, limit: number): string[] {
    const lines: string[] = [];
    let line = '';
    let width = 0;
    const put = (piece: string): void => {
      const more = widthOf(piece, bold);
      if (line !== '' && width + widthOf(piece.trimEnd(), bold) > limit) {
        lines.push(line.trimEnd());
        line = '';
        width = 0;
      }
      if (line === '' && more > limit && Array.from(piece).length > 1) {
        // Wider than the whole line: a number or a name without a place to break.
        for (const character of piece) {
          const one = widthOf(character, bold);
          if (line !== '' && width + one > limit) {
            lines.push(line);
            line = '';
            width = 0;
          }
          line += character;
          width += one;
        }
        return;
      }
      line += piece;
      width += more;
    };
    for (const piece of pieces(text)) put(piece);
    lines.push(line.trimEnd());
    return lines;
  }

  function breakText(text: string, bold: boolean, width: number): readonly Shaped[] {
    const lines = text
      .replaceAll('\t', ' ')
      .split(/\r\n|\r|\n/)
      .map((line) => line.replace(INVISIBLE, ''));
    return lines.flatMap((line) => breakLine(line, bold, width)).map((line) => shape(line, bold));
  }

  return {
    shape,
    wrap(text, { bold, width }) {
      const whole = ODD.test(text) ? null : alone(text, bold);
      if (whole !== null && whole[0].width <= width) return whole;
      const style = bold ? -width : width;
      const known = wrapped.get(style) ?? new Map<string, readonly Shaped[]>();
      wrapped.set(style, known);
      const before = known.get(text);
      if (before !== undefined) return before;
      const lines = breakText(text, bold, width);
      if (known.size >= KEPT_TEXTS) known.clear();
      known.set(text, lines);
      return lines;
    },
  };
}
