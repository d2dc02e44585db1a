// Invoices as their calls do them: each number once, voided never used again, and the form's fate known.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FormJob } from '../../../../drivers/kit/form-printer.ts';
import type { Outcome } from '../../../../drivers/kit/outcome.ts';
import type { PrintResult } from '../../../../drivers/kit/receipt-printer.ts';
import {
  openAccount,
  openBranch,
  openShift,
  sampleAccount,
  sampleId,
  sampleOperation,
  sampleTopup,
} from '../../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../../tests/support/temp-store.ts';
import type { Role } from '../../../shared/contract/call.ts';
import { createPaper } from '../../printing/pdf/paper.ts';
import { createReceipts } from '../../printing/receipts.ts';
import { createTemplates } from '../../printing/templates/templates.ts';
import type { UseCaseContext } from '../actor.ts';
import type { Ports } from '../ports/index.ts';
import { issueInvoice, listInvoices, listSubjects } from './issue-invoice.ts';
import { assignSegment, listSegments, voidBlank, voidInvoice } from './number-segments.ts';
import { confirmInvoice, printInvoice } from './print-invoice.ts';

const A = sampleAccount(1);
const SHIFT = sampleId(2_000_001);
const TOPUP = sampleId(10_000_000 + 16);
const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
/** A code with the right check character by GB 32100. */
const TAX_NO = '91350100M000100Y43';

let temp: TempStore;
let forms: FormJob[] = [];
let outcomes: Outcome<PrintResult>[] = [];
let nextId = 0;
const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

function as(role: Role = 'clerk', staffNo = '1001'): UseCaseContext {
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
      printForm: async (job: FormJob) => {
        forms.push(job);
        return outcomes.shift() ?? { kind: 'done', value: { proof: 'verified', paperNearEnd: false } };
      },
    },
  } as unknown as Ports;
  return { ports, actor: { staffNo, name: '李静', role, shiftId: SHIFT } };
}

const SEGMENT = { segmentId: sampleId(500), prefix: '0440', first: 101, last: 103, digits: 8 };
const buyer = { name: '王小明', taxNo: '' };

/** A payment of one bill; returns its id. */
function paidBill(): string {
  const [receivableId, paymentId] = [newId(), newId()];
  const facts = { accountId: A.accountId, shiftId: SHIFT };
  const bill = { receivableId, kind: 'gas' as const, itemCode: 'reading', description: '2026-01 气费', amountFen: 10_900, vatPermille: 90 };
  const part = { receivableId, accountId: A.accountId, principalFen: 10_900, lateFeeFen: 0, lateFeeWaivedFen: 0, vatPermille: 90 };
  const tenders = [{ kind: 'wallet' as const, amountFen: 10_900, reference: 'W' }];
  temp.store.write((tx) => {
    tx.append(sampleOperation('receivable.raised', { ...bill, dueDate: '2026-03-20', bearsLateFee: true }, { id: receivableId, ...facts }));
    const payment = { paymentId, paid: [part], fromCredit: [], toCredit: [], tenders, cashTenderedFen: 0, changeFen: 0, approvedBy: '' };
    tx.append(sampleOperation('payment.taken', payment, { id: paymentId, ...facts }));
  });
  return paymentId;
}

beforeEach(async () => {
  temp = await tempStore();
  forms = [];
  outcomes = [];
  temp.store.importOperations([...openBranch(), openAccount(A), openShift(1), ...sampleTopup(1, A, SHIFT)]);
});
afterEach(() => temp.remove());

