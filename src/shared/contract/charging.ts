// Area charging: what is owed and what is paid beside top-ups.
import { z } from 'zod';
import { APPROVAL_FAULTS, COUNTER_STAFF, call, VISIT_FAULTS } from './call.ts';
import { approvalSchema, receiptBriefSchema } from './topups.ts';
import { accountIdSchema, commoditySchema, fenSchema, idSchema, lineSchema, tenderKindSchema, wordsSchema } from './values.ts';

const positiveFen = fenSchema.min(1);
const reasonSchema = wordsSchema(200);

/** Non-cash parts; what they leave is cash. */
export const otherTendersSchema = z
  .array(z.strictObject({ kind: z.enum(['bank-card', 'wallet']), amountFen: positiveFen, reference: wordsSchema(64) }))
  .max(4);

const tenderSchema = z.strictObject({ kind: tenderKindSchema, amountFen: fenSchema, reference: z.string() });

const tierLineSchema = z.strictObject({ tier: z.int(), litres: z.int(), priceFenPerM3: z.int(), amountFen: fenSchema });

/** How the use of an ordinary meter comes to its amount: from reading to reading, part by part where a year ended or a price changed. */
export const billedUseSchema = z.strictObject({
  meterNo: z.string(),
  readFrom: z.string(),
  readTo: z.string(),
  fromLitres: z.int(),
  toLitres: z.int(),
  tierHolder: z.int(),
  requestId: z.string(),
  parts: z.array(
    z.strictObject({
      from: z.string(),
      to: z.string(),
      tariffId: z.string(),
      tierYear: z.int(),
      limitsLitres: z.array(z.int()),
      usedBeforeLitres: z.int(),
      litres: z.int(),
      lines: z.array(tierLineSchema),
      amountFen: fenSchema,
    }),
  ),
  charges: z.array(z.strictObject({ kind: z.enum(['fixed', 'minimum']), tariffId: z.string(), months: z.int(), amountFen: fenSchema })),
});

/** A bill before it is owed. */
export const useBillSchema = z.strictObject({ bill: billedUseSchema, amountFen: fenSchema, vatPermille: z.int() });

export const receivableSchema = z.strictObject({
  receivableId: z.string(),
  accountId: z.string(),
  kind: z.enum(['gas', 'fee']),
  itemCode: z.string(),
  description: z.string(),
  amountFen: fenSchema,
  /** Left to pay; negative when it was paid twice off line. */
  openFen: z.int(),
  dueDate: z.string(),
  /** Days for which a late fee is owed today, and the fee if all of it is paid today. */
  lateDays: z.int(),
  lateFeeFen: fenSchema,
  /** How it was worked out; null for a fee and for a bill from elsewhere. */
  bill: billedUseSchema.nullable(),
});

export const chargesSchema = z.strictObject({
  accounts: z.array(
    z.strictObject({
      accountId: z.string(),
      accountNo: z.string(),
      customerName: z.string(),
      commodity: commoditySchema,
      creditFen: fenSchema,
      depositFen: fenSchema,
      receivables: z.array(receivableSchema),
    }),
  ),
  /** Everything that is due today with its late fees. */
  dueFen: fenSchema,
  /** Late fee a day of what is overdue, in parts per million, and its cap per mille. */
  lateFeePerDayPpm: z.int(),
  lateFeeCapPermille: z.int(),
});

const allocationSchema = z.strictObject({
  receivableId: z.string(),
  accountId: z.string(),
  principalFen: fenSchema,
  lateFeeFen: fenSchema,
  lateFeeWaivedFen: fenSchema,
});

export const paymentSchema = z.strictObject({
  paymentId: z.string(),
  /** The account in front of the clerk; others may have been paid for. */
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  state: z.enum(['taken', 'reversed']),
  paid: z.array(allocationSchema.extend({ accountNo: z.string(), description: z.string() })),
  fromCreditFen: fenSchema,
  toCreditFen: fenSchema,
  tenders: z.array(tenderSchema),
  cashTenderedFen: fenSchema,
  changeFen: fenSchema,
  /** What the customer paid over the counter, fen. */
  amountFen: fenSchema,
  takenAtMs: z.int(),
  businessDate: z.string(),
  clerk: z.string(),
  /** Who let late fees off; '' where none were. */
  approvedBy: z.string(),
  receipt: receiptBriefSchema.nullable(),
  /** The receipt of the reversal; null while the payment stands. */
  reversalReceipt: receiptBriefSchema.nullable(),
});

/** A deposit or a refund of credit, as it was handed over. */
export const handoverSchema = z.strictObject({
  handoverId: z.string(),
  kind: z.enum(['deposit.taken', 'deposit.returned', 'credit.refunded']),
  amountFen: fenSchema,
  changeFen: fenSchema,
  reason: z.string(),
  atMs: z.int(),
  receipt: receiptBriefSchema.nullable(),
});

/** What is to be settled: these receivables, in this order; a sum below what they cost pays the first of them. */
const settlement = {
  accountId: accountIdSchema,
  receivableIds: z.array(idSchema).min(1).max(200),
  /** The sum to settle, late fees included; null for all of it. More than is due goes on the account's credit balance. */
  settleFen: positiveFen.nullable().default(null),
  waiveLateFee: z.boolean().default(false),
  useCredit: z.boolean().default(false),
};

const settlementFaults = ['ACCOUNT_UNKNOWN', 'RECEIVABLE_UNKNOWN', 'RECEIVABLE_SETTLED'] as const;
const shift = { access: COUNTER_STAFF, needsShift: true } as const;

