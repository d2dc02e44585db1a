// What clerks complain about elsewhere, where it concerns charging, receipts and prints: one test by the name of each complaint.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../drivers/kit/outcome.ts';
import type { PrintJob, PrintResult } from '../../drivers/kit/receipt-printer.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { listPayments, takeDeposit, viewCharges } from '../../src/main/core/usecases/charge-account.ts';
import { issueInvoice } from '../../src/main/core/usecases/issue-invoice.ts';
import { assignSegment } from '../../src/main/core/usecases/number-segments.ts';
import { checkReceipt, confirmReceipt, printReceipt, reprintReceipt } from '../../src/main/core/usecases/print-receipt.ts';
import { reversePayment, takePayment } from '../../src/main/core/usecases/take-payment.ts';
import { DEMO_POLICY } from '../../src/main/hall/demo-charges.ts';
import { createPaper } from '../../src/main/printing/pdf/paper.ts';
import { createReceipts } from '../../src/main/printing/receipts.ts';
import { createTemplates } from '../../src/main/printing/templates/templates.ts';
import { operationSchema } from '../../src/shared/wire/operation.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleOperation } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

const A = sampleAccount(1);
const B = sampleAccount(2);
const SHIFT = sampleId(2_000_001);
const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
const LOST = { kind: 'unknown', fault: { code: 'DEVICE_PROCESS_LOST', context: {} } } as unknown as Outcome<PrintResult>;
const NO_PAPER = { kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT', context: {} } } as unknown as Outcome<PrintResult>;

let temp: TempStore;
let jobs: PrintJob[] = [];
let outcomes: Outcome<PrintResult>[] = [];
let opened = 0;
let nextId = 0;
const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

function clerk(): UseCaseContext {
  const ports = {
    store: temp.store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
    receipts: createReceipts(),
    paper: createPaper({ workerFile: '' }),
    templates: createTemplates({ folder: '', language: () => 'zh-CN' }),
    devices: {
      states: () => [],
      printerColumns: () => 48,
      print: async (job: PrintJob) => {
        jobs.push(job);
        return outcomes.shift() ?? { kind: 'done', value: { proof: 'verified', paperNearEnd: false } };
      },
      hasPrinted: async () => ({ kind: 'done', value: false }),
      openDrawer: async () => {
        opened += 1;
        return { kind: 'done', value: { isOpen: true } };
      },
    },
  } as unknown as Ports;
  return { ports, actor: { staffNo: '1001', name: '李静', role: 'clerk', shiftId: SHIFT } };
}

function owe(accountId: string, amountFen: number): string {
  const receivableId = newId();
  const bill = { receivableId, kind: 'gas' as const, itemCode: 'reading', description: '2026-01 气费', amountFen, vatPermille: 90 };
  temp.store.write((tx) =>
    tx.append(
      sampleOperation('receivable.raised', { ...bill, dueDate: '2026-02-20', bearsLateFee: true }, { id: receivableId, accountId }),
    ),
  );
  return receivableId;
}

/** Pays what the account owes, in cash and to the fen. */
function pay(accountId: string) {
  const { accounts, dueFen } = viewCharges(clerk(), { accountIds: [accountId] });
  const receivableIds = accounts.flatMap(({ receivables }) => receivables.map((row) => row.receivableId));
  const terms = { settleFen: null, waiveLateFee: false, waiverReason: '', useCredit: false, tenders: [] };
  const input = { ...terms, accountId, receivableIds, paymentId: newId(), expectedAmountFen: dueFen, cashTenderedFen: dueFen };
  return { input, payment: takePayment(clerk(), input, null) };
}

/** What stands on the paper of a job, the mark of a reprint left away. */
const content = (markup = '') => markup.replace(/^"\^\^\^补打 \d+\n/, '');

beforeEach(async () => {
  temp = await tempStore();
  jobs = [];
  outcomes = [];
  opened = 0;
  const policy = { policyId: sampleId(7), effectiveFrom: '2026-01-01', policy: DEMO_POLICY };
  temp.store.importOperations([
    ...openBranch(),
    openAccount(A),
    openAccount(B),
    sampleOperation('policy.published', policy, { id: sampleId(7) }),
    openShift(1),
  ]);
});
afterEach(() => {
  // Whatever was recorded can travel to headquarters: one row that cannot blocks all behind it.
  for (const operation of temp.store.operationsAfter(0, 1_000)) expect(operationSchema.safeParse(operation).error).toBeUndefined();
  temp.remove();
});

describe('complaints', () => {
  it('"receipt duplicated by a reprint": a reprint bears its count, the same number and the same content, and is no second receipt', async () => {
    owe(A.accountId, 10_000);
    const { payment } = pay(A.accountId);
    const receiptId = payment.receipt?.receiptId ?? '';
    await printReceipt(clerk(), { receiptId });
    const first = await reprintReceipt(clerk(), { receiptId });
    const second = await reprintReceipt(clerk(), { receiptId });
    expect([first.receipt.reprints, second.receipt.reprints]).toEqual([1, 2]);
    expect(jobs.map(({ markup }) => /^"\^\^\^补打 (\d+)\n/.exec(markup)?.[1])).toEqual([undefined, '1', '2']);
    expect(new Set(jobs.map(({ markup }) => content(markup))).size).toBe(1);
    expect(jobs.map(({ openDrawer }) => openDrawer)).toEqual([true, false, false]);
    expect(temp.store.operationsOf(A.accountId, 100).filter(({ kind }) => kind === 'receipt.issued')).toHaveLength(1);
    const brief = { receiptId, receiptNo: payment.receipt?.receiptNo, state: 'printed', reprints: 2 };
    expect(listPayments(clerk(), { accountId: A.accountId, limit: 5 })[0]?.receipt).toEqual(brief);
  });

  it('"three print prompts in a row": a payment prints by one call, and a lost job is asked about once and never printed again by itself', async () => {
    owe(A.accountId, 10_000);
    const { input, payment } = pay(A.accountId);
    const receiptId = payment.receipt?.receiptId ?? '';
    outcomes = [LOST];
    expect((await printReceipt(clerk(), { receiptId })).receipt.state).toBe('unknown');
    for (const _ of [1, 2, 3]) {
      takePayment(clerk(), input, null);
      await checkReceipt(clerk(), { receiptId });
      await expect(printReceipt(clerk(), { receiptId })).rejects.toThrow('RECEIPT_STATE_REFUSES');
      await expect(reprintReceipt(clerk(), { receiptId })).rejects.toThrow('RECEIPT_STATE_REFUSES');
    }
    expect(jobs).toHaveLength(1);
    expect(confirmReceipt(clerk(), { receiptId, cameOut: true }).state).toBe('printed');
    expect(() => confirmReceipt(clerk(), { receiptId, cameOut: false })).toThrow('RECEIPT_STATE_REFUSES');
    expect(jobs).toHaveLength(1);
  });

  it('"the drawer does not open because another device is offline": without paper the drawer opens all the same', async () => {
    owe(A.accountId, 10_000);
    const { payment } = pay(A.accountId);
    outcomes = [NO_PAPER];
    const printed = await printReceipt(clerk(), { receiptId: payment.receipt?.receiptId ?? '' });
    expect(printed).toMatchObject({ receipt: { state: 'not-printed' }, fault: { code: 'PRINTER_PAPER_OUT' } });
    expect(opened).toBe(1);
  });

  it('"a reversal does not give the balance back": charges, late fee, credit, drawer and ledger are as before, with a receipt of its own', async () => {
    const bill = owe(A.accountId, 10_000);
    const books = ['receivable', 'late-fee-revenue', 'vat-payable', 'customer-credit', 'cash-drawer', 'gas-revenue'] as const;
    const before = { charges: viewCharges(clerk(), { accountIds: [A.accountId] }), books: books.map((name) => temp.store.balance(name)) };
    const { payment } = pay(A.accountId);
    const original = payment.receipt;
    const reversed = reversePayment(clerk(), { paymentId: payment.paymentId, reason: '收错账户', refunds: [] }, SUPERVISOR);
    expect({
      charges: viewCharges(clerk(), { accountIds: [A.accountId] }),
      books: books.map((name) => temp.store.balance(name)),
    }).toEqual(before);
    expect(temp.store.receivable(bill)?.openFen).toBe(10_000);
    expect(reversed.receipt).toEqual(original);
    expect(reversed.reversalReceipt?.receiptNo).not.toBe(original?.receiptNo);
    await printReceipt(clerk(), { receiptId: reversed.reversalReceipt?.receiptId ?? '' });
    expect(jobs[0]?.openDrawer).toBe(true);
    for (const words of ['缴费冲正凭证', original?.receiptNo ?? '?', '收错账户', '2001']) expect(jobs[0]?.markup).toContain(words);
  });

  it('"a reversal does not give the balance back": while an invoice stands the payment is not reversed behind it', () => {
    owe(A.accountId, 10_000);
    const { payment } = pay(A.accountId);
    assignSegment(clerk(), { segmentId: newId(), prefix: '', first: 1, last: 9, digits: 4 });
    const { paymentId } = payment;
    issueInvoice(clerk(), { invoiceId: newId(), subjectId: paymentId, expectedNumber: 1, buyer: { name: '王小明', taxNo: '' } });
    expect(() => reversePayment(clerk(), { paymentId, reason: 'x', refunds: [] }, SUPERVISOR)).toThrow('INVOICE_STANDS');
    expect(temp.store.payment(paymentId)?.state).toBe('taken');
  });

  it('"the next customer sees the previous one’s data": a receipt names the accounts it is for and nobody else', () => {
    owe(A.accountId, 10_000);
    pay(A.accountId);
    const deposit = { handoverId: newId(), amountFen: 30_000, tenders: [], cashTenderedFen: 30_000, reason: '表具押金' };
    const { handover } = takeDeposit(clerk(), { ...deposit, accountId: B.accountId });
    const markup = temp.store.receipt(handover.receipt?.receiptId ?? '')?.markup ?? '';
    expect(markup).toContain('押金收据');
    expect(markup).toContain(B.accountNo);
    expect(markup).not.toContain(A.accountNo);
    expect(() => takeDeposit(clerk(), { ...deposit, accountId: A.accountId })).toThrow('PAYMENT_ID_REUSED');
  });
});
