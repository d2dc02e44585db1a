// What the use of an ordinary meter costs up to a reading: worked out, shown before it is owed, and raised as a bill with its lines.
//
// Rules: a bill goes from the reading up to which the meter was billed last to the one that is taken now, whoever pays it. It is owed whatever becomes of
// the request that needed it: the gas is used. What rounds to no fen is no bill. A reading that raises no bill (a suspension, a card meter) is kept and bills nothing; the next bill covers it.
import { addDays } from '../../shared/domain/calendar.ts';
import type { BilledUse } from '../../shared/domain/charging.ts';
import { type Commodity, unitOf } from '../../shared/domain/commodity.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { AccountRow, MeterRow } from '../../shared/domain/fold.ts';
import { billUse } from '../../shared/domain/gas-bill.ts';
import { supplyOf } from '../../shared/domain/supply.ts';
import type { Tariff } from '../../shared/domain/tariff.ts';
import { record, type UseCaseContext } from './actor.ts';
import { policyNow } from './approval.ts';
import { commodityOfAccount } from './commodity.ts';
import type { ReadStore, WriteTx } from './ports/store.ts';

/** Days from a bill to its due date where the policy names none. */
const BILL_DUE_DAYS = 15;
const LOOK_BACK = 5_000;

/** A reading that ends a stretch of use. */
export interface TakenReading {
  readonly account: AccountRow;
  readonly meter: MeterRow;
  readonly readingLitres: number;
  readonly on: string;
  /** '' where it was no service request. */
  readonly requestId: string;
  /** The reading billed last, for a meter of which it is not on record; null where nobody has said. */
  readonly billedBefore: { readonly readingLitres: number; readonly on: string } | null;
}

/** A bill before it is owed: one per rate of VAT. */
export interface UseBill {
  readonly bill: BilledUse;
  readonly amountFen: number;
  readonly vatPermille: number;
}

/** Returns the versions of the prices that have held for the account: those of each plan for as long as the account was on it. */
function pricesOf(store: ReadStore, account: AccountRow): readonly Tariff[] {
  const operations = store.operationsOf(account.accountId, LOOK_BACK).toReversed();
  const plans = operations.flatMap((operation): { readonly tariffId: string; readonly from: string }[] => {
    if (operation.kind === 'account.opened') return [{ tariffId: operation.payload.tariffId, from: '' }];
    return operation.kind === 'account.plan-changed' ? [operation.payload] : [];
  });
  const whole = plans[0]?.from === '' ? plans : [{ tariffId: account.tariffId, from: '' }];
  return whole.flatMap(({ tariffId, from }, index) => {
    const next = whole[index + 1]?.from ?? '9999-12-31';
    const versions = [...store.tariffVersions(tariffId)].sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
    const begun = versions.findLast(({ effectiveFrom }) => effectiveFrom <= from);
    const later = versions.filter(({ effectiveFrom }) => effectiveFrom > from && effectiveFrom < next);
    return begun === undefined ? later : [{ ...begun, effectiveFrom: from }, ...later];
  });
}

/** Whether the meter's use is billed afterwards; a card meter's is paid ahead. */
export function isBilled(meter: MeterRow): boolean {
  return meter.kind === 'ordinary';
}

/**
 * Returns what the use up to the reading costs, nothing for a card meter. Throws READING_UNKNOWN when nobody knows up to where it was billed,
 * READING_BACKWARDS { lastLitres }, INPUT_INVALID { field: on } for a date before the last reading, TARIFF_MISSING.
 */
export function billsFor(store: ReadStore, reading: TakenReading): readonly UseBill[] {
  const { account, meter, readingLitres, on, requestId } = reading;
  if (!isBilled(meter)) return [];
  const { billedLitres, billedOn, lastReadingLitres, lastReadOn } = meter.detail;
  const before = billedOn === '' ? reading.billedBefore : { readingLitres: billedLitres, on: billedOn };
  if (before === null) throw new Fault('READING_UNKNOWN', { meterNo: meter.meterNo });
  const lastLitres = Math.max(before.readingLitres, lastReadingLitres);
  if (readingLitres < lastLitres) throw new Fault('READING_BACKWARDS', { lastLitres });
  if (on < before.on || on < lastReadOn) throw new Fault('INPUT_INVALID', { field: 'on', reason: 'order' });
  const versions = pricesOf(store, account);
  const whole = billUse({
    readFrom: before.on,
    readTo: on,
    litres: readingLitres - before.readingLitres,
    versions,
    supply: supplyOf(account),
    usedLitres: (year) => store.tierUse(account.accountId, year),
  });
  const rateOf = (tariffId: string): number => versions.find(({ id }) => id === tariffId)?.vatPermille ?? 0;
  const rates = [...new Set([...whole.parts, ...whole.charges].map(({ tariffId }) => rateOf(tariffId)))];
  const span = { readFrom: before.on, readTo: on, fromLitres: before.readingLitres, toLitres: readingLitres };
  return rates.flatMap((vatPermille): UseBill[] => {
    const parts = whole.parts.filter(({ tariffId }) => rateOf(tariffId) === vatPermille);
    const charges = whole.charges.filter(({ tariffId }) => rateOf(tariffId) === vatPermille);
    const amountFen = [...parts, ...charges].reduce((sum, part) => sum + part.amountFen, 0);
    const bill = { meterNo: meter.meterNo, ...span, tierHolder: account.holder, requestId, parts, charges };
    return amountFen === 0 ? [] : [{ bill, amountFen, vatPermille }];
  });
}

/** What a bill is called, with its use in the unit of its supply. */
function describe({ readFrom, readTo, parts }: BilledUse, commodity: Commodity): string {
  const litres = parts.reduce((sum, part) => sum + part.litres, 0);
  return `${commodity === 'power' ? '电费' : '气费'} ${readFrom}～${readTo} ${litres / 1_000} ${unitOf(commodity)}`;
}

/** Raises the bills of a reading, due by the policy's days. Throws as `billsFor`. */
export function raiseBills(context: UseCaseContext, tx: WriteTx, reading: TakenReading): void {
  const dueDate = addDays(reading.on, policyNow(tx).billDueDays ?? BILL_DUE_DAYS);
  for (const { bill, amountFen, vatPermille } of billsFor(tx, reading)) {
    const receivableId = context.ports.ids.uuid();
    const description = describe(bill, commodityOfAccount(tx, reading.account));
    const terms = { kind: 'gas', itemCode: 'reading', description, amountFen, vatPermille, dueDate, bearsLateFee: true, bill } as const;
    record(context, tx, {
      id: receivableId,
      kind: 'receivable.raised',
      accountId: reading.account.accountId,
      payload: { receivableId, ...terms },
    });
  }
}

/** Keeps a reading of a meter that stays where it hangs, and bills the use up to it where it is billed. Throws as `billsFor`. */
export function takeReading(context: UseCaseContext, tx: WriteTx, reading: TakenReading & { readonly bills: boolean }): void {
  const { account, meter, readingLitres, on, requestId } = reading;
  const billed = reading.bills && isBilled(meter);
  if (billed) raiseBills(context, tx, reading);
  const payload = { meterNo: meter.meterNo, readingLitres, on, billed, requestId };
  record(context, tx, { kind: 'meter.read', accountId: account.accountId, payload });
}
