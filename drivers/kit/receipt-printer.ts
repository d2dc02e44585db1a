// Capability: a receipt printer that tells the truth about itself before and after a job.

/** What the printer says of itself now. `null` where the model cannot say. */
export interface PrinterStatus {
  readonly online: boolean;
  readonly paperOut: boolean | null;
  readonly paperNearEnd: boolean | null;
  readonly coverOpen: boolean | null;
  readonly cutterError: boolean | null;
  readonly unrecoverableError: boolean | null;
}

export interface PrintJob {
  /** Unique per physical attempt; appears in traces. */
  readonly jobId: string;
  /** The receipt in receiptline markup; the driver renders it for its own command language. */
  readonly markup: string;
  readonly cut: boolean;
  readonly openDrawer: boolean;
}

export interface PrintResult {
  /** `verified`: status after the job was clean. `unverified`: the line is one-way, nobody can say. */
  readonly proof: 'verified' | 'unverified';
  readonly paperNearEnd: boolean | null;
}

/** Every method rejects with a Fault (PRINTER_…, DEVICE_…, PORT_…). */
export interface ReceiptPrinter {
  /** Characters (half width) per line. */
  readonly columns: number;
  /** Asks the printer now. Rejects with PRINTER_NO_ANSWER when it stays silent. */
  status(): Promise<PrinterStatus>;
  /**
   * Status, job, status. Calls `began` right before the first byte of the job leaves: a rejection before that means that
   * nothing was printed, after that the paper must be looked at.
   */
  print(job: PrintJob, began: () => void): Promise<PrintResult>;
  openDrawer(): Promise<void>;
}
