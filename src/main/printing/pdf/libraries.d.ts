// What is used of pdfkit and fontkit, which come without types.

declare module 'pdfkit' {
  import type { Readable } from 'node:stream';

  export interface PdfReference {
    readonly data: Record<string, unknown>;
    end(chunk?: Uint8Array | string): void;
  }

  export interface PdfImage {
    readonly width: number;
    readonly height: number;
  }

  export default class PDFDocument extends Readable {
    constructor(options: {
      readonly autoFirstPage: boolean;
      readonly font: null;
      readonly lang: string;
      readonly pdfVersion: string;
      readonly displayTitle: boolean;
      readonly info: Readonly<Record<string, string | Date>>;
    });
    readonly page: { readonly fonts: Record<string, PdfReference> };
    addPage(options: { readonly size: readonly [number, number]; readonly margin: number }): this;
    addContent(operators: string): this;
    openImage(source: Buffer): PdfImage;
    image(image: PdfImage, x: number, y: number, options: { readonly width: number; readonly height: number }): this;
    ref(data: Readonly<Record<string, unknown>>): PdfReference;
    end(): void;
  }
}

declare module 'fontkit' {
  export interface Glyph {
    readonly id: number;
    readonly advanceWidth: number;
  }

  export interface Subset {
    /** Returns the number of the glyph in the subset. */
    includeGlyph(glyph: number): number;
    encode(): Uint8Array;
  }

  export interface Font {
    readonly postscriptName: string;
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    readonly capHeight: number;
    readonly bbox: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    createSubset(): Subset;
  }

  export function openSync(file: string): Font;
}
