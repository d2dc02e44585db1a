// What is owed and what is paid beside top-ups: the facts of charging as the journal holds them, and what each does to the ledger.

import type { BillPart, MonthCharge } from './gas-bill.ts';
import { balanced, type Posting, posting } from './ledger.ts';
import { fen, splitVat } from './money.ts';
import type { TierPeriod } from './purchase.ts';
import { type AwayFromHome, moneyPostings, purposePostings, type WithinLimit } from './served-away.ts';
import { type Tender, tenderPostings } from './tender.ts';

/** How the use of an ordinary meter was billed, so that the bill explains itself wherever it is looked at. */
export interface BilledUse {
  readonly meterNo: string;
  readonly readFrom: string;
  readonly readTo: string;
  readonly fromLitres: number;
  readonly toLitres: number;
  /** Which holder's tier years it counts in. */
  readonly tierHolder: number;
  /** The request that needed it; '' where none did. */
  readonly requestId: string;
  /** Those of the bill's one rate of VAT; a bill over a change of the rate is two receivables. */
  readonly parts: readonly BillPart[];
  readonly charges: readonly MonthCharge[];
}

export interface ReceivableRaised {
  readonly receivableId: string;
  readonly kind: 'gas' | 'fee';
  /** Key of the fee catalogue; for gas the reading it bills. */
  readonly itemCode: string;
  readonly description: string;
  /** VAT contained. */
  readonly amountFen: number;
  readonly vatPermille: number;
  readonly dueDate: string;
  readonly bearsLateFee: boolean;
  /** For gas that was billed here; absent for fees and for bills from elsewhere. */
  readonly bill?: BilledUse;
}

export interface ReceivableWaived {
  readonly receivableId: string;
  /** As of the receivable, so that the ledger needs nothing else. */
  readonly kind: 'gas' | 'fee';
  readonly vatPermille: number;
  readonly amountFen: number;
  readonly reason: string;
  readonly approvedBy: string;
}

/** What a payment settles of one receivable. */
export interface PaidReceivable {
  readonly receivableId: string;
  readonly accountId: string;
  readonly principalFen: number;
  /** Late fee that was paid with it, VAT contained at the receivable's rate. */
  readonly lateFeeFen: number;
  /** Late fee that would have been due and was let off. */
  readonly lateFeeWaivedFen: number;
  readonly vatPermille: number;
}

/** Money on an account's credit balance. */
export interface CreditPart {
  readonly accountId: string;
  readonly amountFen: number;
}

export interface PaymentTaken extends AwayFromHome, WithinLimit {
  readonly paymentId: string;
  readonly paid: readonly PaidReceivable[];
  /** Taken from credit balances. */
  readonly fromCredit: readonly CreditPart[];
  /** Paid beyond what was owed. */
  readonly toCredit: readonly CreditPart[];
  readonly tenders: readonly Tender[];
  readonly cashTenderedFen: number;
  readonly changeFen: number;
  /** Who let the late fees off; '' where none were. */
  readonly approvedBy: string;
  /** Why they were let off. */
  readonly waiverReason?: string;
}

/** The negative twin of a payment. */
export interface PaymentReversed {
  readonly paymentId: string;
  /** The whole payment once more, so that the ledger needs nothing else. */
  readonly payment: PaymentTaken;
  /** How the money went back; the sum is that of the payment's tenders. */
  readonly refunds: readonly Tender[];
  readonly reason: string;
  readonly approvedBy: string;
}

/** A deposit taken or returned, or a credit balance paid out. */
export interface MoneyHandedOver {
  readonly handoverId: string;
  readonly amountFen: number;
  readonly tenders: readonly Tender[];
  readonly cashTenderedFen: number;
  readonly changeFen: number;
  readonly reason: string;
  /** '' where nobody had to. */
  readonly approvedBy: string;
}

/** A deposit that becomes credit, as at a closure. */
export interface DepositApplied {
  readonly amountFen: number;
  readonly reason: string;
}

/** Gas of one purchase that was paid for and not used. */
export interface VolumeCreditedPart {
  /** '' for gas from before the purchases on record. */
  readonly topupId: string;
  readonly litres: number;
  /** VAT contained. */
  readonly amountFen: number;
  readonly vatPermille: number;
}

/** Unused gas that becomes credit, as at a closure: the revenue of it was not earned. */
export interface VolumeCredited {
  readonly requestId: string;
  readonly parts: readonly VolumeCreditedPart[];
}

