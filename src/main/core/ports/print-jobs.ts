// Ports to printing in A4: the durable list of jobs, and the printer that the counter drives itself.
import type { Outcome } from '../../../../drivers/kit/outcome.ts';
import type { FaultData } from '../../../shared/domain/fault.ts';
import type { PrintJobState } from '../../../shared/domain/print-jobs.ts';

/** A job without what is printed. */
export interface PrintJob {
  readonly jobId: string;
  readonly state: PrintJobState;
  /** Equal for what says the same, whoever made it and when. */
  readonly contentKey: string;
  /** 0 for the original; the count of a reprint. */
  readonly copyNo: number;
  readonly clerk: string;
  readonly queuedAtMs: number;
  readonly changedAtMs: number;
  /** The kind of paper, as in its subject. */
  readonly kind: string;
  readonly title: string;
  /** As at the top right of the paper. */
  readonly number: string;
  /** Sheets of the same, for the printer. */
  readonly copies: number;
  readonly pages: number;
  readonly landscape: boolean;
  /** The printer that has or had it; '' for the dialog of the clerk's page. */
  readonly printer: string;
  readonly fault: FaultData | null;
}

export type PrintMove = Pick<PrintJob, 'jobId' | 'changedAtMs' | 'printer' | 'fault'> & {
  readonly from: PrintJobState;
  readonly to: PrintJobState;
};

/** Where jobs lie: a table that is neither journal nor projection and never leaves the counter. Everything is durable when a call returns. */
export interface PrintJobTable {
  /** `document`: what is printed, packed. The same id again changes nothing and returns false. */
  put(job: PrintJob, document: string): boolean;
  get(jobId: string): PrintJob | null;
  /** What is printed, packed; '' for an unknown id. */
  document(jobId: string): string;
  /** Returns false, and changes nothing, where the job is not in `from`. */
  move(move: PrintMove): boolean;
  /** Jobs of the same content, oldest first. */
  ofContent(contentKey: string): readonly PrintJob[];
  /** Jobs in that state, oldest first. */
  inState(state: PrintJobState): readonly PrintJob[];
  /** Newest first. */
  latest(limit: number): readonly PrintJob[];
  /** Drops jobs queued before that moment whose fate is settled. */
  forget(beforeMs: number): void;
}

/** A printer that the counter drives by itself, without a dialog. */
export interface SystemPrinter {
  /** For the list of jobs. */
  readonly name: string;
  /**
   * Prints the PDF once per job id, as often as the printer can tell. `verified`: it lies there; `unverified`: somebody else took it over, as a spooler
   * does. `refused` is only said when no byte can have been printed.
   */
  print(job: {
    readonly jobId: string;
    readonly title: string;
    readonly copies: number;
    readonly pdf: Uint8Array;
  }): Promise<Outcome<{ readonly proof: 'verified' | 'unverified' }>>;
}
