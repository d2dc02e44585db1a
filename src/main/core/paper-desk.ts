// Papers at hand: what was made a moment ago, for the one who made it, until it has been printed or saved.
import { Fault } from '../../shared/domain/fault.ts';
import type { Ports } from './ports/index.ts';
import type { DrawnPaper, PaperSheet } from './ports/paper.ts';
import type { PaperToPrint } from './print-queue.ts';

/** Each clerk's last few; a paper can always be made again. */
const KEPT = 12;

interface Kept {
  readonly staffNo: string;
  readonly paper: PaperOnDesk;
  readonly drawn: DrawnPaper;
}

interface UnderWay {
  readonly staffNo: string;
  readonly abort: AbortController;
  done: { readonly page: number; readonly pages: number };
}

/** Paper with what it is known by. */
export type PaperOnDesk = Omit<PaperToPrint, 'pages'>;

export interface PaperDesk {
  /** Draws the paper and keeps it. Throws PAPER_CANCELLED, PAPER_FAILED. */
  draw(key: PaperKey, paper: PaperOnDesk): Promise<DrawnPaper>;
  progress(key: PaperKey): { readonly page: number; readonly pages: number } | null;
  cancel(key: PaperKey): void;
  /** Throws PAPER_UNKNOWN, PAPER_FAILED. */
  sheet(key: PaperKey, page: number): Promise<PaperSheet>;
  /** Throws PAPER_UNKNOWN. */
  pdf(key: PaperKey): Uint8Array;
  /** Throws PAPER_UNKNOWN. */
  toPrint(key: PaperKey): PaperToPrint;
}

/** A paper is its maker's: nobody else sees it under its id. */
export interface PaperKey {
  readonly paperId: string;
  readonly staffNo: string;
}

export function createPaperDesk({ paper }: Pick<Ports, 'paper'>): PaperDesk {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, UnderWay>();

  function keptOf({ paperId, staffNo }: PaperKey): Kept {
    const found = kept.get(paperId);
    if (found === undefined || found.staffNo !== staffNo) throw new Fault('PAPER_UNKNOWN');
    return found;
  }

  function underWayOf({ paperId, staffNo }: PaperKey): UnderWay | null {
    const found = underWay.get(paperId);
    return found === undefined || found.staffNo !== staffNo ? null : found;
  }

  return {
    async draw({ paperId, staffNo }, one) {
      const job: UnderWay = { staffNo, abort: new AbortController(), done: { page: 0, pages: 0 } };
      underWay.set(paperId, job);
      try {
        const drawn = await paper.draw(one.document, {
          signal: job.abort.signal,
          onProgress: (done) => {
            job.done = done;
          },
        });
        kept.delete(paperId);
        kept.set(paperId, { staffNo, paper: one, drawn });
        const [oldest] = kept.keys();
        if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
        return drawn;
      } finally {
        if (underWay.get(paperId) === job) underWay.delete(paperId);
      }
    },
    progress: (key) => underWayOf(key)?.done ?? null,
    cancel(key) {
      underWayOf(key)?.abort.abort();
      if (kept.get(key.paperId)?.staffNo === key.staffNo) kept.delete(key.paperId);
    },
    async sheet(key, page) {
      const { paper: one, drawn } = keptOf(key);
      const sheet = await paper.sheet(one.document, { page, pages: drawn.pages });
      if (sheet === null) throw new Fault('PAPER_UNKNOWN');
      return sheet;
    },
    pdf: (key) => keptOf(key).drawn.pdf,
    toPrint(key) {
      const { paper: one, drawn } = keptOf(key);
      return { ...one, pages: drawn.pages };
    },
  };
}
