// Draws pages into a PDF: glyph numbers straight into the page's operators, each page written out when the next begins.
/// <reference path="./libraries.d.ts" />
import { Buffer } from 'node:buffer';
import PDFDocument, { type PdfReference } from 'pdfkit';
import type { MissingCharacter, PaperDocument } from '../../core/ports/paper.ts';
import { EmbeddedFace } from './embedded-face.ts';
import type { Face } from './fonts.ts';
import { type Box, boxEdges, type Painter, type TextPlace } from './painter.ts';
import type { Run, Shaped } from './text.ts';

const round = (value: number): number => Math.round(value * 100) / 100;

/** What is kept of texts that come again: their glyphs as operators. */
const KEPT_TEXTS = 2_000;

export interface PdfPainter extends Painter {
  /** Ends the document. */
  end(): { readonly missing: readonly MissingCharacter[] };
}

/** Returns the painter; `write` is given the file's bytes in order, as they come. */
export function createPdfPainter(document: PaperDocument, write: (chunk: Uint8Array) => void): PdfPainter {
  const { language, title, company, number, madeAtMs } = document;
  const pdf = new PDFDocument({
    autoFirstPage: false,
    font: null,
    lang: language,
    pdfVersion: '1.5',
    displayTitle: true,
    // Nothing of the machine and nothing of the moment: the same document gives the same bytes.
    info: {
      Title: `${title} ${number}`.trim(),
      Author: company,
      Producer: 'Countertop',
      Creator: 'Countertop',
      CreationDate: new Date(madeAtMs),
    },
  });
  const faces = new Map<Face, { readonly embedded: EmbeddedFace; readonly reference: PdfReference }>();
  const encoded = new Map<Shaped, readonly string[]>();
  const missing = new Map<number, MissingCharacter>();
  let operators: string[] = [];
  let pages = 0;
  let usedHere = new Set<Face>();

  /** Hands on what pdfkit has finished; its stream would only do so when this thread rests. */
  function drain(): void {
    const chunk: Uint8Array | null = pdf.read();
    if (chunk !== null) write(chunk);
  }

  function faceOf(face: Face) {
    const known = faces.get(face);
    if (known !== undefined) return known;
    const added = { embedded: new EmbeddedFace(face.font), reference: pdf.ref({}) };
    faces.set(face, added);
    return added;
  }

  function hexOf(shaped: Shaped): readonly string[] {
    const before = encoded.get(shaped);
    if (before !== undefined) return before;
    const hex = shaped.runs.map((run) => (run.face === null ? '' : faceOf(run.face).embedded.encode(run)));
    if (encoded.size >= KEPT_TEXTS) encoded.clear();
    encoded.set(shaped, hex);
    return hex;
  }

  function boxes(run: Run, place: TextPlace): void {
    Array.from(run.text, (character) => character.codePointAt(0) ?? 0).forEach((codePoint, index) => {
      for (const [x1, y1, x2, y2] of boxEdges({ ...place, x: place.x + index * place.size }))
        operators.push(`0.5 w ${round(x1)} ${round(y1)} m ${round(x2)} ${round(y2)} l S`);
      if (missing.has(codePoint)) return;
      const hex = codePoint.toString(16).toUpperCase().padStart(4, '0');
      missing.set(codePoint, { character: String.fromCodePoint(codePoint), codePoint: `U+${hex}`, firstPage: pages });
    });
  }

  /** Hands the page's operators over: pdfkit deflates and writes them when the next page begins. */
  function endPage(): void {
    if (pages === 0) return;
    pdf.addContent(operators.join('\n'));
    for (const face of usedHere) pdf.page.fonts[face.name] = faceOf(face).reference;
    operators = [];
    usedHere = new Set();
  }

  return {
    page({ widthPt, heightPt }) {
      endPage();
      pages += 1;
      pdf.addPage({ size: [widthPt, heightPt], margin: 0 });
      drain();
    },
    text(shaped, place) {
      const hex = hexOf(shaped);
      let { x } = place;
      shaped.runs.forEach((run, index) => {
        if (run.face === null) boxes(run, { ...place, x });
        else {
          usedHere.add(run.face);
          // The page is turned upside down by pdfkit, so that lengths run from its top; the text turns back.
          operators.push(`BT /${run.face.name} ${place.size} Tf 1 0 0 -1 ${round(x)} ${round(place.y)} Tm <${hex[index]}> Tj ET`);
        }
        x += (run.width * place.size) / 1000;
      });
    },
    line(from, to, thickness) {
      operators.push(`${thickness} w ${round(from.x)} ${round(from.y)} m ${round(to.x)} ${round(to.y)} l S`);
    },
    fill({ x, y, width, height }, grey) {
      operators.push(`${grey} g ${round(x)} ${round(y)} ${round(width)} ${round(height)} re f 0 g`);
    },
    picture(bytes, box) {
      const picture = pdf.openImage(Buffer.from(bytes));
      const fitted = fitInto(box, picture);
      pdf.image(picture, fitted.x, fitted.y, { width: fitted.width, height: fitted.height });
    },
    end() {
      endPage();
      for (const { embedded, reference } of faces.values()) embedded.embed(pdf, reference);
      pdf.end();
      drain();
      return { missing: [...missing.values()] };
    },
  };
}

/** The largest box of the picture's own proportions inside `box`, at its left edge. */
function fitInto(box: Box, picture: { readonly width: number; readonly height: number }): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  return { x: box.x, y: box.y, width: picture.width * scale, height: picture.height * scale };
}
