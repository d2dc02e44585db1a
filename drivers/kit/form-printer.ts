// Capability: a 24-pin printer for multi-part forms that are printed before (invoices).
import type { PrinterStatus, PrintResult } from './receipt-printer.ts';

/** Lengths in 0.1 mm, so that a form of 23.5 × 9 cm is 2350 × 900. */
export interface FormSize {
  readonly widthTenthMm: number;
  readonly heightTenthMm: number;
}

/** One text on the form. */
export interface FormField {
  /** From the form's left edge to the text's left edge (or right edge where `align` is right). */
  readonly xTenthMm: number;
  /** From the form's upper edge to the text's upper edge. */
  readonly yTenthMm: number;
  readonly text: string;
  readonly align?: 'left' | 'right';
  /** Characters per inch, half width; 10 unless said. */
  readonly pitch?: 10 | 12 | 15;
  readonly doubleWidth?: boolean;
}

/** How far a form lies from where it should: what the calibration grid shows. Positive moves the print right and down. */
export interface FormOffset {
  readonly xTenthMm: number;
  readonly yTenthMm: number;
}

export interface FormJob {
  /** Unique per physical attempt; appears in traces. */
  readonly jobId: string;
  readonly size: FormSize;
  readonly offset: FormOffset;
  readonly fields: readonly FormField[];
}

/** Every method rejects with a Fault (PRINTER_…, DEVICE_…, PORT_…); a field outside the form with INPUT_INVALID before anything is sent. */
export interface FormPrinter {
  status(): Promise<PrinterStatus>;
  /** Prints one form and feeds to the next one's upper edge. `began` as in ReceiptPrinter.print. */
  print(job: FormJob, began: () => void): Promise<PrintResult>;
  /** Prints a grid of 1 cm with numbers, from which a person reads the offset. */
  printGrid(job: Pick<FormJob, 'jobId' | 'size' | 'offset'>, began: () => void): Promise<PrintResult>;
}