describe('an invoice', () => {
  it('takes the next number, once however often it is sent, and comes out on the form', async () => {
    assignSegment(as('manager'), SEGMENT);
    const subjectId = paidBill();
    const invoiceId = newId();
    const input = { invoiceId, subjectId, expectedNumber: 101, buyer: { name: '好味来餐饮有限公司', taxNo: TAX_NO.toLowerCase() } };
    const invoice = issueInvoice(as(), input);
    expect(invoice).toMatchObject({ label: '044000000101', amountFen: 10_900, vatFen: 900, state: 'issued', buyer: { taxNo: TAX_NO } });
    expect(issueInvoice(as(), input)).toEqual(invoice);
    expect(listSegments(as())).toMatchObject([{ nextLabel: '044000000102', left: 2, isEnding: true }]);
    expect((await printInvoice(as(), { invoiceId })).invoice.state).toBe('printed');
    const texts = forms[0]?.fields.map(({ text }) => text) ?? [];
    expect(texts).toEqual(expect.arrayContaining(['044000000101', TAX_NO, '109.00', '9.00', '壹佰零玖元整']));
    for (const field of forms[0]?.fields ?? []) expect(field.xTenthMm).toBeLessThanOrEqual(forms[0]?.size.widthTenthMm ?? 0);
    await expect(printInvoice(as(), { invoiceId })).rejects.toThrow('INVOICE_STATE_REFUSES');
    expect(forms).toHaveLength(1);
  });

  it('is issued for a delivered top-up by its tiers, and only once while it stands', () => {
    assignSegment(as('it'), SEGMENT);
    const invoice = issueInvoice(as(), { invoiceId: newId(), subjectId: TOPUP, expectedNumber: 101, buyer });
    expect(invoice.lines).toEqual([{ name: '天然气 1阶', unit: 'm³', quantity: '100.0', amountFen: 19_800, vatPermille: 90 }]);
    expect(() => issueInvoice(as(), { invoiceId: newId(), subjectId: TOPUP, expectedNumber: 102, buyer })).toThrow('INVOICE_STANDS');
    expect(() => voidInvoice(as(), { invoiceId: invoice.invoiceId, reason: '卡纸' }, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(voidInvoice(as(), { invoiceId: invoice.invoiceId, reason: '卡纸' }, SUPERVISOR).state).toBe('voided');
    expect(() => voidInvoice(as('manager', '3001'), { invoiceId: invoice.invoiceId, reason: 'x' }, null)).toThrow('INVOICE_STATE_REFUSES');
    const second = issueInvoice(as(), { invoiceId: newId(), subjectId: TOPUP, expectedNumber: 102, buyer });
    expect(listSubjects(as(), { accountId: A.accountId })).toMatchObject([{ kind: 'topup', invoice: { label: second.label } }]);
    expect(listInvoices(as(), { accountId: A.accountId }).map(({ state }) => state)).toEqual(['issued', 'voided']);
  });

  it('with an unknown fate waits for an answer, and one that did not come out is printed again under its number', async () => {
    assignSegment(as('manager'), SEGMENT);
    const invoiceId = newId();
    issueInvoice(as(), { invoiceId, subjectId: TOPUP, expectedNumber: 101, buyer });
    outcomes = [
      { kind: 'unknown', fault: { code: 'DEVICE_PROCESS_LOST', context: {} } },
      { kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT', context: {} } },
    ] as unknown as Outcome<PrintResult>[];
    expect((await printInvoice(as(), { invoiceId })).invoice.state).toBe('unknown');
    await expect(printInvoice(as(), { invoiceId })).rejects.toThrow('INVOICE_STATE_REFUSES');
    expect(confirmInvoice(as(), { invoiceId, cameOut: false }).state).toBe('not-printed');
    expect(() => confirmInvoice(as(), { invoiceId, cameOut: true })).toThrow('INVOICE_STATE_REFUSES');
    expect(await printInvoice(as(), { invoiceId })).toMatchObject({
      invoice: { state: 'not-printed' },
      fault: { code: 'PRINTER_PAPER_OUT' },
    });
    expect((await printInvoice(as(), { invoiceId })).invoice).toMatchObject({ state: 'printed', number: 101 });
  });

  it.each([
    ['a tax number whose check character is wrong', { buyer: { name: 'x', taxNo: '91350100M000100Y44' } }, 'INPUT_INVALID'],
    ['another number than the next', { expectedNumber: 102 }, 'INVOICE_NUMBER_CHANGED'],
    ['a subject that is not there', { subjectId: sampleId(5) }, 'INVOICE_SUBJECT_REFUSES'],
  ])('refuses %s and uses no number', (_name, wrong, code) => {
    assignSegment(as('manager'), SEGMENT);
    const seq = temp.store.lastSeq();
    const input = { invoiceId: newId(), subjectId: TOPUP, expectedNumber: 101, buyer };
    expect(() => issueInvoice(as(), { ...input, ...wrong })).toThrow(code);
    expect(temp.store.lastSeq()).toBe(seq);
  });

  it('refuses where there is no number, no invoice, or the id is another one’s', async () => {
    expect(() => issueInvoice(as(), { invoiceId: newId(), subjectId: TOPUP, expectedNumber: 101, buyer })).toThrow('SEGMENT_MISSING');
    await expect(printInvoice(as(), { invoiceId: newId() })).rejects.toThrow('INVOICE_UNKNOWN');
    assignSegment(as('manager'), SEGMENT);
    const invoiceId = newId();
    issueInvoice(as(), { invoiceId, subjectId: TOPUP, expectedNumber: 101, buyer });
    expect(() => issueInvoice(as(), { invoiceId, subjectId: paidBill(), expectedNumber: 102, buyer })).toThrow('INVOICE_ID_REUSED');
  });
});

describe('segments', () => {
  it('are used in the order in which they came, and a spoiled blank is passed over', () => {
    assignSegment(as('manager'), SEGMENT);
    assignSegment(as('manager'), SEGMENT);
    assignSegment(as('manager'), { ...SEGMENT, segmentId: sampleId(501), first: 200, last: 300 });
    const voidId = newId();
    for (const _ of [1, 2]) voidBlank(as(), { voidId, number: 101, reason: '撕坏' });
    expect(listSegments(as()).map(({ nextLabel, voided }) => [nextLabel, voided])).toEqual([
      ['044000000102', ['044000000101']],
      ['044000000200', []],
    ]);
    expect(() => voidBlank(as(), { voidId: newId(), number: 103, reason: 'x' })).toThrow('INVOICE_NUMBER_CHANGED');
    for (const number of [102, 103]) voidBlank(as(), { voidId: newId(), number, reason: '撕坏' });
    expect(issueInvoice(as(), { invoiceId: newId(), subjectId: TOPUP, expectedNumber: 200, buyer }).label).toBe('044000000200');
  });

  it('may not overlap, end before they begin, or outgrow their digits', () => {
    assignSegment(as('manager'), SEGMENT);
    const other = { ...SEGMENT, segmentId: sampleId(502) };
    expect(() => assignSegment(as('manager'), { ...other, first: 103, last: 110 })).toThrow('SEGMENT_OVERLAPS');
    expect(() => assignSegment(as('manager'), { ...other, first: 120, last: 110 })).toThrow('INPUT_INVALID');
    expect(() => assignSegment(as('manager'), { ...other, first: 120, last: 1_000, digits: 3 })).toThrow('INPUT_INVALID');
    expect(assignSegment(as('manager'), { ...other, prefix: '0441' }).nextLabel).toBe('044100000101');
  });
});
