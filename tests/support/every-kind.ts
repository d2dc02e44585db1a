// A short life of a hall in which every kind of operation happens once or more, in an order that the rules allow.
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import type { PurchaseTerms } from '../../src/shared/domain/purchase.ts';
import { openAccount, openBranch, SAMPLE_DATE, sampleAccount, sampleId, sampleOperation, sampleTopup } from './sample-operations.ts';

const SHIFT = sampleId(900);
const SHA = 'ab'.repeat(32);
const NUMBER = { masked: '110***002X', digest: SHA };
const CASH = (amountFen: number) => [{ kind: 'cash', amountFen, reference: '' }] as const;
const FACTS = { name: '王小明', customerKind: 'residential', phone: '13800000001', smsConsent: true } as const;

/** Returns the operations; `counter` keeps the ids of several counters apart. */
export function everyKind(counter = 0): NewOperation[] {
  const first = sampleAccount(1 + counter * 100);
  const second = sampleAccount(2 + counter * 100, {
    meter: { meterNo: `M-ORD-${counter}`, make: '恒远', kind: 'ordinary' },
    card: null,
  });
  const { accountId } = first;
  const cardNo = first.card?.cardNo ?? '';
  const meterNo = first.meter?.meterNo ?? '';
  let serial = 500_000 + counter * 10_000;
  const of = <K extends OperationKind>(kind: K, payload: OperationPayloads[K], on = accountId): NewOperation => {
    serial += 1;
    return sampleOperation(kind, payload, { id: sampleId(serial), accountId: on, shiftId: `${SHIFT}${counter}`, clerk: '1001' });
  };
  const id = (name: string) => `${name}-${counter}`;
  const handover = (handoverId: string, amountFen: number) => ({
    handoverId: id(handoverId),
    ...{ amountFen, tenders: CASH(amountFen), cashTenderedFen: amountFen, changeFen: 0, reason: '押金', approvedBy: '2001' },
  });
  const receivable = (name: string, amountFen: number): OperationPayloads['receivable.raised'] =>
    ({
      ...{ receivableId: id(name), kind: 'gas', itemCode: 'r1', description: '10月气费', amountFen, vatPermille: 90 },
      ...{ dueDate: '2026-04-01', bearsLateFee: true },
    }) as const;
  const payment = (name: string, bill: string, principalFen: number) => ({
    paymentId: id(name),
    paid: [{ receivableId: id(bill), accountId, principalFen, lateFeeFen: 10, lateFeeWaivedFen: 0, vatPermille: 90 }],
    fromCredit: [],
    toCredit: [],
    ...{ tenders: CASH(principalFen + 10), cashTenderedFen: principalFen + 10, changeFen: 0, approvedBy: '' },
  });
  const task = (taskId: string, purpose: 'issue' | 'correct', volumeLitres: number) => ({
    taskId: id(taskId),
    ...{ purpose, cardNo, layoutId: 'countertop-double', oldCardNo: '', volumeLitres, topupId: '', requestId: '' },
    ...{ reason: '补气', approvedBy: '2001' },
  });
  const segment = {
    segmentId: id('seg'),
    ...{ prefix: `A${counter}`, first: 1, last: 100, digits: 8 },
  };
  const invoice = (invoiceId: string, number: number) => ({
    invoiceId: id(invoiceId),
    ...{ segmentId: id('seg'), number, subjectId: id('p1'), buyer: { name: '王小明', taxNo: '' } },
    lines: [{ name: '气费', unit: 'm³', quantity: '1', amountFen: 100, vatPermille: 90 }],
    ...{ amountFen: 100, vatFen: 8 },
  });
  const topup = sampleTopup(1 + counter * 1_000, first, `${SHIFT}${counter}`);
  const reversed = sampleTopup(2 + counter * 1_000, first, `${SHIFT}${counter}`);
  const refunded = sampleTopup(3 + counter * 1_000, first, `${SHIFT}${counter}`)[0] as NewOperation & { readonly kind: 'topup.paid' };
  const carried = sampleTopup(4 + counter * 1_000, first, `${SHIFT}${counter}`)[0] as NewOperation & { readonly kind: 'topup.paid' };
  const reversedPaid = reversed[0] as NewOperation & { readonly kind: 'topup.paid' };
  const purchase: PurchaseTerms = reversedPaid.payload.purchase;
  const shiftId = `${SHIFT}${counter}`;
  const moved = (movementId: string, category: string, amountFen: number) => ({
    movementId: id(movementId),
    ...({ shiftId, category, reason: '周末', amountFen, against: 'safe', approvedBy: '' } as const),
  });
  const counted = (hundreds: number) => [{ denominationFen: 10_000, count: hundreds }];
  const count = (countId: string, hundreds: number) => ({
    shiftId,
    countId: id(countId),
    ...{ countedBy: '1001', lines: counted(hundreds), cashFen: hundreds * 10_000, slips: [] },
    expected: { cashFen: 49_000, slips: [] },
  });
  let version = 0;
  const seen = () => {
    version += 1;
    return { seenVersion: version };
  };

  return [
    ...(counter === 0 ? openBranch() : []),
    openAccount(first),
    openAccount(second),
    of(
      'policy.published',
      {
        policyId: id('pol'),
        effectiveFrom: SAMPLE_DATE,
        policy: {
          fees: [{ code: 'card', name: '补卡', amountFen: 1_000, vatPermille: 60, waiver: 'supervisor' }],
          lateFee: { perDayPpm: 3_000, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 1_000 },
          limits: LIMITS,
          requestDays: { default: 5 },
        },
      },
      '',
    ),
    of('shift.opened', { shiftId: `${SHIFT}${counter}`, floatFen: 50_000 }, ''),
    ...topup,
    ...reversed,
    refunded,
    of('topup.refunded', { topupId: refunded.payload.topupId, reason: '卡坏' }),
    of('topup.reversed', {
      topupId: reversedPaid.payload.topupId,
      ...{ taskId: id('t0'), purchase, refunds: CASH(9_800), toCreditFen: 10_000, reason: '退气', approvedBy: '2001' },
    }),
    of('meter.reported', { cardNo, meterNo, loadedSequence: 1, remainingLitres: 5, cumulativeUseLitres: 10, faults: 0 }),
    of('receivable.raised', receivable('b1', 5_000)),
    of('receivable.raised', receivable('b2', 300)),
    of('receivable.waived', { receivableId: id('b2'), kind: 'gas', vatPermille: 90, amountFen: 300, reason: '免', approvedBy: '3001' }),
    of('payment.taken', payment('p1', 'b1', 5_000)),
    of('payment.reversed', {
      paymentId: id('p1'),
      payment: payment('p1', 'b1', 5_000),
      refunds: CASH(5_010),
      reason: '错',
      approvedBy: '2001',
    }),
    of('deposit.taken', handover('d1', 3_000)),
    of('deposit.applied', { amountFen: 1_000, reason: '转余额' }),
    of('deposit.returned', handover('d2', 2_000)),
    of('volume.credited', { requestId: id('r1'), parts: [{ topupId: '', litres: 100, amountFen: 500, vatPermille: 90 }] }),
    of('credit.refunded', handover('c1', 11_500)),
    of('customer.registered', { customerId: id('cu1'), ...FACTS, identity: { kind: 'resident-id', ...NUMBER } }, ''),
    of('customer.registered', { customerId: id('cu2'), ...FACTS, identity: null }, ''),
    of(
      'customer.changed',
      { customerId: id('cu1'), ...FACTS, phone: '13900000009', identity: null, seenVersion: 1, reason: '更名', approvedBy: '2001' },
      '',
    ),
    of('customer.merged', { keptId: id('cu1'), mergedId: id('cu2'), reason: '重复' }, ''),
    of('account.assigned', { ...seen(), customerId: id('cu1'), reason: '登记有误', approvedBy: '2001' }),
    of('account.corrected', {
      ...seen(),
      ...{ customerName: '王晓明', phone: '1', address: first.address, reason: '错字', requestId: '' },
    }),
    of('account.household-changed', { ...seen(), size: 5, from: SAMPLE_DATE, until: null, proof: '户口簿' }),
    of('account.plan-changed', { ...seen(), tariffId: 'residential', from: SAMPLE_DATE }),
    of('account.bank-changed', { ...seen(), bank: { bankName: '工行', holder: '王小明', ...NUMBER } }),
    of('account.suspended', { ...seen(), requestId: id('r1'), from: SAMPLE_DATE, until: null, sealNo: 'S1', readingLitres: null }),
    of('account.reactivated', { ...seen(), requestId: id('r1'), on: SAMPLE_DATE, inspectionNo: 'I1' }),
    of('account.transferred', {
      ...seen(),
      requestId: id('r1'),
      from: { customerId: id('cu1'), customerName: '王晓明' },
      to: { customerId: '', customerKind: 'residential', customerName: '李华', phone: '2', householdSize: 2 },
      ...{ since: SAMPLE_DATE, readingLitres: null, contractNo: 'K1' },
    }),
    of('account.closed', { ...seen(), requestId: id('r1'), on: SAMPLE_DATE, readingLitres: null }),
    of('note.added', { noteId: id('n1'), text: '有狗' }),
    of('attachment.added', {
      attachmentId: id('a1'),
      ...{ requestId: '', name: '合同.pdf', mediaType: 'application/pdf', sizeBytes: 10, sha256: SHA },
    }),
    of('number.revealed', { what: 'phone', masked: '138****0001', reason: '回访' }),
    of(
      'meter.registered',
      { meterNo: id('m2'), make: '恒远', model: 'X', kind: 'ic', layoutId: 'countertop-double', verifiedUntil: '' },
      '',
    ),
    of('meter.registered', { meterNo: id('m3'), make: '恒远', model: 'X', kind: 'ic', layoutId: '', verifiedUntil: '' }, ''),
    of('meter.exchanged', {
      oldMeterNo: meterNo,
      ...{ finalReadingLitres: 20, carriedLitres: 100, newMeterNo: id('m2'), firstReadingLitres: 0, on: SAMPLE_DATE, reason: '故障' },
      ...{ oldMeterGoes: 'scrapped', requestId: '' },
    }),
    of('meter.reverified', { meterNo: id('m2'), verifiedUntil: '2036-01-01' }, ''),
    of('meter.installed', { meterNo: id('m3'), readingLitres: 3, on: SAMPLE_DATE, requestId: '' }, second.accountId),
    of('meter.read', { meterNo: id('m3'), readingLitres: 8, on: SAMPLE_DATE, billed: true, requestId: '' }, second.accountId),
    of('meter.removed', { meterNo: id('m3'), finalReadingLitres: 9, on: SAMPLE_DATE, goes: 'in-store', requestId: '' }, second.accountId),
    of('card-task.begun', task('t1', 'correct', 50)),
    of('card-task.intended', { taskId: id('t1'), sequence: 3, cumulativeLitres: 250_000, beforeHex: '00', afterHex: '01' }),
    of('card-task.writing', { taskId: id('t1'), attempt: 1 }),
    of('card-task.verified', { taskId: id('t1'), proof: 'written' }),
    of('card-task.begun', task('t2', 'correct', 10)),
    of('card-task.abandoned', { taskId: id('t2'), reason: '走了' }),
    carried,
    of('card-task.begun', task('t3', 'correct', 10)),
    of('topup.carried', { topupId: carried.payload.topupId, taskId: id('t3'), cardNo, purchase: carried.payload.purchase }),
    of('card.blacklisted', { cardNo, reason: '丢失' }),
    of('card.returned', { cardNo, reason: '交回' }),
    of('request.opened', {
      requestId: id('r1'),
      ...{ requestNo: id('R'), requestKind: 'transfer', form: { newName: '李华' }, deadline: SAMPLE_DATE, branchNo: '01' },
    }),
    of('request.moved', { requestId: id('r1'), from: 'open', to: 'completed', form: {}, note: '', approvedBy: '' }),
    of('segment.assigned', segment, ''),
    of('invoice.issued', invoice('i1', 1)),
    of('invoice.printed', { invoiceId: id('i1'), jobId: 'j', outcome: 'printed', faultCode: '' }),
    of('invoice.voided', { segmentId: id('seg'), number: 1, invoiceId: id('i1'), reason: '错', approvedBy: '2001' }),
    of('ticket.called', { ticketId: id('k1'), ticketNo: 'A001', ticketKind: 'topup' }, ''),
    of('ticket.finished', { ticketId: id('k1'), outcome: 'served', done: ['topup'], handlingMs: 1_000, rating: 1 }, ''),
    of(
      'tool-card.intended',
      {
        toolId: id('tool'),
        ...{ toolNo: id('88'), tool: 'price', layoutId: 'countertop-card', forWhat: meterNo, reason: '调价', formerNo: '' },
        prices: { versionId: 't-2', effectiveFrom: '2026-12-01', limitsLitres: [420_000], pricesFenPerM3: [250, 300] },
        ...{ keyVersion: 0, approvedBy: '2001', beforeHex: 'ff', afterHex: '00' },
      },
      '',
    ),
    of('tool-card.writing', { toolId: id('tool'), attempt: 1, approvedBy: '2001' }, ''),
    of('tool-card.made', { toolId: id('tool'), proof: 'written' }, ''),
    of('tool-card.returned', { toolId: id('tool'), state: 'returned', note: '已收回', approvedBy: '' }, ''),
    of('shift.paid-in', moved('in1', 'change', 2_000), ''),
    of('shift.paid-out', moved('out1', 'expense', 1_500), ''),
    of('drawer.opened', { openingId: id('do1'), shiftId, why: 'no-sale', subjectId: '', reason: '换零钱', approvedBy: '2001' }, ''),
    of('shift.dropped', { movementId: id('drop1'), shiftId, lines: counted(1), amountFen: 10_000, bagNo: 'B1', approvedBy: '2001' }, ''),
    of('shift.counted', count('sc1', 4), ''),
    of('shift.counted', count('sc2', 5), ''),
    of(
      'shift.handed-over',
      {
        shiftId,
        newShiftId: `${shiftId}-next`,
        ...{
          toClerk: '1002',
          countId: id('sc2'),
          expectedFen: 49_000,
          countedFen: 50_000,
          pending: [],
          reason: '多十元',
          approvedBy: '2001',
        },
      },
      '',
    ),
    of('shift.counted', { ...count('sc3', 5), shiftId: `${shiftId}-next` }, ''),
    of(
      'shift.closed',
      {
        shiftId: `${shiftId}-next`,
        ...{ countId: id('sc3'), expectedFen: 50_000, countedFen: 50_000, carriedFen: 20_000, bagNo: '' },
        pending: [{ kind: 'undelivered', subjectId: carried.payload.topupId, accountId, amountFen: 19_800 }],
        ...{ reason: '', approvedBy: '', forced: false },
      },
      '',
    ),
    of('safe.banked', { depositId: id('bank1'), amountFen: 10_000, slipNo: 'BK1', approvedBy: '2001' }, ''),
    of('day.closed', sampleClose(id('close1')), ''),
    of('case.settled', {
      caseId: sampleId(serial),
      ...{ code: 'ACCOUNT_CHANGED', way: 'keep-first', newId: '', reason: '客户已来电确认', approvedBy: '' },
    }),
    of(
      'counter.renewed',
      {
        ...{ formerId: id('C09'), commonSeq: 10, formerSeq: 12, heldSeq: 11, carried: 2 },
        numbers: [{ what: 'receipt', first: '01-C09-00000004', last: '01-C09-00000005', count: 2 }],
        ...{ reason: '硬盘损坏，用备份恢复', approvedBy: '2001' },
      },
      '',
    ),
  ];
}

