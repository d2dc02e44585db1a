// Port to tables as files, for a spreadsheet: CSV and XLSX, made beside the counter so that it goes on answering.
import type { PaperLanguage } from './paper.ts';

/** How a column is kept and written: fen, litres or watt-hours, a count, a business date, a moment in ms. */
export type TableColumnKind = 'text' | 'money' | 'volume' | 'count' | 'date' | 'moment';

export interface TableColumn {
  readonly title: string;
  readonly kind: TableColumnKind;
}

/** A cell of null, and one of '' in a column of figures, stays empty. */
export type TableCell = string | number | null;

export interface DataTable {
  /** Name of its sheet. */
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** Names of columns; `{{…}}` stands for nothing here. */
export const TABLE_COLUMNS = [
  'date',
  'hour',
  'time',
  'counter',
  'seq',
  'clerk',
  'clerkName',
  'kind',
  'tender',
  'count',
  'amount',
  'cash',
  'bankCard',
  'wallet',
  'total',
  'gas',
  'power',
  'lastWeek',
  'average',
  'accountNo',
  'customer',
  'receiptNo',
  'reference',
  'state',
  'reprints',
  'invoiceNo',
  'buyer',
  'vat',
  'cardNo',
  'layout',
  'what',
  'sequence',
  'proof',
  'operation',
  'nextStep',
] as const;
export type TableColumnName = (typeof TABLE_COLUMNS)[number];

export interface TableWords {
  readonly column: Readonly<Record<TableColumnName, string>>;
  /** Names of sheets and of files. */
  readonly table: Readonly<
    Record<
      | 'takings'
      | 'hours'
      | 'kinds'
      | 'clerks'
      | 'operations'
      | 'business'
      | 'tenders'
      | 'receipts'
      | 'invoices'
      | 'cards'
      | 'differences'
      | 'overview'
      | 'close',
      string
    >
  >;
}

export interface TableFiles {
  words(language: PaperLanguage): TableWords;
  /** Returns the file: CSV of the first table alone, XLSX with a sheet for each. Throws EXPORT_FAILED { reason }. */
  write(tables: readonly DataTable[], format: 'csv' | 'xlsx'): Promise<Uint8Array>;
}
