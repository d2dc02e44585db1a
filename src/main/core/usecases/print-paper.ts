// Paper in A4 on its way to a printer, and everything printed at this counter in one list.
import { createHash } from 'node:crypto';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { documentNumber, INVOICES, type InvoiceRow, SEGMENTS } from '../../../shared/domain/documents.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { ReceiptRow } from '../../../shared/domain/fold.ts';
import type { Operation } from '../../../shared/domain/operation.ts';
import type { UseCaseContext } from '../actor.ts';
import { calendarDate } from '../calendar-date.ts';
import type { PaperDesk } from '../paper-desk.ts';
import type { PrintJob } from '../ports/print-jobs.ts';
import type { ReadStore } from '../ports/store.ts';
import type { PrintQueue } from '../print-queue.ts';

type JobView = Outputs['prints']['get'];
type Row = Outputs['prints']['list'][number];

/** The list looks back over so many operations of the journal; what is open stands in it however old it is. */
const LOOK_BACK = 1_500;
/** Over so many where a day or a kind is looked for: some weeks of a busy counter. */
const LOOK_FAR_BACK = 15_000;
const PAGE = 500;
const MOST_OPEN = 100;

/** Returns what a text is known by. */
export function contentKeyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function oversees({ actor }: UseCaseContext): boolean {
  return actor.role === 'supervisor' || actor.role === 'manager';
}

function jobView({ ports }: UseCaseContext, { contentKey: _, ...job }: PrintJob): JobView {
  return { ...job, byItself: ports.systemPrinter !== null };
}

/** A job is its maker's, and whoever oversees the counter may help. Throws PRINT_JOB_UNKNOWN. */
function ownJob(context: UseCaseContext, queue: PrintQueue, jobId: string): PrintJob {
  const job = queue.require(jobId);
  if (job.clerk !== context.actor.staffNo && !oversees(context)) throw new Fault('PRINT_JOB_UNKNOWN');
  return job;
}

export function viewPrint(context: UseCaseContext, queue: PrintQueue, { jobId }: Inputs['prints']['get']): JobView {
  return jobView(context, ownJob(context, queue, jobId));
}

/** Queues the paper on the clerk's desk. Throws PAPER_UNKNOWN, PRINT_FATE_OPEN. */
export function sendPaper(context: UseCaseContext, desk: PaperDesk, queue: PrintQueue, input: Inputs['prints']['send']): JobView {
  const { staffNo } = context.actor;
  const paper = desk.toPrint({ paperId: input.paperId, staffNo });
  return jobView(context, queue.send({ jobId: input.jobId, clerk: staffNo, paper }));
}

/** Throws PRINT_JOB_UNKNOWN, PRINT_JOB_STATE_REFUSES, PRINT_FATE_OPEN. */
export function reprintPaper(context: UseCaseContext, queue: PrintQueue, input: Inputs['prints']['reprint']): JobView {
  const of = ownJob(context, queue, input.ofJobId);
  return jobView(context, queue.reprint({ jobId: input.jobId, clerk: context.actor.staffNo, of }));
}

/** Takes a job that is not on paper back into the queue, or out of it. Throws PRINT_JOB_UNKNOWN, PRINT_JOB_STATE_REFUSES. */
export function requeue(context: UseCaseContext, queue: PrintQueue, input: { readonly jobId: string }, to: 'queued' | 'given-up'): JobView {
  const { jobId, state } = ownJob(context, queue, input.jobId);
  // Sent again without an answer to the first time.
  if (state === to) return viewPrint(context, queue, input);
  return jobView(context, queue.step(jobId, to));
}

/** The clerk's page takes the job to the system's dialog. Throws PRINT_JOB_UNKNOWN, PRINT_JOB_STATE_REFUSES. */
export function handToPage(context: UseCaseContext, queue: PrintQueue, input: Inputs['prints']['hand']): JobView {
  const { jobId, state } = ownJob(context, queue, input.jobId);
  if (context.ports.systemPrinter !== null) throw new Fault('PRINT_JOB_STATE_REFUSES', { state });
  return jobView(context, queue.step(jobId, 'handed', { printer: '' }));
}

/** A job in the hands of the clerk's page; the own printer answers for itself. */
function pageJob(context: UseCaseContext, queue: PrintQueue, jobId: string): PrintJob {
  const job = ownJob(context, queue, jobId);
  if (job.state === 'handed' && job.printer !== '') throw new Fault('PRINT_JOB_STATE_REFUSES', { state: job.state });
  return job;
}

/** Throws PRINT_JOB_UNKNOWN, PRINT_JOB_STATE_REFUSES. */
export function reportPrint(context: UseCaseContext, queue: PrintQueue, input: Inputs['prints']['report']): JobView {
  const { jobId } = pageJob(context, queue, input.jobId);
  const fault = input.outcome === 'not-printed' ? { code: 'PAPER_PRINTER_FAILED' as const, context: { reason: input.reason } } : null;
  return jobView(context, queue.step(jobId, input.outcome, { fault }));
}

/** Records what somebody saw; returns the reprint where one was asked for. Throws PRINT_JOB_UNKNOWN, PRINT_JOB_STATE_REFUSES. */
export function confirmPrint(context: UseCaseContext, queue: PrintQueue, input: Inputs['prints']['confirm']): JobView {
  const { answer, againId = context.ports.ids.uuid() } = input;
  const { jobId, state } = pageJob(context, queue, input.jobId);
  // The page that had it is gone.
  if (state === 'handed') queue.step(jobId, 'unknown');
  if (answer !== 'again') return jobView(context, queue.step(jobId, answer === 'yes' ? 'printed' : 'not-printed'));
  // It may be out: what follows is marked.
  const of = queue.step(jobId, 'unverified');
  return jobView(context, queue.reprint({ jobId: againId, clerk: context.actor.staffNo, of }));
}

