// Tables to take away: the overview of a day, the operations behind a figure, the registers of a close; each figure as a figure, a sheet per table.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { TABLE_PART_BYTES } from '../../../shared/contract/overview.ts';
import { type TakingCell, TENDER_FIELDS, takenFen, takingsBy } from '../../../shared/domain/takings.ts';
import { TENDER_MOVING, type TenderMovingKind } from '../../../shared/domain/tender-moves.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import type { ExportDesk } from '../export-desk.ts';
import type { DataTable, TableCell, TableColumnKind, TableColumnName, TableWords } from '../ports/tables.ts';
import { closeRegisters } from './make-day-paper.ts';
import { filteredTakings, takingRow, viewOverview } from './view-overview.ts';

type Subject = Inputs['overview']['export']['subject'];
type TableName = keyof TableWords['table'];

/** How each column is kept. Text where it is left out. */
const KINDS: Partial<Readonly<Record<TableColumnName, TableColumnKind>>> = {
  date: 'date',
  time: 'moment',
  ...{ hour: 'count', seq: 'count', count: 'count', reprints: 'count', sequence: 'count' },
  ...{
    amount: 'money',
    cash: 'money',
    bankCard: 'money',
    wallet: 'money',
    total: 'money',
    vat: 'money',
    lastWeek: 'money',
    average: 'money',
  },
  ...{ gas: 'volume', power: 'volume' },
};

interface Maker {
  readonly words: TableWords;
  readonly business: (kind: string) => string;
  readonly tender: (kind: keyof typeof TENDER_FIELDS) => string;
  readonly clerkName: (staffNo: string) => string;
}

function table(
  { words }: Maker,
  name: TableName,
  columns: readonly TableColumnName[],
  rows: readonly Partial<Readonly<Record<TableColumnName, TableCell>>>[],
): DataTable {
  return {
    title: words.table[name],
    columns: columns.map((column) => ({ title: words.column[column], kind: KINDS[column] ?? 'text' })),
    rows: rows.map((row) => columns.map((column) => row[column] ?? null)),
  };
}

const TENDERS = Object.keys(TENDER_FIELDS) as (keyof typeof TENDER_FIELDS)[];

/** Figures of a day that has several hours, kinds or clerks, by one of them. */
const moneyOf = (sums: Pick<TakingCell, 'operations' | 'gasLitres' | 'powerWattHours' | TenderField>) => ({
  ...{ count: sums.operations, gas: sums.gasLitres, power: sums.powerWattHours },
  ...moneyColumns(sums),
});
type TenderField = 'cashFen' | 'bankCardFen' | 'walletFen';
const moneyColumns = (sums: Pick<TakingCell, TenderField>) => ({
  ...{ cash: sums.cashFen, bankCard: sums.bankCardFen, wallet: sums.walletFen, total: takenFen(sums) },
});
const MONEY = ['count', 'cash', 'bankCard', 'wallet', 'total', 'gas', 'power'] as const satisfies readonly TableColumnName[];

