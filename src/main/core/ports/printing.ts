// Port to receipt rendering: the same content as markup for the printer and as a picture for the screen.
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

/** What a test page says about where it came from. */
export interface TestPageContent {
  readonly language: 'zh-CN' | 'zh-TW' | 'en';
  readonly branchName: string;
  readonly counterId: string;
  readonly driverId: string;
  readonly connection: string;
  readonly printedAtMs: number;
}

export interface Receipts {
  /** The receipt in receiptline markup. Deterministic: the same content gives the same text. */
  markup(content: ReceiptContent, columns: number): string;
  /** The same markup with the reprint mark "补打 n". */
  reprintMarkup(markup: string, copyNo: number): string;
  /** A page that shows at a glance whether width, characters, figures, code and cut are right. */
  testPage(content: TestPageContent, columns: number): string;
  /** The paper as SVG. */
  svg(markup: string, columns: number): string;
}
