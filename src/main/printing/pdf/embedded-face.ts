// A font inside a PDF: only the glyphs that are used, as a composite font with a table that leads back from glyphs to characters.
/// <reference path="./libraries.d.ts" />

import type { Font, Subset } from 'fontkit';
import type PDFDocument from 'pdfkit';
import type { PdfReference } from 'pdfkit';
import type { Run } from './text.ts';

/** ISO 32000-1, 9.8.2: a font whose characters are outside the standard Latin set. */
const SYMBOLIC = 4;
/** A common thickness of stems, which viewers use only to find a substitute; the font is embedded. */
const STEM_V = 80;
/** ISO 32000-1, 9.10.3: at most 100 entries to a block of a ToUnicode table. */
const BLOCK = 100;

/** ISO 32000-1, 9.6.4 wants six capitals before the name of a subset. */
const SUBSET_TAG = 'CTRTOP';

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}

/** UTF-16BE in hex. */
function utf16(codePoint: number): string {
  return Array.from({ length: String.fromCodePoint(codePoint).length }, (_, at) =>
    hex4(String.fromCodePoint(codePoint).charCodeAt(at)),
  ).join('');
}

export class EmbeddedFace {
  readonly #font: Font;
  readonly #subset: Subset;
  /** By glyph of the font: its number in the subset, in hex. */
  readonly #numbers = new Map<number, string>();
  /** By number in the subset; glyph 0 is always there. */
  readonly #widths: number[] = [];
  readonly #characters: (number | undefined)[] = [undefined];

  constructor(font: Font) {
    this.#font = font;
    this.#subset = font.createSubset();
    this.#widths[0] = 1000;
  }

  /** Returns the run's glyphs as a hexadecimal string for a page. */
  encode(run: Run): string {
    let hex = '';
    let at = 0;
    for (const character of run.text) {
      const glyph = run.glyphs[at] ?? 0;
      hex += this.#numbers.get(glyph) ?? this.#add(glyph, character.codePointAt(0) ?? 0);
      at += 1;
    }
    return hex;
  }

  #add(glyph: number, codePoint: number): string {
    const number = this.#subset.includeGlyph(glyph);
    const { advanceWidth } = this.#font.glyphForCodePoint(codePoint);
    this.#widths[number] = Math.round((advanceWidth * 1000) / this.#font.unitsPerEm);
    this.#characters[number] = codePoint;
    const hex = hex4(number);
    this.#numbers.set(glyph, hex);
    return hex;
  }

  /** Writes the font into the document under the reference that its pages name. */
  embed(pdf: PDFDocument, reference: PdfReference): void {
    const { postscriptName, unitsPerEm, ascent, descent, capHeight, bbox } = this.#font;
    const scale = 1000 / unitsPerEm;
    const BaseFont = `${SUBSET_TAG}+${postscriptName}`;
    const file = pdf.ref({});
    file.end(this.#subset.encode());
    const descriptor = pdf.ref({
      Type: 'FontDescriptor',
      FontName: BaseFont,
      Flags: SYMBOLIC,
      FontBBox: [bbox.minX, bbox.minY, bbox.maxX, bbox.maxY].map((value) => Math.round(value * scale)),
      ItalicAngle: 0,
      Ascent: Math.round(ascent * scale),
      Descent: Math.round(descent * scale),
      CapHeight: Math.round(capHeight * scale),
      StemV: STEM_V,
      FontFile2: file,
    });
    descriptor.end();
    const descendant = pdf.ref({
      Type: 'Font',
      Subtype: 'CIDFontType2',
      BaseFont,
      // String objects become PDF strings, plain ones become names.
      CIDSystemInfo: { Registry: new String('Adobe'), Ordering: new String('Identity'), Supplement: 0 },
      FontDescriptor: descriptor,
      W: [0, this.#widths],
      CIDToGIDMap: 'Identity',
    });
    descendant.end();
    const unicode = pdf.ref({});
    unicode.end(this.#unicodeTable());
    Object.assign(reference.data, {
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont,
      Encoding: 'Identity-H',
      DescendantFonts: [descendant],
      ToUnicode: unicode,
    });
    reference.end();
  }

  #unicodeTable(): string {
    const entries = this.#characters.flatMap((codePoint, number) =>
      codePoint === undefined ? [] : [`<${hex4(number)}> <${utf16(codePoint)}>`],
    );
    const blocks = Array.from({ length: Math.ceil(entries.length / BLOCK) }, (_, at) => entries.slice(at * BLOCK, (at + 1) * BLOCK));
    return [
      '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
      '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
      '1 begincodespacerange <0000> <ffff> endcodespacerange',
      ...blocks.map((block) => [`${block.length} beginbfchar`, ...block, 'endbfchar'].join('\n')),
      'endcmap CMapName currentdict /CMap defineresource pop end end',
    ].join('\n');
  }
}