/** Payloads of charging by kind. */
export interface ChargingPayloads {
  'receivable.raised': ReceivableRaised;
  'receivable.waived': ReceivableWaived;
  'payment.taken': PaymentTaken;
  'payment.reversed': PaymentReversed;
  'deposit.taken': MoneyHandedOver;
  'deposit.returned': MoneyHandedOver;
  'deposit.applied': DepositApplied;
  'volume.credited': VolumeCredited;
  'credit.refunded': MoneyHandedOver;
}
export type ChargingKind = keyof ChargingPayloads;

export const CHARGING_KINDS = [
  'receivable.raised',
  'receivable.waived',
  'payment.taken',
  'payment.reversed',
  'deposit.taken',
  'deposit.returned',
  'deposit.applied',
  'volume.credited',
  'credit.refunded',
] as const satisfies readonly ChargingKind[];

/** A fact of charging with what its postings need. */
export type ChargingFact = {
  [K in ChargingKind]: { readonly kind: K; readonly payload: ChargingPayloads[K]; readonly accountId: string; readonly shiftId: string };
}[ChargingKind];

const REVENUE = { gas: 'gas-revenue', fee: 'fee-revenue' } as const;

function revenuePostings(revenue: 'gas-revenue' | 'fee-revenue' | 'late-fee-revenue', grossFen: number, vatPermille: number): Posting[] {
  const { netFen, vatFen } = splitVat(fen(grossFen), vatPermille);
  return [posting(revenue, '', -netFen), posting('vat-payable', '', -vatFen)];
}

/** A payment's postings but for the tenders. */
function settlementPostings(payment: PaymentTaken): Posting[] {
  return [
    ...payment.fromCredit.map((part) => posting('customer-credit', part.accountId, part.amountFen)),
    ...payment.paid.flatMap((part) => [
      posting('receivable', part.accountId, -part.principalFen),
      ...revenuePostings('late-fee-revenue', part.lateFeeFen, part.vatPermille),
    ]),
    ...payment.toCredit.map((part) => posting('customer-credit', part.accountId, -part.amountFen)),
  ];
}

function negated(postings: readonly Posting[]): Posting[] {
  return postings.map(({ ledgerAccount, dimension, amountFen }) => posting(ledgerAccount, dimension, -amountFen));
}

/** A payment's postings, or with sign −1 those of its reversal. */
function paymentPostings(
  payment: PaymentTaken,
  money: { readonly tenders: readonly Tender[]; readonly shiftId: string; readonly sign: 1 | -1 },
): readonly Posting[] {
  const totalFen = money.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
  const own = () => (money.sign === 1 ? settlementPostings(payment) : negated(settlementPostings(payment)));
  return balanced([...moneyPostings(payment, money), ...purposePostings(payment, money.sign * totalFen, own)]);
}

/** Returns the postings of a fact of charging, debit positive; throws POSTINGS_UNBALANCED on a payload that does not add up. */
export function chargingPostings(fact: ChargingFact): readonly Posting[] {
  const { accountId, shiftId } = fact;
  switch (fact.kind) {
    case 'receivable.raised': {
      const { amountFen, kind, vatPermille } = fact.payload;
      return balanced([posting('receivable', accountId, amountFen), ...revenuePostings(REVENUE[kind], amountFen, vatPermille)]);
    }
    case 'receivable.waived': {
      const { amountFen, kind, vatPermille } = fact.payload;
      return balanced(negated([posting('receivable', accountId, amountFen), ...revenuePostings(REVENUE[kind], amountFen, vatPermille)]));
    }
    case 'payment.taken':
      return paymentPostings(fact.payload, { tenders: fact.payload.tenders, shiftId, sign: 1 });
    case 'payment.reversed':
      return paymentPostings(fact.payload.payment, { tenders: fact.payload.refunds, shiftId, sign: -1 });
    case 'deposit.taken':
      return handover(fact.payload, { shiftId, accountId, ledgerAccount: 'customer-deposit', sign: 1 });
    case 'deposit.returned':
      return handover(fact.payload, { shiftId, accountId, ledgerAccount: 'customer-deposit', sign: -1 });
    case 'deposit.applied':
      return balanced([
        posting('customer-deposit', accountId, fact.payload.amountFen),
        posting('customer-credit', accountId, -fact.payload.amountFen),
      ]);
    case 'volume.credited':
      return balanced(
        fact.payload.parts.flatMap((part) => [
          ...negated(revenuePostings('gas-revenue', part.amountFen, part.vatPermille)),
          posting('customer-credit', accountId, -part.amountFen),
        ]),
      );
    case 'credit.refunded':
      return handover(fact.payload, { shiftId, accountId, ledgerAccount: 'customer-credit', sign: -1 });
  }
}

