// Draws a whole document: once over blank pages to know how many there are, then for good.
import { Buffer } from 'node:buffer';
import type { DrawnPaper, PaperDocument, PaperSheet } from '../../core/ports/paper.ts';
import { drawBlock } from './blocks.ts';
import { createFlow } from './flow.ts';
import type { Fonts } from './fonts.ts';
import { BLANK, type Painter } from './painter.ts';
import { createPdfPainter } from './pdf-painter.ts';
import { createSheetPainter } from './sheet-painter.ts';
import { createTexts, type Texts } from './text.ts';

interface Pass {
  readonly texts: Texts;
  readonly painter: Painter;
  readonly pages: number;
  readonly onPage?: (page: number) => void;
}

/** Lays the document out and returns how many pages it takes. */
function layOut(document: PaperDocument, { texts, painter, pages, onPage = () => {} }: Pass): number {
  const flow = createFlow(document, { painter, texts, pages, onPage });
  document.blocks.forEach((block, at) => {
    drawBlock(flow, block, document.blocks[at + 1]);
  });
  return flow.page;
}

/** Returns the document as PDF; `onProgress` is told each page begun. */
export function drawPdf(
  document: PaperDocument,
  { fonts, onProgress = () => {} }: { readonly fonts: Fonts; readonly onProgress?: (done: { page: number; pages: number }) => void },
): DrawnPaper {
  const texts = createTexts(fonts, document.language);
  const pages = layOut(document, { texts, painter: BLANK, pages: 0 });
  const chunks: Uint8Array[] = [];
  const painter = createPdfPainter(document, (chunk) => chunks.push(chunk));
  layOut(document, { texts, painter, pages, onPage: (page) => onProgress({ page, pages }) });
  const { missing } = painter.end();
  return { pdf: Uint8Array.from(Buffer.concat(chunks)), pages, missing };
}

/** Returns one page of the document for the screen; null beyond the last. `pages`: how many it has, as drawing it has said. */
export function drawSheet(
  document: PaperDocument,
  { fonts, page, pages }: { readonly fonts: Fonts; readonly page: number; readonly pages: number },
): PaperSheet | null {
  const { painter, sheet } = createSheetPainter(page);
  layOut(document, { texts: createTexts(fonts, document.language), painter, pages });
  return sheet();
}