/** Money over the counter against a deposit or a credit balance. */
const handover = {
  handoverId: idSchema,
  accountId: accountIdSchema,
  amountFen: positiveFen,
  tenders: otherTendersSchema,
  cashTenderedFen: fenSchema,
  reason: reasonSchema,
  approval: approvalSchema.optional(),
};
const handedOverSchema = z.strictObject({
  accountId: z.string(),
  creditFen: fenSchema,
  depositFen: fenSchema,
  handover: handoverSchema,
});

export const chargingContract = {
  /** What these accounts owe, each with its late fee of today, and what stands to their credit. */
  open: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountIds: z.array(accountIdSchema).min(1).max(20) }))
    .output(chargesSchema),
  /** How a payment would be spread. Changes nothing. */
  quote: call({ access: COUNTER_STAFF, faults: settlementFaults })
    .input(z.strictObject(settlement))
    .output(
      z.strictObject({
        paid: z.array(allocationSchema),
        fromCreditFen: fenSchema,
        toCreditFen: fenSchema,
        /** What the customer has to pay over the counter. */
        amountFen: fenSchema,
        lateFeeFen: fenSchema,
        lateFeeWaivedFen: fenSchema,
        /** Whether letting the late fees off needs somebody else. */
        needsApproval: z.boolean(),
      }),
    ),
  /** Takes a payment once; the same id again returns it as it stands. Another amount than the clerk saw is PRICE_CHANGED. */
  pay: call({
    ...shift,
    faults: [
      ...settlementFaults,
      ...APPROVAL_FAULTS,
      'PRICE_CHANGED',
      'TENDER_SHORT',
      'TENDER_MISMATCH',
      'PAYMENT_ID_REUSED',
      ...VISIT_FAULTS,
    ],
  })
    .input(
      z.strictObject({
        ...settlement,
        paymentId: idSchema,
        expectedAmountFen: fenSchema,
        /** Why late fees are let off; INPUT_INVALID where it is missing and some are. */
        waiverReason: lineSchema(200).default(''),
        tenders: otherTendersSchema,
        cashTenderedFen: fenSchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(paymentSchema),
  /** Takes a payment back whole: what was owed is owed again, the money goes out of the drawer of this shift or back by the terminal. */
  reversePayment: call({
    ...shift,
    faults: [
      'PAYMENT_UNKNOWN',
      'PAYMENT_STATE_REFUSES',
      'INVOICE_STANDS',
      'CREDIT_SHORT',
      'DRAWER_SHORT',
      'TENDER_MISMATCH',
      ...APPROVAL_FAULTS,
    ],
  })
    .input(
      z.strictObject({
        paymentId: idSchema,
        reason: reasonSchema,
        /** Parts that go back by a terminal; the rest is cash. */
        refunds: otherTendersSchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(paymentSchema),
  payment: call({ access: COUNTER_STAFF, faults: ['PAYMENT_UNKNOWN'] })
    .input(z.strictObject({ paymentId: idSchema }))
    .output(paymentSchema),
  /** Deposits and refunds of an account, newest first. */
  handovers: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(z.array(handoverSchema)),
  payments: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema, limit: z.int().min(1).max(200).default(50) }))
    .output(z.array(paymentSchema)),
  fees: call({ access: COUNTER_STAFF })
    .input(z.strictObject({}))
    .output(
      z.array(
        z.strictObject({
          code: z.string(),
          name: z.string(),
          amountFen: fenSchema,
          waiver: z.enum(['clerk', 'supervisor', 'manager']).nullable(),
        }),
      ),
    ),
  /** Charges a fee of the catalogue. The same id again returns it as it stands. */
  raiseFee: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'FEE_UNKNOWN', 'RECEIVABLE_ID_REUSED'] })
    .input(
      z.strictObject({
        receivableId: idSchema,
        accountId: accountIdSchema,
        code: z.string().min(1).max(64),
        quantity: z.int().min(1).max(999).default(1),
      }),
    )
    .output(receivableSchema),
  /** Lets a part of what is owed off. */
  waive: call({
    access: COUNTER_STAFF,
    faults: ['RECEIVABLE_UNKNOWN', 'RECEIVABLE_SETTLED', 'AMOUNT_OUT_OF_RANGE', 'FEE_NOT_WAIVABLE', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        waiverId: idSchema,
        receivableId: idSchema,
        amountFen: positiveFen,
        reason: reasonSchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(receivableSchema),
  /** Takes a deposit; the same id again returns it as it stands, with another account or sum it is PAYMENT_ID_REUSED. So do the two calls after it. */
  takeDeposit: call({
    ...shift,
    faults: ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'TENDER_SHORT', 'TENDER_MISMATCH', 'PAYMENT_ID_REUSED'],
  })
    .input(z.strictObject(handover))
    .output(handedOverSchema),
  returnDeposit: call({
    ...shift,
    faults: ['ACCOUNT_UNKNOWN', 'DEPOSIT_SHORT', 'DRAWER_SHORT', 'TENDER_MISMATCH', 'PAYMENT_ID_REUSED', ...APPROVAL_FAULTS],
  })
    .input(z.strictObject(handover))
    .output(handedOverSchema),
  refundCredit: call({
    ...shift,
    faults: ['ACCOUNT_UNKNOWN', 'CREDIT_SHORT', 'DRAWER_SHORT', 'TENDER_MISMATCH', 'PAYMENT_ID_REUSED', ...APPROVAL_FAULTS],
  })
    .input(z.strictObject(handover))
    .output(handedOverSchema),
};
