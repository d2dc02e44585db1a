// A payload of every kind of operation that moves money, with every part that it can have: what the README's table shows the postings of.
import type { OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';

const TENDERS = [
  { kind: 'cash', amountFen: 1_000, reference: '' },
  { kind: 'bank-card', amountFen: 500, reference: 'sample' },
  { kind: 'wallet', amountFen: 500, reference: 'sample' },
] as const;
const PURCHASE = { litres: 10_000, amountFen: 2_000, lines: [], tariffId: 'sample', vatPermille: 90, tierYear: 2026, usedBeforeLitres: 0 };
const HANDED_OVER = {
  handoverId: 'sample',
  amountFen: 2_000,
  tenders: TENDERS,
  cashTenderedFen: 1_000,
  changeFen: 0,
  reason: '',
  approvedBy: '',
};
const MOVED = { movementId: 'sample', shiftId: 'sample', category: '', reason: '', amountFen: 1_000, approvedBy: '' };
const PAYMENT = {
  paymentId: 'sample',
  paid: [{ receivableId: 'sample', accountId: 'sample', principalFen: 2_000, lateFeeFen: 200, lateFeeWaivedFen: 0, vatPermille: 90 }],
  fromCredit: [{ accountId: 'sample', amountFen: 300 }],
  toCredit: [{ accountId: 'another', amountFen: 100 }],
  tenders: TENDERS,
  cashTenderedFen: 1_000,
  changeFen: 0,
  approvedBy: '',
};

/** What a top-up was paid with, for the steps that follow it. */
export const PAID_TOPUP: OperationPayloads['topup.paid'] = {
  topupId: 'sample',
  cardNo: 'sample',
  purchase: PURCHASE as unknown as OperationPayloads['topup.paid']['purchase'],
  tenders: TENDERS,
  cashTenderedFen: 1_000,
  changeFen: 0,
};

/** Every kind that has postings; of the others an empty payload says that they have none. */
export const POSTING_SAMPLES: { readonly [K in OperationKind]?: OperationPayloads[K] } = {
  'shift.opened': { shiftId: 'sample', floatFen: 1_000, carried: { shiftId: 'before', amountFen: 400 } },
  'shift.paid-in': { ...MOVED, against: 'petty-cash' },
  'shift.paid-out': { ...MOVED, against: 'petty-cash' },
  'shift.dropped': {
    ...{ movementId: 'sample', shiftId: 'sample', bagNo: '', approvedBy: '' },
    lines: [{ denominationFen: 10_000, count: 1 }],
    amountFen: 10_000,
  },
  'shift.handed-over': {
    ...{ shiftId: 'sample', newShiftId: 'next', toClerk: '', countId: '', expectedFen: 1_000, countedFen: 900 },
    ...{ pending: [], reason: '', approvedBy: '' },
  },
  'shift.closed': {
    ...{ shiftId: 'sample', countId: '', expectedFen: 1_000, countedFen: 900, carriedFen: 400, bagNo: '' },
    ...{ pending: [], reason: '', approvedBy: '', forced: false },
  },
  'topup.paid': PAID_TOPUP,
  'topup.verified': { topupId: 'sample', proof: 'written' },
  'topup.carried': { topupId: 'sample', taskId: 'sample', cardNo: 'sample', purchase: PAID_TOPUP.purchase },
  'topup.refunded': { topupId: 'sample', reason: '' },
  'topup.reversed': {
    topupId: 'sample',
    taskId: 'sample',
    purchase: PAID_TOPUP.purchase,
    refunds: TENDERS.slice(0, 2),
    toCreditFen: 500,
    reason: '',
    approvedBy: '',
  },
  'receivable.raised': {
    receivableId: 'sample',
    kind: 'fee',
    itemCode: '',
    description: '',
    amountFen: 1_000,
    vatPermille: 90,
    dueDate: '',
    bearsLateFee: true,
  },
  'receivable.waived': { receivableId: 'sample', kind: 'fee', vatPermille: 60, amountFen: 1_000, reason: '', approvedBy: '' },
  'payment.taken': PAYMENT,
  'payment.reversed': { paymentId: 'sample', payment: PAYMENT, refunds: TENDERS, reason: '', approvedBy: '' },
  'deposit.taken': HANDED_OVER,
  'deposit.returned': HANDED_OVER,
  'deposit.applied': { amountFen: 1_000, reason: '' },
  'volume.credited': { requestId: '', parts: [{ topupId: '', litres: 1_000, amountFen: 198, vatPermille: 90 }] },
  'credit.refunded': HANDED_OVER,
  'safe.banked': { depositId: 'sample', amountFen: 1_000, slipNo: '', approvedBy: '' },
};