function overviewTables(context: UseCaseContext, maker: Maker, day: Inputs['overview']['day']): readonly DataTable[] {
  const { date, cells, comparison } = viewOverview(context, day);
  const hours = takingsBy(cells, ({ hour }) => hour);
  const before = comparison.lastWeek.hours;
  const mean = comparison.average.hours;
  const allHours = [...new Set([...hours.map(({ key }) => key), ...before.map(({ hour }) => hour), ...mean.map(({ hour }) => hour)])];
  const byKind = takingsBy(cells, ({ kind }) => kind);
  const takings = cells.flatMap((cell) =>
    TENDERS.flatMap((tender) => {
      const { fen, count } = TENDER_FIELDS[tender];
      if (cell[count] === 0) return [];
      const { hour, clerk, kind } = cell;
      const place = { date, hour, clerk, clerkName: maker.clerkName(clerk), kind: maker.business(kind), tender: maker.tender(tender) };
      return [{ ...place, count: cell[count], amount: cell[fen] }];
    }),
  );
  return [
    table(maker, 'takings', ['date', 'hour', 'kind', 'clerk', 'clerkName', 'tender', 'count', 'amount'], takings),
    table(
      maker,
      'hours',
      ['date', 'hour', ...MONEY, 'lastWeek', 'average'],
      allHours
        .sort((left, right) => left - right)
        .map((hour) => {
          const sums = hours.find(({ key }) => key === hour)?.sums;
          const at = (past: typeof before) => past.find((one) => one.hour === hour)?.amountFen ?? 0;
          return { date, hour, ...(sums === undefined ? {} : moneyOf(sums)), lastWeek: at(before), average: at(mean) };
        }),
    ),
    table(
      maker,
      'kinds',
      ['date', 'kind', ...MONEY],
      TENDER_MOVING.flatMap((kind: TenderMovingKind) =>
        byKind.filter(({ key }) => key === kind).map(({ sums }) => ({ date, kind: maker.business(kind), ...moneyOf(sums) })),
      ),
    ),
    table(
      maker,
      'clerks',
      ['date', 'clerk', 'clerkName', ...MONEY],
      takingsBy(cells, ({ clerk }) => clerk)
        .map(({ key: clerk, sums }) => ({ date, clerk, clerkName: maker.clerkName(clerk), ...moneyOf(sums) }))
        .sort((left, right) => (left.clerk < right.clerk ? -1 : 1)),
    ),
  ];
}

function operationsTable(context: UseCaseContext, maker: Maker, subject: Extract<Subject, { kind: 'operations' }>): DataTable {
  const { store } = context.ports;
  const { of, filter, date = branchOf(store).businessDate } = subject;
  const rows = filteredTakings(store, { date, of, filter }).map((taking) => {
    const { accountNo, customerName: customer, receiptNo } = takingRow(store, taking);
    const { counterId: counter, seq, clerk, recordedAtMs: time, cashFen: cash, bankCardFen: bankCard, walletFen: wallet } = taking;
    const volume = taking.commodity === 'gas' ? { gas: taking.litres } : { power: taking.litres };
    const who = { clerk, clerkName: maker.clerkName(clerk), accountNo, customer, receiptNo };
    const what = { date, time, counter, seq, kind: maker.business(taking.kind) };
    return { ...what, ...who, cash, bankCard, wallet, total: takenFen(taking), ...(taking.litres === 0 ? {} : volume) };
  });
  const who = ['clerk', 'clerkName', 'accountNo', 'customer', 'receiptNo'] as const;
  const columns = ['date', 'time', 'counter', 'seq', 'kind', ...who, 'cash', 'bankCard', 'wallet', 'total', 'gas', 'power'] as const;
  return table(maker, 'operations', columns, rows);
}

/** The registers of a close; between them the counter answers others. */
async function closeTables(
  context: UseCaseContext,
  maker: Maker,
  from: { closeId: string; language: Language },
): Promise<readonly DataTable[]> {
  const registers = closeRegisters(context, from);
  const { close } = registers;
  const date = close.closedDate;
  const rest = () => new Promise((resolve) => setImmediate(resolve));
  const business = close.business.map(({ clerk, kind, count, litres: gas, wattHours: power = 0, ...sums }) => ({
    ...{ date, clerk, clerkName: maker.clerkName(clerk), kind: maker.business(kind) },
    ...{ count, gas, power, ...moneyColumns(sums) },
  }));
  const tables = [table(maker, 'business', ['date', 'clerk', 'clerkName', 'kind', ...MONEY], business)];
  await rest();
  const tenders = registers.tenders().map(({ receiptNo, reference, clerk, kind, tender, amountFen: amount, atMs: time }) => ({
    ...{ date, time, receiptNo, reference, clerk, kind, tender, amount },
  }));
  tables.push(table(maker, 'tenders', ['date', 'time', 'receiptNo', 'kind', 'tender', 'amount', 'clerk', 'reference'], tenders));
  await rest();
  const { receipts, invoices } = registers.numbers();
  tables.push(
    table(
      maker,
      'receipts',
      ['date', 'time', 'receiptNo', 'kind', 'accountNo', 'customer', 'amount', 'state', 'reprints'],
      receipts.map(({ number, atMs, customerName, amountFen, kind, accountNo, state, reprints }) => ({
        ...{ date, time: atMs, receiptNo: number, kind, accountNo, customer: customerName, amount: amountFen, state, reprints },
      })),
    ),
    table(
      maker,
      'invoices',
      ['date', 'time', 'invoiceNo', 'accountNo', 'buyer', 'amount', 'vat', 'state'],
      invoices.map(({ number, atMs, accountNo, buyer, amountFen, vatFen, state }) => ({
        ...{ date, time: atMs, invoiceNo: number, accountNo, buyer, amount: amountFen, vat: vatFen, state },
      })),
    ),
  );
  await rest();
  tables.push(
    table(
      maker,
      'cards',
      ['date', 'time', 'cardNo', 'layout', 'what', 'sequence', 'gas', 'power', 'proof', 'accountNo', 'customer'],
      registers.cards().map(({ atMs, cardNo, layout, what, sequence, litres: gas, wattHours: power, proof, accountNo, customerName }) => ({
        ...{ date, time: atMs, cardNo, layout, what, sequence, gas, power, proof, accountNo, customer: customerName },
      })),
    ),
    table(
      maker,
      'differences',
      ['date', 'kind', 'what', 'accountNo', 'amount', 'operation', 'nextStep'],
      registers.differences().map(({ amountFen: amount, ...row }) => ({ ...row, date, amount })),
    ),
  );
  return tables;
}

