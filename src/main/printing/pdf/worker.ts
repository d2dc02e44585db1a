// The thread that draws paper, so that the counter goes on answering meanwhile. One job at a time; to be stopped it is ended.
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { DrawnPaper, PaperDocument, PaperSheet } from '../../core/ports/paper.ts';
import { drawPdf, drawSheet } from './draw.ts';
import { createFonts } from './fonts.ts';

export type PaperJob =
  | { readonly kind: 'pdf'; readonly document: PaperDocument }
  | { readonly kind: 'sheet'; readonly document: PaperDocument; readonly page: number; readonly pages: number };

export type PaperNews =
  | { readonly kind: 'progress'; readonly page: number; readonly pages: number }
  | { readonly kind: 'drawn'; readonly drawn: DrawnPaper }
  | { readonly kind: 'sheet'; readonly sheet: PaperSheet | null }
  | { readonly kind: 'failed'; readonly reason: string };

if (parentPort === null) throw new Error('not a worker thread');
const port = parentPort;
const fonts = createFonts();
/** A third of the time that two threads would share evenly (nice 5). */
const COUNTER_FIRST = 5;
// Where a priority is a thread's own, the counter comes first; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(COUNTER_FIRST);

port.on('message', (job: PaperJob) => {
  try {
    if (job.kind === 'sheet') return tell({ kind: 'sheet', sheet: drawSheet(job.document, { fonts, page: job.page, pages: job.pages }) });
    const drawn = drawPdf(job.document, { fonts, onProgress: (done) => tell({ kind: 'progress', ...done }) });
    port.postMessage({ kind: 'drawn', drawn } satisfies PaperNews, [drawn.pdf.buffer as ArrayBuffer]);
  } catch (error) {
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
});

function tell(news: PaperNews): void {
  port.postMessage(news);
}
