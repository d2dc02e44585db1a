// Draws one page of a document into data for the screen; all others are left out.
import { Buffer } from 'node:buffer';
import type { PaperSheet } from '../../core/ports/paper.ts';
import { boxEdges, type Painter } from './painter.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

const round = (value: number): number => Math.round(value * 100) / 100;

/** Returns the painter, and what stood on the page once the document has been drawn: null where there is no such page. */
export function createSheetPainter(wanted: number): { readonly painter: Painter; sheet(): PaperSheet | null } {
  let page = 0;
  let sheet: Open<PaperSheet> | null = null;
  const here = (): Open<PaperSheet> | null => (page === wanted ? sheet : null);
  const painter: Painter = {
    page({ widthPt, heightPt }) {
      page += 1;
      if (page === wanted) sheet = { widthPt, heightPt, texts: [], fills: [], lines: [], pictures: [] };
    },
    text(shaped, { x, y, size, bold }) {
      const open = here();
      if (open === null) return;
      let at = x;
      for (const run of shaped.runs) {
        const width = (run.width * size) / 1000;
        if (run.face !== null) {
          open.texts.push({ x: round(at), y: round(y), size, bold, width: round(width), text: run.text });
        } else {
          for (let index = 0; index < run.glyphs.length; index += 1)
            for (const [x1, y1, x2, y2] of boxEdges({ x: at + index * size, y, size, bold }))
              open.lines.push({ x1, y1, x2, y2, thickness: 0.5 });
        }
        at += width;
      }
    },
    line: (from, to, thickness) =>
      void here()?.lines.push({ x1: round(from.x), y1: round(from.y), x2: round(to.x), y2: round(to.y), thickness }),
    fill: ({ x, y, width, height }, grey) =>
      void here()?.fills.push({ x: round(x), y: round(y), width: round(width), height: round(height), grey }),
    picture(bytes, { x, y, width, height }) {
      const type = bytes[0] === 0x89 ? 'png' : 'jpeg';
      here()?.pictures.push({ x, y, width, height, data: `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}` });
    },
  };
  return { painter, sheet: () => sheet };
}