type Language = NonNullable<Inputs['overview']['export']['language']>;

/** Returns the tables with the one that was asked for first, and what the file is called. */
async function tablesOf(context: UseCaseContext, maker: Maker, subject: Subject, language: Language) {
  const { store } = context.ports;
  const { table: names } = maker.words;
  if (subject.kind === 'close') {
    const tables = await closeTables(context, maker, { closeId: subject.closeId, language });
    return { tables, first: names[subject.table], name: names.close, number: closeRegisters(context, { ...subject, language }).number };
  }
  const number = subject.date ?? branchOf(store).businessDate;
  if (subject.kind === 'operations') {
    return { tables: [operationsTable(context, maker, subject)], first: names.operations, name: names.operations, number };
  }
  return { tables: overviewTables(context, maker, subject), first: names[subject.table], name: names.overview, number };
}

/** Makes the file and keeps it on the desk of whoever asked. Throws DAY_CLOSE_UNKNOWN, EXPORT_FAILED. */
export async function exportTables(
  context: UseCaseContext,
  desk: ExportDesk,
  input: Inputs['overview']['export'],
): Promise<Outputs['overview']['export']> {
  const { templates, tables: files, store } = context.ports;
  const { exportId, subject, format, language = templates.language() } = input;
  const dayWords = templates.dayWords(language);
  const maker: Maker = {
    words: files.words(language),
    business: (kind) => dayWords.business[kind.replaceAll('.', '-')] ?? kind,
    tender: (kind) => dayWords.tender[kind],
    clerkName: (staffNo) => store.staff(staffNo)?.name ?? '',
  };
  const { tables, first, name, number } = await tablesOf(context, maker, subject, language);
  const written = format === 'csv' ? tables.filter(({ title }) => title === first) : tables;
  const bytes = await files.write(written, format);
  desk.put({ exportId, staffNo: context.actor.staffNo }, bytes);
  const part = format === 'csv' && name !== first ? ` ${first}` : '';
  const fileName = `${name}${part} ${number}`.replace(/[\\/:*?"<>|]/g, '').trim();
  return {
    exportId,
    fileName: `${fileName}.${format}`,
    rows: written.reduce((sum, { rows }) => sum + rows.length, 0),
    sizeBytes: bytes.length,
  };
}

/** Returns a part of the file. Throws EXPORT_UNKNOWN. */
export function readExport(
  { actor }: UseCaseContext,
  desk: ExportDesk,
  { exportId, offset }: Required<Inputs['overview']['part']>,
): Outputs['overview']['part'] {
  const bytes = desk.get({ exportId, staffNo: actor.staffNo });
  const end = Math.min(bytes.length, offset + TABLE_PART_BYTES);
  return { part: Buffer.from(bytes.subarray(offset, end)).toString('base64'), nextOffset: end < bytes.length ? end : null };
}
