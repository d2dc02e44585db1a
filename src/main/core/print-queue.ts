// The print queue of paper in A4: a job is on disk before its paper goes anywhere, and each of its steps before the next begins.
import { Fault, type FaultData } from '../../shared/domain/fault.ts';
import { isOut, isPending, mayFollow, nextCopyNo, type PrintJobState } from '../../shared/domain/print-jobs.ts';
import { packDocument, unpackDocument } from './packed-document.ts';
import type { Ports } from './ports/index.ts';
import type { PaperDocument, PaperSheet } from './ports/paper.ts';
import type { PrintJob } from './ports/print-jobs.ts';

/** Settled jobs are forgotten after so long: the paper of an older one is made anew. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** Paper as it was made, before it is a job. */
export interface PaperToPrint {
  readonly document: PaperDocument;
  readonly pages: number;
  readonly kind: string;
  readonly contentKey: string;
}

export interface PrintQueue {
  /**
   * Writes a job down and, where the counter has a printer of its own, hands it over. What has been printed before becomes a reprint with its count. The
   * same id again changes nothing. Throws PRINT_FATE_OPEN { state, jobId } while the same content may still come out.
   */
  send(job: { readonly jobId: string; readonly clerk: string; readonly paper: PaperToPrint }): PrintJob;
  /** The content of an earlier job once more, marked as a reprint. Throws as `send`, and PRINT_JOB_STATE_REFUSES { state } for what is not out. */
  reprint(job: { readonly jobId: string; readonly clerk: string; readonly of: PrintJob }): PrintJob;
  /** Throws PRINT_JOB_UNKNOWN. */
  require(jobId: string): PrintJob;
  /** Takes the job one step further. Throws PRINT_JOB_UNKNOWN, PRINT_JOB_STATE_REFUSES { state }. */
  step(jobId: string, to: PrintJobState, change?: { readonly printer?: string; readonly fault?: FaultData | null }): PrintJob;
  /** A page of the job as it is printed, for a printer behind the clerk's page. Throws PAPER_FAILED. */
  sheet(job: PrintJob, page: number): Promise<PaperSheet | null>;
  /** Resolves when the own printer has nothing to do. */
  idle(): Promise<void>;
}

type Needs = Pick<Ports, 'clock' | 'events' | 'paper' | 'printJobs' | 'systemPrinter'>;