/** Money over the counter against a liability to the account; `sign` 1 where the customer gives it. */
function handover(
  { tenders, amountFen }: MoneyHandedOver,
  to: {
    readonly shiftId: string;
    readonly accountId: string;
    readonly ledgerAccount: 'customer-deposit' | 'customer-credit';
    readonly sign: 1 | -1;
  },
): readonly Posting[] {
  return balanced([...tenderPostings(tenders, to.shiftId, to.sign), posting(to.ledgerAccount, to.accountId, -to.sign * amountFen)]);
}

/** What of a receivable is owed, as the fold keeps it. */
export interface ReceivableRow extends ReceivableRaised {
  readonly accountId: string;
  readonly businessDate: string;
  /** Left to pay. Negative when two counters off line have both taken the money: an exception to be settled, never hidden. */
  readonly openFen: number;
}

export interface PaymentRow {
  readonly paymentId: string;
  /** The account in front of the clerk; what was paid for others is in `payment`. */
  readonly accountId: string;
  readonly shiftId: string;
  readonly clerk: string;
  readonly businessDate: string;
  readonly takenAtMs: number;
  readonly state: 'taken' | 'reversed';
  readonly payment: PaymentTaken;
}

/** The tables that charging folds into. */
export interface ChargingTables {
  addTierUse(accountId: string, period: TierPeriod, litres: number): void;
  insertReceivable(receivable: ReceivableRow): void;
  /** Adds to what is open of a receivable, fen. Throws RangeError when it is not there. */
  addOpen(receivableId: string, amountFen: number): void;
  insertPayment(payment: PaymentRow): void;
  /** Throws RangeError when the payment is not there or not in state `taken`. */
  markPaymentReversed(paymentId: string): void;
}

/** A fact of charging with what its fold needs. */
export type ChargingOperation = ChargingFact & {
  readonly businessDate: string;
  readonly clerk: string;
  readonly recordedAtMs: number;
};

/** Applies one fact of charging; sums only, so that facts of two counters give the same in any order. */
export function foldCharging(operation: ChargingOperation, tables: ChargingTables): void {
  switch (operation.kind) {
    case 'receivable.raised': {
      const { accountId, businessDate, payload } = operation;
      tables.insertReceivable({ ...payload, accountId, businessDate, openFen: payload.amountFen });
      const holder = payload.bill?.tierHolder ?? 1;
      for (const { tierYear, litres } of payload.bill?.parts ?? []) {
        if (litres > 0) tables.addTierUse(accountId, { year: tierYear, holder }, litres);
      }
      return;
    }
    case 'receivable.waived':
      tables.addOpen(operation.payload.receivableId, -operation.payload.amountFen);
      return;
    case 'payment.taken': {
      const { accountId, shiftId, clerk, businessDate, recordedAtMs, payload } = operation;
      openBy(payload, -1, tables);
      tables.insertPayment({
        paymentId: payload.paymentId,
        accountId,
        shiftId,
        clerk,
        businessDate,
        takenAtMs: recordedAtMs,
        state: 'taken',
        payment: payload,
      });
      return;
    }
    case 'payment.reversed':
      tables.markPaymentReversed(operation.payload.paymentId);
      openBy(operation.payload.payment, 1, tables);
      return;
    case 'deposit.taken':
    case 'deposit.returned':
    case 'deposit.applied':
    case 'volume.credited':
    case 'credit.refunded':
      // The ledger's balances by account say it all.
      return;
  }
}

/** What a payment does to receivables; those of an account of another branch are there. */
function openBy({ paid, homeBranchNo }: PaymentTaken, sign: 1 | -1, tables: ChargingTables): void {
  if (homeBranchNo !== undefined) return;
  for (const part of paid) tables.addOpen(part.receivableId, sign * part.principalFen);
}

/** Whether a kind of operation belongs to charging. */
export function isCharging<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: ChargingKind } {
  return (CHARGING_KINDS as readonly string[]).includes(operation.kind);
}
