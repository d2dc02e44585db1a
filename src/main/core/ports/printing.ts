// Port to the rendering of paper: receipts as markup for the printer and as a picture for the screen, invoices as texts on their form.
import type { FormJob } from '../../../../drivers/kit/form-printer.ts';
import { RECEIPT_KINDS } from '../../../shared/contract/templates.ts';
import type { Commodity } from '../../../shared/domain/commodity.ts';
import type { InvoiceLine } from '../../../shared/domain/documents.ts';
import type { Tender } from '../../../shared/domain/tender.ts';
import type { TemplateWarning } from './paper-content.ts';
import type { Branch } from './store.ts';

export interface ReceiptContent {
  readonly branch: Branch;
  readonly receiptNo: string;
  readonly counterId: string;
  readonly clerkName: string;
  readonly clerkNo: string;
  readonly accountNo: string;
  readonly customerName: string;
  readonly address: string;
  readonly cardNo: string;
  readonly meterNo: string;
  readonly sequence: number;
  /** Watt-hours for litres, and the price per kWh, where it is power. */
  readonly commodity: Commodity;
  readonly litres: number;
  readonly amountFen: number;
  readonly vatPermille: number;
  readonly lines: readonly { readonly tier: number; readonly litres: number; readonly priceFenPerM3: number; readonly amountFen: number }[];
  readonly tenders: readonly { readonly kind: 'cash' | 'bank-card' | 'wallet'; readonly amountFen: number; readonly reference: string }[];
  readonly cashTenderedFen: number;
  readonly changeFen: number;
  readonly paidAtMs: number;
  /** What the QR code says: enough to find and verify the receipt. */
  readonly verification: string;
}

export { RECEIPT_KINDS };
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];
export type SlipKind = Exclude<ReceiptKind, 'topup'>;

/** Lines of a receipt that a company may do without. */
export const OPTIONAL_RECEIPT_LINES = ['address', 'cardNo', 'meterNo', 'sequence', 'vat', 'capital'] as const;
export type OptionalReceiptLine = (typeof OPTIONAL_RECEIPT_LINES)[number];

/** What the texts of the receipts' template may name. */
export const RECEIPT_FACTS = {
  branchName: 'text',
  branchNo: 'text',
  businessDate: 'text',
  counterId: 'text',
  clerkName: 'text',
  clerkNo: 'text',
  receiptNo: 'text',
  accountNo: 'text',
  customerName: 'text',
} as const;

/** A receipt for money other than a purchase of gas. The lines add up to `amountFen`. */
export interface SlipContent {
  readonly kind: SlipKind;
  /** Of the account in front of the clerk. */
  readonly commodity: Commodity;
  readonly branch: Branch;
  readonly receiptNo: string;
  readonly counterId: string;
  readonly clerkName: string;
  readonly clerkNo: string;
  /** The account in front of the clerk first. */
  readonly accounts: readonly { readonly accountNo: string; readonly customerName: string; readonly address: string }[];
  readonly lines: readonly { readonly name: string; readonly amountFen: number }[];
  /** What went over the counter, either way. */
  readonly amountFen: number;
  readonly tenders: readonly Tender[];
  readonly cashTenderedFen: number;
  readonly changeFen: number;
  readonly remarks: readonly { readonly name: string; readonly value: string }[];
  readonly atMs: number;
  readonly verification: string;
}

/** What an invoice says, in the order of the form. */
export interface InvoiceContent {
  readonly number: string;
  readonly branchName: string;
  readonly businessDate: string;
  readonly accountNo: string;
  readonly buyer: { readonly name: string; readonly taxNo: string };
  readonly lines: readonly InvoiceLine[];
  readonly amountFen: number;
  readonly vatFen: number;
  readonly clerkName: string;
}

/** What a test page says about where it came from. */
export interface TestPageContent {
  readonly language: 'zh-CN' | 'zh-TW' | 'en';
  readonly branchName: string;
  readonly counterId: string;
  readonly driverId: string;
  readonly connection: string;
  readonly printedAtMs: number;
}

/** What IT sees of a template of receipts that is not in use yet. */
export interface ReceiptSample {
  readonly text: string;
  readonly kind: ReceiptKind;
  /** Half-width characters to a line. */
  readonly columns: number;
}

/** What lines and remarks of receipts are called. */
export interface SlipWords {
  readonly lateFee: string;
  readonly fromCredit: string;
  readonly toCredit: string;
  readonly lateFeeWaived: string;
  /** Number of the receipt that is taken back. */
  readonly originalNo: string;
  readonly cause: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly 'deposit.taken': string;
  readonly 'deposit.returned': string;
  readonly 'credit.refunded': string;
}

export interface Receipts {
  /** The words of receipts in their language, for lines and remarks that the core names. */
  words(): SlipWords;
  /** The receipt in receiptline markup. Deterministic: the same content gives the same text. */
  markup(content: ReceiptContent, columns: number): string;
  /** The receipt of anything else, in the same markup. */
  slip(content: SlipContent, columns: number): string;
  /** The invoice as texts on its form. */
  invoiceForm(content: InvoiceContent): Pick<FormJob, 'size' | 'fields'>;
  /** The same markup with the mark of a reprint, such as 补打 2, in front. */
  reprintMarkup(markup: string, copyNo: number): string;
  /** A page that shows at a glance whether width, characters, figures, code and cut are right. */
  testPage(content: TestPageContent, columns: number): string;
  /**
   * Returns what goes to the printer and stands on the screen: the company's mark in front, and each copy that the template names, cut off by itself.
   * The mark is no part of a receipt's text, which is kept for ever. `warning`: the company's own template is broken and the built-in one was used.
   */
  dressed(markup: string, of: 'original' | 'reprint'): { readonly markup: string; readonly warning: TemplateWarning | null };
  /** Returns a made-up receipt by the template that the text holds. Throws TEMPLATE_INVALID. */
  sample(sample: ReceiptSample): { readonly markup: string; readonly copies: number };
  /** The paper as SVG. */
  svg(markup: string, columns: number): string;
}