function accountOf(store: ReadStore, accountId: string): Pick<Row, 'accountNo' | 'customerName'> {
  const account = store.account(accountId);
  return { accountNo: account?.accountNo ?? '', customerName: account?.customerName ?? '' };
}

const NOT_OUT: ReadonlySet<Row['state']> = new Set(['issued', 'queued', 'handed', 'unknown', 'not-printed']);

const OUT: ReadonlySet<Row['state']> = new Set(['printed', 'unverified']);
type PrintsWanted = Required<Pick<Inputs['prints']['list'], 'which' | 'limit'>> & Pick<Inputs['prints']['list'], 'what' | 'day'>;
const SHOWN: Readonly<Record<PrintsWanted['which'], (state: Row['state']) => boolean>> = {
  open: (state) => NOT_OUT.has(state),
  printed: (state) => OUT.has(state),
  all: () => true,
};

/** The last operations of this counter, oldest first, at most `most`. */
function* recentOperations(store: ReadStore, most: number): Generator<Operation> {
  const lastSeq = store.lastSeq();
  for (let after = Math.max(0, lastSeq - most); after < lastSeq; after += PAGE) yield* store.operationsAfter(after, PAGE);
}

/** Returns receipts, invoices and papers in A4, newest first. */
export function listPrints(context: UseCaseContext, { which, what: wanted, day, limit }: PrintsWanted): Row[] {
  const { store, printJobs } = context.ports;
  const rows = new Map<string, Row>();
  const receipt = (row: ReceiptRow, by: Pick<Row, 'clerk' | 'atMs'>): void => {
    const { receiptId, receiptNo, accountId, state, reprints } = row;
    const what = { what: 'receipt', id: receiptId, number: receiptNo, title: '', job: null } as const;
    rows.set(receiptId, { ...what, ...accountOf(store, accountId), state, reprints, ...by });
  };
  const invoice = (row: InvoiceRow, by: Pick<Row, 'clerk' | 'atMs'>): void => {
    const { invoiceId, segmentId, number, accountId, state } = row;
    const segment = store.record(SEGMENTS, segmentId);
    const label = segment === null ? String(number) : documentNumber(segment, number);
    const what = { what: 'invoice', id: invoiceId, number: label, title: '', job: null, reprints: 0 } as const;
    rows.set(invoiceId, { ...what, ...accountOf(store, accountId), state, ...by });
  };
  const by = ({ clerk, recordedAtMs }: Operation): Pick<Row, 'clerk' | 'atMs'> => ({ clerk, atMs: recordedAtMs });
  const isPicked = wanted !== undefined || day !== undefined;
  for (const operation of which === 'open' ? [] : recentOperations(store, isPicked ? LOOK_FAR_BACK : LOOK_BACK)) {
    if (operation.kind === 'receipt.issued') {
      const row = store.receipt(operation.payload.receiptId);
      if (row !== null) receipt(row, by(operation));
    } else if (operation.kind === 'invoice.issued') {
      const row = store.record(INVOICES, operation.payload.invoiceId);
      if (row !== null) invoice(row, by(operation));
    }
  }
  // What is open and lies further back; that of other counters is theirs.
  const issuing = (accountId: string, isIt: (operation: Operation) => boolean): Pick<Row, 'clerk' | 'atMs'> | null => {
    const found = store
      .operationsOf(accountId, LOOK_BACK)
      .find((operation) => isIt(operation) && operation.counterId === store.counterId());
    return found === undefined ? null : by(found);
  };
  for (const row of store.receiptsNotOut(MOST_OPEN)) {
    if (rows.has(row.receiptId)) continue;
    const found = issuing(row.accountId, ({ kind, payload }) => kind === 'receipt.issued' && payload.receiptId === row.receiptId);
    if (found !== null) receipt(row, found);
  }
  for (const state of ['issued', 'unknown', 'not-printed'] as const)
    for (const row of store.recordsInState(INVOICES, state, MOST_OPEN)) {
      if (rows.has(row.invoiceId)) continue;
      const found = issuing(row.accountId, ({ kind, payload }) => kind === 'invoice.issued' && payload.invoiceId === row.invoiceId);
      if (found !== null) invoice(row, found);
    }
  const open = (['queued', 'handed', 'unknown', 'not-printed'] as const).flatMap((state) => printJobs.inState(state));
  for (const job of [...open, ...(which === 'open' ? [] : printJobs.latest(isPicked ? LOOK_BACK : limit))]) {
    const { jobId: id, number, title, state, copyNo: reprints, clerk, queuedAtMs: atMs } = job;
    rows.set(id, {
      what: 'paper',
      id,
      number,
      title,
      accountNo: '',
      customerName: '',
      state,
      reprints,
      clerk,
      atMs,
      job: jobView(context, job),
    });
  }
  const mine = oversees(context) ? () => true : ({ clerk }: Row) => clerk === context.actor.staffNo;
  return [...rows.values()]
    .filter(
      (row) =>
        mine(row) &&
        SHOWN[which](row.state) &&
        (wanted === undefined || row.what === wanted) &&
        (day === undefined || calendarDate(row.atMs) === day),
    )
    .sort((left, right) => right.atMs - left.atMs || (left.id < right.id ? 1 : -1))
    .slice(0, limit);
}