/** Returns the queue. A job that was handed over when the counter ended is unknown from here on; one that was not is printed now. */
export function createPrintQueue(ports: Needs): PrintQueue {
  const { printJobs: table, systemPrinter: printer, clock } = ports;
  let working: Promise<void> | null = null;
  /** The document whose pages a page has asked for last. */
  let open: { readonly jobId: string; readonly document: PaperDocument } | null = null;

  const changed = (): void => ports.events.publish({ type: 'changed', area: 'prints', accountId: '' });

  function require(jobId: string): PrintJob {
    const job = table.get(jobId);
    if (job === null) throw new Fault('PRINT_JOB_UNKNOWN');
    return job;
  }

  function step(jobId: string, to: PrintJobState, change: { readonly printer?: string; readonly fault?: FaultData | null } = {}): PrintJob {
    const job = require(jobId);
    const { state: from, printer: before } = job;
    const move = { jobId, from, to, changedAtMs: clock.nowMs(), printer: change.printer ?? before, fault: change.fault ?? null };
    if (!mayFollow({ from, to }) || !table.move(move)) throw new Fault('PRINT_JOB_STATE_REFUSES', { state: from });
    changed();
    if (to === 'queued') work();
    return require(jobId);
  }

  function put(job: Pick<PrintJob, 'jobId' | 'clerk' | 'copyNo'>, paper: PaperToPrint): PrintJob {
    const { document, pages, kind, contentKey } = paper;
    const { title, number, landscape, copies = 1 } = document;
    const atMs = clock.nowMs();
    const marked = job.copyNo === 0 ? document : { ...document, copyNo: job.copyNo };
    table.put(
      {
        ...{ ...job, state: 'queued', contentKey, queuedAtMs: atMs, changedAtMs: atMs, kind, title, number, pages, landscape },
        // One sheet is what somebody misses who wants a reprint.
        ...{ copies: job.copyNo === 0 ? copies : 1, printer: '', fault: null },
      },
      packDocument(marked),
    );
    changed();
    work();
    return require(job.jobId);
  }

  /** Returns the count of the next job of this content; what never came out gives way to it. */
  function takeCopyNo(contentKey: string): number {
    const earlier = table.ofContent(contentKey);
    const pending = earlier.find(({ state }) => isPending(state));
    if (pending !== undefined) throw new Fault('PRINT_FATE_OPEN', { state: pending.state, jobId: pending.jobId });
    for (const { jobId, state } of earlier) if (state === 'not-printed') step(jobId, 'given-up');
    return nextCopyNo(earlier);
  }

  async function print(job: PrintJob, own: NonNullable<typeof printer>): Promise<void> {
    const { jobId, title, number, copies } = job;
    let pdf: Uint8Array;
    try {
      pdf = (await ports.paper.draw(unpackDocument(table.document(jobId)))).pdf;
    } catch (error) {
      step(jobId, 'not-printed', { fault: faultOf(error) });
      return;
    }
    // Given up while it was drawn.
    if (table.get(jobId)?.state !== 'queued') return;
    step(jobId, 'handed', { printer: own.name });
    try {
      const outcome = await own.print({ jobId, title: `${title} ${number}`.trim(), copies, pdf });
      if (outcome.kind === 'done') step(jobId, outcome.value.proof === 'verified' ? 'printed' : 'unverified');
      else step(jobId, outcome.kind === 'refused' ? 'not-printed' : 'unknown', { fault: outcome.fault });
    } catch (error) {
      step(jobId, 'unknown', { fault: faultOf(error) });
    }
  }

  /** One after the other, until none is left. */
  function work(): void {
    if (printer === null || working !== null || table.inState('queued').length === 0) return;
    const all = async (): Promise<void> => {
      try {
        for (let [next] = table.inState('queued'); next !== undefined; [next] = table.inState('queued')) await print(next, printer);
      } finally {
        // In the same moment as the last look: a job that comes later finds nobody at work and begins.
        working = null;
      }
    };
    working = all().catch((error: unknown) => console.error('the print queue stopped', error));
  }

  for (const { jobId } of table.inState('handed')) step(jobId, 'unknown');
  table.forget(clock.nowMs() - KEPT_MS);
  work();

  return {
    send({ jobId, clerk, paper }) {
      const known = table.get(jobId);
      return known ?? put({ jobId, clerk, copyNo: takeCopyNo(paper.contentKey) }, paper);
    },
    reprint({ jobId, clerk, of }) {
      const known = table.get(jobId);
      if (known !== null) return known;
      if (!isOut(of.state)) throw new Fault('PRINT_JOB_STATE_REFUSES', { state: of.state });
      const { copyNo: _, ...document } = unpackDocument(table.document(of.jobId));
      const { kind, contentKey, pages } = of;
      return put({ jobId, clerk, copyNo: takeCopyNo(contentKey) }, { document, kind, contentKey, pages });
    },
    require,
    step,
    async sheet({ jobId, pages }, page) {
      const document = open?.jobId === jobId ? open.document : unpackDocument(table.document(jobId));
      open = { jobId, document };
      return ports.paper.sheet(document, { page, pages });
    },
    idle: () => working ?? Promise.resolve(),
  };
}

function faultOf(error: unknown): FaultData {
  if (error instanceof Fault) return error.toData();
  return { code: 'PAPER_PRINTER_FAILED', context: { reason: error instanceof Error ? error.message : String(error) } };
}
