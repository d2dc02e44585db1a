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
  /**
   * Whether the printer itself proves that the job of this id came out, asked after its fate was unknown: also on a line opened since, and by another
   * process. Waits for everything that is still in the printer, and rejects with PRINTER_… while that cannot be printed. False says only that it proves
   * nothing; absent where the model never can.
   */
  hasPrinted?(jobId: string): Promise<boolean>;
  openDrawer(): Promise<void>;
}
