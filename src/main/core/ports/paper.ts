// Port to paper in A4: what a document says, as data, and what becomes of it: a PDF, and the same pages as data for the screen.

export const PAPER_LANGUAGES = ['zh-CN', 'zh-TW', 'en'] as const;
export type PaperLanguage = (typeof PAPER_LANGUAGES)[number];

/** What stands in a column: figures are given as they are kept (fen, litres, a count) and written by their kind. */
export type ColumnKind = 'text' | 'money' | 'litres' | 'count';

export interface PaperColumn {
  readonly title: string;
  readonly kind: ColumnKind;
  /** Share of the width, beside the other columns'. */
  readonly width: number;
  /** Whether pages carry a subtotal of it forward and the table ends with its total. Of figures only. */
  readonly sum?: boolean;
}

export type PaperCell = string | number;

export interface PaperTable {
  readonly kind: 'table';
  readonly columns: readonly PaperColumn[];
  readonly rows: readonly (readonly PaperCell[])[];
  /** Whether a first column numbers the rows through all pages. */
  readonly numbered: boolean;
}

/** One part of a document, from top to bottom. */
export type PaperBlock =
  /** The document's name, large, with lines under it and a QR code beside it; '' without a code. */
  | { readonly kind: 'title'; readonly text: string; readonly lines: readonly string[]; readonly code: string }
  | { readonly kind: 'heading'; readonly text: string }
  /** Names with their values, in so many columns; empty values get a line to write on. */
  | { readonly kind: 'facts'; readonly columns: 1 | 2 | 3; readonly items: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'text'; readonly text: string; readonly small?: boolean }
  /** Boxes ticked, or left open for a pen. */
  | { readonly kind: 'boxes'; readonly items: readonly { readonly text: string; readonly ticked: boolean }[] }
  | PaperTable
  /** Lines to sign on, three in a row. */
  | { readonly kind: 'signatures'; readonly items: readonly string[] }
  /** A picture (PNG or JPEG) at the left edge. */
  | { readonly kind: 'picture'; readonly bytes: Uint8Array; readonly heightPt: number };

export interface PaperDocument {
  readonly language: PaperLanguage;
  /** Top left of every page. */
  readonly company: string;
  readonly title: string;
  /** Top right of every page: its number. */
  readonly number: string;
  /** Bottom left of every page. */
  readonly foot: string;
  readonly landscape: boolean;
  /** Stands in the PDF as its date: the same document with the same date gives the same bytes. */
  readonly madeAtMs: number;
  /** How many the printer is to make; 1 when left out. */
  readonly copies?: number;
  /** Of a reprint, which says so on every page; 0 or left out for the original. */
  readonly copyNo?: number;
  readonly blocks: readonly PaperBlock[];
}

/** A character that no font has; a box stands in its place. */
export interface MissingCharacter {
  readonly character: string;
  /** As U+2B688. */
  readonly codePoint: string;
  readonly firstPage: number;
}

export interface DrawnPaper {
  readonly pdf: Uint8Array;
  readonly pages: number;
  readonly missing: readonly MissingCharacter[];
}

/** A page for the screen: points of 1/72 inch from its top left corner, texts by their base line. */
export interface PaperSheet {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly texts: readonly {
    readonly x: number;
    readonly y: number;
    readonly size: number;
    readonly bold: boolean;
    readonly width: number;
    readonly text: string;
  }[];
  /** Filled rectangles; `grey` from 0 (black) to 1. */
  readonly fills: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly grey: number;
  }[];
  readonly lines: readonly {
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
    readonly thickness: number;
  }[];
  /** Pictures as data addresses. */
  readonly pictures: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly data: string;
  }[];
}

export interface DrawOptions {
  /** Ends the drawing with PAPER_CANCELLED. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: { readonly page: number; readonly pages: number }) => void;
}

export interface Paper {
  /** Returns the document as PDF. Throws PAPER_CANCELLED, PAPER_FAILED. */
  draw(document: PaperDocument, options?: DrawOptions): Promise<DrawnPaper>;
  /** Returns one page, the first being 1, of the `pages` that drawing it gave; null beyond the last. Throws PAPER_FAILED. */
  sheet(document: PaperDocument, which: { readonly page: number; readonly pages: number }): Promise<PaperSheet | null>;
}
