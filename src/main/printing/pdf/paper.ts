// Paper in A4 for the core: jobs handed to the drawing thread one after the other, with progress and cancel.
import { Worker } from 'node:worker_threads';
import { Fault } from '../../../shared/domain/fault.ts';
import type { DrawOptions, Paper } from '../../core/ports/paper.ts';
import type { PaperJob, PaperNews } from './worker.ts';

/** The thread keeps the fonts at hand between papers; after so long without work it gives their memory back. */
const REST_MS = 120_000;
/** Nearly all that drawing makes is gone with its page: a small heap is cleared more often and stays small. A report of 50,000 rows fits. */
const LIMITS = { maxYoungGenerationSizeMb: 3, maxOldGenerationSizeMb: 128 } as const;

export interface PaperTimers {
  after(ms: number, act: () => void): () => void;
}

const SYSTEM_TIMERS: PaperTimers = {
  after(ms, act) {
    const timer = setTimeout(act, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Returns the paper of a counter; `close` ends the thread. */
export function createPaper({
  workerFile,
  timers = SYSTEM_TIMERS,
}: {
  readonly workerFile: string;
  readonly timers?: PaperTimers;
}): Paper & { close(): Promise<void> } {
  let worker: Worker | null = null;
  let cancelRest = (): void => {};
  /** Jobs wait for the one before; a job that fails does not stop the next. */
  let last: Promise<unknown> = Promise.resolve();

  function stop(): Promise<unknown> {
    const ended = worker?.terminate() ?? Promise.resolve();
    worker = null;
    return ended;
  }

  function run(job: PaperJob, { signal, onProgress }: DrawOptions): Promise<PaperNews> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new Fault('PAPER_CANCELLED'));
      cancelRest();
      worker ??= new Worker(workerFile, { resourceLimits: LIMITS });
      const mine = worker;
      // A counter that closes does not wait for paper.
      mine.unref();
      const finish = (settle: () => void): void => {
        mine.off('message', heard);
        mine.off('error', broke);
        mine.off('exit', ended);
        signal?.removeEventListener('abort', cancel);
        cancelRest = timers.after(REST_MS, () => void stop());
        settle();
      };
      const lost = (reason: string): void => {
        worker = null;
        finish(() => reject(new Fault('PAPER_FAILED', { reason })));
      };
      const cancel = (): void => {
        void stop();
        finish(() => reject(new Fault('PAPER_CANCELLED')));
      };
      const heard = (news: PaperNews): void => {
        if (news.kind === 'progress') onProgress?.({ page: news.page, pages: news.pages });
        else if (news.kind === 'failed') finish(() => reject(new Fault('PAPER_FAILED', { reason: news.reason })));
        else finish(() => resolve(news));
      };
      const broke = (error: unknown): void => lost(error instanceof Error ? error.message : String(error));
      const ended = (): void => lost('the drawing thread ended');
      mine.on('message', heard);
      mine.on('error', broke);
      mine.on('exit', ended);
      signal?.addEventListener('abort', cancel);
      mine.postMessage(job);
    });
  }

  function queue(job: PaperJob, options: DrawOptions): Promise<PaperNews> {
    const mine = last.then(() => run(job, options));
    last = mine.catch(() => {});
    return mine;
  }

  return {
    async draw(document, options = {}) {
      const news = await queue({ kind: 'pdf', document }, options);
      if (news.kind !== 'drawn') throw new Fault('PAPER_FAILED', { reason: news.kind });
      return news.drawn;
    },
    async sheet(document, { page, pages }) {
      const news = await queue({ kind: 'sheet', document, page, pages }, {});
      if (news.kind !== 'sheet') throw new Fault('PAPER_FAILED', { reason: news.kind });
      return news.sheet;
    },
    async close() {
      cancelRest();
      await stop();
    },
  };
}