/** A close that lists one of each thing; the day goes on after it. */
export function sampleClose(closeId: string): OperationPayloads['day.closed'] {
  const about = { seq: 1, operationId: sampleId(1), businessDate: SAMPLE_DATE, subjectId: 's', accountId: '', amountFen: 100 };
  const sums = { cashFen: 100, bankCardFen: -5, walletFen: 0 };
  const drawer = { floatFen: 100, cashFen: -5, movedFen: 0, droppedFen: 0, expectedFen: 95, countedFen: 95, carriedFen: 0 };
  return {
    ...{ closeId, closeNo: 1, closedDate: SAMPLE_DATE, nextDate: SAMPLE_DATE, fromSeq: 1, toSeq: 1, toHash: SHA, operations: 1 },
    business: [{ clerk: '1001', kind: 'topup.paid', count: 1, litres: 1_000, ...sums }],
    kinds: [{ kind: 'branch.opened', count: 1, debitFen: 0, hash: SHA }],
    drawers: [{ shiftId: 's', clerk: '1001', seq: 1, openedAtMs: 1, endedAtMs: 2, state: 'closed', ...drawer }],
    receipts: [{ prefix: '01-C01-', first: 1, last: 3, issued: 2, reprints: 1, missing: [2] }],
    invoices: [{ segmentId: 's', prefix: 'A', digits: 8, first: 1, last: 0, issued: 0, voided: [1], missing: [] }],
    cards: [{ layoutId: 'countertop-card', what: 'purchase', commodity: 'gas', writes: 1, litres: 1_000, amountFen: 198 }],
    banked: [{ depositId: 'd', slipNo: 'BK', amountFen: 1 }],
    receivable: {
      ...{ openingFen: 0, billedFen: 10, lateFeeFen: 1, paidFen: 5, waivedFen: 1, reversedFen: 0, othersFen: -5, closingFen: 0 },
    },
    books: [{ book: 'cards', count: 1, expectedFen: 198, foundFen: 198, differenceFen: 0 }],
    differences: [{ ...about, kind: 'paid-not-written', book: 'cards', effectFen: 100, state: 'open', nextStep: 'insert-card' }],
    open: [{ ...about, kind: 'paid-not-written', gapFen: 100, litres: 1_000, cardNo: 'c', layoutId: '' }],
    nextNumbers: [{ key: '01-C01-', next: 4, prefix: '01-C01-', digits: 0 }],
    late: [{ counterId: 'C02', businessDate: SAMPLE_DATE, kind: 'payment.taken', fromSeq: 1, toSeq: 2, count: 2, debitFen: 10 }],
    ...{ feedPosition: 0, approvedBy: '2001' },
  };
}

const NOTHING = { reversalFen: 0, waiverFen: 0, refundFen: 0, correctionLitres: 0 };
const LIMITS = { clerk: NOTHING, supervisor: NOTHING, manager: NOTHING };
