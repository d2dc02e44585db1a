// Service requests as their calls do them: every obstacle, every effect to the fen, stale looks refused whole.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openAccount,
  openBranch,
  sampleAccount,
  sampleId,
  sampleOperation,
  sampleTopup,
} from '../../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../../tests/support/temp-store.ts';
import type { Inputs } from '../../../shared/contract/index.ts';
import { CUSTOMERS } from '../../../shared/domain/customers.ts';
import { maskNumber } from '../../../shared/domain/identity.ts';
import { LEDGER_ACCOUNTS } from '../../../shared/domain/ledger.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../../shared/domain/operation.ts';
import type { Policy } from '../../../shared/domain/policy.ts';
import type { RequestForm, RequestKind } from '../../../shared/domain/requests.ts';
import { RECEIPT_WORDS } from '../../../shared/words/receipts.ts';
import type { UseCaseContext } from '../actor.ts';
import type { Ports } from '../ports/index.ts';
import { addWorkingDays, type RequestView, workingDaysBetween } from '../requests/scene.ts';
import { advanceRequest, cancelRequest, completeRequest } from './move-request.ts';
import { listRequestKinds, listRequests, openRequest, previewRequest, viewRequest } from './open-request.ts';
import { quoteTopup } from './quote-topup.ts';
import { takePayment } from './take-payment.ts';

const SHIFT = sampleId(2_000_001);
const limits = (refundFen: number) => ({ reversalFen: 0, waiverFen: 0, refundFen, correctionLitres: 0 });
const fee = (code: string, amountFen: number) => ({ code, name: code, amountFen, vatPermille: 60, waiver: 'supervisor' as const });
const POLICY: Policy = {
  fees: [fee('seal', 3_000), fee('reactivation', 5_000), fee('transfer', 2_000), fee('addition', 36_000)],
  lateFee: { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 0 },
  limits: { clerk: limits(0), supervisor: limits(200_000), manager: limits(100_000_000) },
  requestDays: { default: 5, suspension: 3 },
};
const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
/** Made up, with right check characters. */
const OLD_ID = '110101199003070097';
const NEW_ID = '110101198805120039';

/** An ordinary meter: nothing of a card. */
/** Billed up to the reading that the forms below bring, so that a bill stands in the way where a test wants it only. */
const BILLED = { readingLitres: 900, on: '2026-02-28' };
const PLAIN = sampleAccount(1, { card: null, meter: { meterNo: 'P1', make: '恒远', kind: 'ordinary', billed: BILLED } });
const CARD = sampleAccount(2);
const FIRM = sampleAccount(3, {
  customerKind: 'commercial',
  card: null,
  meter: { meterNo: 'P3', make: '恒远', kind: 'ordinary', billed: BILLED },
});

let temp: TempStore;
let nextId = 0;
/** How often the drawer was told to open. */
let pulses = 0;
const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

const keep = (number: string) => ({ masked: maskNumber(number), digest: createHash('sha256').update(number).digest('hex') });

function as(role: 'clerk' | 'supervisor' = 'clerk', staffNo = '1001'): UseCaseContext {
  const ports = {
    store: temp.store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
    receipts: { slip: () => '', markup: () => '', words: () => RECEIPT_WORDS['zh-CN'] },
    devices: {
      printerColumns: () => 48,
      states: () => [],
      async openDrawer() {
        pulses += 1;
        return { kind: 'done', value: { isOpen: null } };
      },
    },
    layouts: { get: () => null, all: () => [] },
    numbers: { keep, digestOf: (number: string) => keep(number).digest, reveal: () => null },
  } as unknown as Ports;
  return { ports, actor: { staffNo, name: '李静', role, shiftId: '' } };
}

function put<K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId = PLAIN.accountId): void {
  temp.store.write((tx) => tx.append(sampleOperation(kind, payload, { id: newId(), accountId }) as NewOperation));
}

/** The ledger adds up to nothing whatever has happened. */
function ledgerSum(): number {
  return LEDGER_ACCOUNTS.reduce((sum, name) => sum + temp.store.balance(name), 0);
}

beforeEach(async () => {
  temp = await tempStore();
  const shift = sampleOperation(
    'shift.opened',
    { shiftId: SHIFT, floatFen: 1_000_000 },
    { id: sampleId(8), shiftId: SHIFT, clerk: '1001' },
  );
  const policy = sampleOperation(
    'policy.published',
    { policyId: sampleId(7), effectiveFrom: '2026-01-01', policy: POLICY },
    { id: sampleId(7) },
  );
  temp.store.importOperations([
    ...openBranch(),
    openAccount(PLAIN),
    openAccount(CARD),
    openAccount(FIRM),
    policy as NewOperation,
    shift as NewOperation,
  ]);
});
afterEach(() => temp.remove());

function opened(kind: RequestKind, form: RequestForm, accountId = PLAIN.accountId): RequestView {
  const seenVersion = temp.store.account(accountId)?.version ?? 0;
  return openRequest(as(), { requestId: newId(), accountId, kind, seenVersion, form });
}

const stepOf = (request: RequestView) => ({
  requestId: request.requestId,
  stepId: newId(),
  from: request.state,
  seenVersion: request.accountVersion,
  note: '',
});

function advanced(request: RequestView, form: RequestForm = {}, approver: typeof SUPERVISOR | null = null): RequestView {
  return advanceRequest(as(), { ...stepOf(request), form }, approver);
}

function completed(
  request: RequestView,
  form: RequestForm = {},
  more: Partial<Inputs['requests']['complete']> = {},
  approver: typeof SUPERVISOR | null = null,
) {
  const told = { expectedRefundFen: request.refundFen === 0 ? null : request.refundFen };
  return completeRequest(as(), { ...stepOf(request), form, slot: 1, ...told, refunds: [], ...more } as never, approver);
}

/** The customer pays what the request costs, in cash. */
function pay(request: RequestView): RequestView {
  const receivableIds = request.fees.filter(({ openFen }) => openFen > 0).map(({ receivableId }) => receivableId);
  const amountFen = request.fees.reduce((sum, { openFen }) => sum + openFen, 0);
  const actor = { ...as(), actor: { ...as().actor, shiftId: SHIFT } };
  const input = { accountId: request.accountId, receivableIds, settleFen: null, waiveLateFee: false, useCredit: false, waiverReason: '' };
  takePayment(
    actor,
    { ...input, paymentId: newId(), expectedAmountFen: amountFen, tenders: [], cashTenderedFen: amountFen } as never,
    null,
  );
  return viewRequest(as(), { requestId: request.requestId });
}

const SUSPEND = { from: '2026-03-02', until: '2026-09-01', reason: '出国' };
const SEALED = { sealNo: 'F-7781', readingLitres: 1_200 };
const TRANSFER = {
  oldIdentityKind: 'resident-id',
  oldIdentity: OLD_ID,
  newName: '单䶮喆',
  newIdentityKind: 'resident-id',
  newIdentity: NEW_ID,
  newPhone: '13900001111',
  newHousehold: 5,
  readingLitres: 900,
  balances: 'pay-out',
};
const CLOSE = { oldIdentityKind: 'resident-id', oldIdentity: OLD_ID, wishedOn: '2026-03-02' };

describe('suspension and reactivation', () => {
  it('go from the form over the works to the account, each with its fee paid first', async () => {
    const request = opened('suspension', SUSPEND);
    expect(request).toMatchObject({ requestNo: 'C01-R000001', state: 'open', deadline: '2026-03-05', path: ['open', 'work', 'completed'] });
    expect(request.fees).toMatchObject([{ itemCode: 'seal', openFen: 3_000 }]);
    const atWork = advanced(request);
    await expect(completed(atWork, SEALED)).rejects.toThrow('REQUEST_FEE_OPEN');
    const done = await completed(pay(atWork), SEALED);
    expect(done).toMatchObject({ state: 'completed', obstacles: [] });
    expect(temp.store.account(PLAIN.accountId)).toMatchObject({
      status: 'suspended',
      detail: { suspension: { from: '2026-03-02', until: '2026-09-01', sealNo: 'F-7781' } },
    });
    expect(() => opened('suspension', SUSPEND)).toThrow('ACCOUNT_STATUS_REFUSES');

    const back = advanced(pay(opened('reactivation', { wishedOn: '2026-03-02' })));
    await expect(completed(back, { inspectionResult: 'passed' })).rejects.toThrow('INPUT_INVALID');
    await completed(back, { inspectionNo: 'AJ-1', inspectionResult: 'passed' });
    expect(temp.store.account(PLAIN.accountId)).toMatchObject({ status: 'active', detail: { suspension: null } });
    expect(temp.store.balance('fee-revenue') + temp.store.balance('vat-payable')).toBe(-8_000);
    expect(ledgerSum()).toBe(0);
  });

  it('are opened once per id, completed once per step, and refused whole after a stale look', async () => {
    const input = { requestId: newId(), accountId: PLAIN.accountId, kind: 'suspension' as const, seenVersion: 1, form: SUSPEND };
    const first = openRequest(as(), input);
    expect(openRequest(as(), input)).toEqual(first);
    expect(() => openRequest(as(), { ...input, kind: 'correction' })).toThrow('REQUEST_ID_REUSED');
    expect(listRequests(as(), {})).toHaveLength(1);
    const atWork = pay(advanced(first));
    put('account.plan-changed', { seenVersion: 1, tariffId: 'residential', from: '2026-03-02' });
    await expect(completed(atWork, SEALED)).rejects.toThrow('ACCOUNT_CHANGED');
    expect(temp.store.account(PLAIN.accountId)?.status).toBe('active');
    const fresh = viewRequest(as(), { requestId: first.requestId });
    const step = { ...stepOf(fresh), form: SEALED, slot: 1, expectedRefundFen: null, refunds: [] };
    const done = await completeRequest(as(), step, null);
    expect(await completeRequest(as(), step, null)).toEqual(done);
    await expect(completed(fresh, SEALED)).rejects.toThrow('REQUEST_STATE_REFUSES');
  });

  it('given up leaves nothing to pay and the account as it was', () => {
    const request = opened('suspension', SUSPEND);
    expect(temp.store.balance('receivable')).toBe(3_000);
    const gone = cancelRequest(as(), { ...stepOf(request), note: '客户改主意' });
    expect(gone.state).toBe('cancelled');
    expect(temp.store.balance('receivable')).toBe(0);
    expect(temp.store.account(PLAIN.accountId)?.version).toBe(1);
    expect(() => cancelRequest(as(), { ...stepOf(request), note: '再来' })).toThrow('REQUEST_STATE_REFUSES');
    expect(ledgerSum()).toBe(0);
  });
});

describe('obstacles', () => {
  const owe = (amountFen: number) => {
    const receivableId = newId();
    put('receivable.raised', {
      receivableId,
      kind: 'gas',
      itemCode: 'reading',
      description: '2026-01 气费',
      amountFen,
      vatPermille: 90,
      dueDate: '2026-02-20',
      bearsLateFee: false,
    });
  };
  const codes = (kind: RequestKind, form: RequestForm, accountId = PLAIN.accountId) =>
    previewRequest(as(), { accountId, kind, form }).obstacles.map(({ code }) => code);

  it('are named in a preview and refuse the opening', () => {
    owe(4_200);
    expect(previewRequest(as(), { accountId: PLAIN.accountId, kind: 'suspension', form: SUSPEND })).toMatchObject({
      problems: [],
      obstacles: [{ code: 'ARREARS_OPEN', context: { dueFen: 4_200 } }],
      fees: [{ code: 'seal', amountFen: 3_000 }],
      deadline: '2026-03-05',
    });
    expect(() => opened('suspension', SUSPEND)).toThrow('ARREARS_OPEN');
    expect(listRequests(as(), {})).toEqual([]);
    expect(temp.store.balance('receivable')).toBe(4_200);
  });

  it('of arrears fall with a written agreement, which takes a supervisor', () => {
    owe(4_200);
    const request = opened('transfer', { ...TRANSFER, arrearsAgreement: 'XY-2026-9' });
    expect(request.path).toEqual(['open', 'approval', 'ready', 'completed']);
    const waiting = advanced(request);
    expect(() => advanced(waiting)).toThrow('SUPERVISOR_REQUIRED');
    expect(advanced(waiting, {}, SUPERVISOR)).toMatchObject({ state: 'ready', steps: [{}, {}, { approvedBy: '2001' }] });
  });

  it('of another open request, an open card task, gas owed and an undelivered purchase', () => {
    opened('household', { newHousehold: 5, proof: '户口簿', from: '2026-03-02' });
    expect(codes('suspension', SUSPEND)).toEqual(['REQUEST_OPEN']);
    put(
      'card-task.begun',
      {
        taskId: newId(),
        purpose: 'carry',
        cardNo: CARD.card?.cardNo ?? '',
        layoutId: 'countertop-double',
        oldCardNo: '',
        volumeLitres: 0,
        topupId: '',
        requestId: '',
        reason: '',
        approvedBy: '',
      },
      CARD.accountId,
    );
    const [paid] = sampleTopup(1, CARD, SHIFT);
    if (paid === undefined) throw new Error('no top-up');
    temp.store.write((tx) => tx.append(paid));
    expect(codes('closure', CLOSE, CARD.accountId)).toEqual(['TOPUP_OPEN_ON_CARD', 'CARD_TASK_OPEN']);
    const meterNo = CARD.meter?.meterNo ?? '';
    const unregistered = { make: '恒远', model: '', kind: 'ic' as const, layoutId: '', verifiedUntil: '' };
    put('meter.registered', { meterNo: 'N-1', ...unregistered }, '');
    const readings = { finalReadingLitres: 9, firstReadingLitres: 0, carriedLitres: 12_000 };
    const meters = { oldMeterNo: meterNo, newMeterNo: 'N-1', oldMeterGoes: 'scrapped' as const };
    put('meter.exchanged', { ...readings, ...meters, on: '2026-03-02', reason: '到期', requestId: '' }, CARD.accountId);
    const owed = previewRequest(as(), { accountId: CARD.accountId, kind: 'transfer', form: TRANSFER }).obstacles;
    expect(owed).toContainEqual({ code: 'VOLUME_OWED', context: { litres: 12_000 } });
  });

  it('of dates, readings, identities and forms of nothing', () => {
    expect(codes('suspension', { ...SUSPEND, until: '2026-03-01' })).toEqual(['REQUEST_DATES_WRONG']);
    expect(codes('correction', { newName: PLAIN.customerName, ...PLAIN.address, reason: '无' })).toEqual(['REQUEST_CHANGES_NOTHING']);
    const bad = { ...TRANSFER, newIdentity: `${NEW_ID.slice(0, 17)}${NEW_ID.endsWith('9') ? '8' : '9'}`, newPhone: '12' };
    expect(previewRequest(as(), { accountId: PLAIN.accountId, kind: 'transfer', form: bad }).problems).toEqual([
      { field: 'newIdentity', reason: 'checksum' },
      { field: 'newPhone', reason: 'form' },
    ]);
    expect(() => opened('transfer', { ...TRANSFER, readingLitres: -1 })).toThrow('form.readingLitres');
    expect(() => opened('transfer', { ...TRANSFER, secret: 'x' })).toThrow('form.secret');
    const { newName: _, ...nameless } = TRANSFER;
    expect(() => opened('transfer', nameless)).toThrow('form.newName');
    put('customer.registered', {
      customerId: 'K1',
      customerKind: 'residential',
      name: PLAIN.customerName,
      phone: PLAIN.phone,
      identity: { kind: 'resident-id', ...keep(NEW_ID) },
      smsConsent: false,
    });
    put('account.assigned', { seenVersion: 1, customerId: 'K1' });
    expect(codes('transfer', TRANSFER)).toEqual(['IDENTITY_DIFFERS']);
  });

  it('of a reading below the last one stop the works', () => {
    put('meter.removed', { meterNo: 'P1', finalReadingLitres: 5_000, on: '2026-03-01', goes: 'in-store', requestId: '' });
    put('meter.installed', { meterNo: 'P1', readingLitres: 5_000, on: '2026-03-01', requestId: '' });
    expect(codes('transfer', TRANSFER)).toEqual(['READING_BACKWARDS']);
  });

  it('of a commercial transfer: the contract number at once, its scan before completion', async () => {
    const form = { ...TRANSFER, oldIdentityKind: 'company', oldIdentity: '91350100M000100Y43', contractNo: 'HT-1' };
    const { newHousehold: _, ...firm } = form;
    const { contractNo: __, ...without } = firm;
    expect(() => opened('transfer', without, FIRM.accountId)).toThrow('form.contractNo');
    const request = pay(opened('transfer', firm, FIRM.accountId));
    await expect(completed(request)).rejects.toThrow('CONTRACT_SCAN_MISSING');
    put(
      'attachment.added',
      {
        attachmentId: newId(),
        requestId: request.requestId,
        name: 'HT-1.pdf',
        mediaType: 'application/pdf',
        sizeBytes: 3,
        sha256: 'ab'.repeat(32),
      },
      FIRM.accountId,
    );
    await expect(completed(request)).resolves.toMatchObject({ state: 'completed' });
  });
});

describe('transfer', () => {
  const deposit = (amountFen: number) =>
    temp.store.write((tx) => {
      const handoverId = newId();
      const cash = { tenders: [{ kind: 'cash' as const, amountFen, reference: '' }], cashTenderedFen: amountFen, changeFen: 0 };
      const payload = { handoverId, amountFen, ...cash, reason: '押金', approvedBy: '' };
      tx.append(sampleOperation('deposit.taken', payload, { id: handoverId, accountId: PLAIN.accountId, shiftId: SHIFT, clerk: '1001' }));
    });

  it('gives the old holder the deposit back, the new one fresh tiers, and never the number of a document', async () => {
    deposit(20_000);
    const request = pay(opened('transfer', TRANSFER));
    expect(request).toMatchObject({ refundFen: 20_000, form: { newIdentity: maskNumber(NEW_ID) } });
    const drawerFen = temp.store.balance('cash-drawer', SHIFT);
    await expect(completed(request)).rejects.toThrow('SUPERVISOR_REQUIRED');
    await expect(completed(request, {}, { expectedRefundFen: 19_999 }, SUPERVISOR)).rejects.toThrow('PRICE_CHANGED');
    const unseen = completed(request, {}, { expectedRefundFen: null }, SUPERVISOR);
    await expect(unseen).rejects.toMatchObject({ code: 'INPUT_INVALID', context: { field: 'expectedRefundFen', reason: 'not-seen' } });
    expect(temp.store.account(PLAIN.accountId)?.customerName).toBe(PLAIN.customerName);
    await completed(request, {}, { expectedRefundFen: 20_000 }, SUPERVISOR);
    expect(temp.store.balance('cash-drawer', SHIFT)).toBe(drawerFen - 20_000);
    expect(temp.store.balance('customer-deposit', PLAIN.accountId)).toBe(0);
    expect(temp.store.balance('customer-credit', PLAIN.accountId)).toBe(0);
    const account = temp.store.account(PLAIN.accountId);
    expect(account).toMatchObject({ customerName: '单䶮喆', householdSize: 5, holder: 2, detail: { suppliedSince: '2026-03-02' } });
    const journal = JSON.stringify(temp.store.operationsAfter(0, 500));
    expect(journal).toContain(maskNumber(NEW_ID));
    expect(journal).not.toContain(NEW_ID);
    expect(journal).not.toContain(OLD_ID);
    expect(ledgerSum()).toBe(0);
  });

  it('begins the tiers anew, with the limits of the months that are left', async () => {
    temp.store.importOperations(sampleTopup(5, CARD, SHIFT));
    const quote = () => quoteTopup(as(), { accountId: PLAIN.accountId, purchase: { by: 'volume', litres: 1_000 } });
    put('topup.paid', { ...(sampleTopup(6, PLAIN, SHIFT)[0]?.payload as OperationPayloads['topup.paid']), topupId: newId(), cardNo: 'X' });
    expect(quote().usedBeforeLitres).toBe(100_000);
    await completed(pay(opened('transfer', TRANSFER)));
    expect(quote().usedBeforeLitres).toBe(0);
  });

  it('hands the money over where both have agreed', async () => {
    deposit(20_000);
    const done = await completed(pay(opened('transfer', { ...TRANSFER, balances: 'hand-over' })));
    expect(done.state).toBe('completed');
    expect(temp.store.balance('customer-deposit', PLAIN.accountId)).toBe(-20_000);
  });
});

describe('closure', () => {
  const READ = { readingLitres: 2_000, meterLeftLitres: 30_000, meterGoes: 'scrapped' };

  it('takes meter and card in, and pays deposit and unused gas back at the price of the last purchases', async () => {
    // 100 m³ at 1.98 each: the last purchase; 130 m³ are left, 30 of them from the purchase before.
    temp.store.importOperations([...sampleTopup(1, CARD, SHIFT), ...sampleTopup(2, CARD, SHIFT)]);
    const request = opened('closure', { ...CLOSE, cardBack: 'lost' }, CARD.accountId);
    const ready = advanced(advanced(advanced(request), {}, SUPERVISOR), { ...READ, meterLeftLitres: 130_000 });
    expect(ready).toMatchObject({ state: 'ready', needsCard: false, refundFen: 25_740 });
    const revenueFen = temp.store.balance('gas-revenue') + temp.store.balance('vat-payable');
    const drawerFen = temp.store.balance('cash-drawer', SHIFT);
    const [openings, pulsed] = [temp.store.drawerOpeningsOf(SHIFT).length, pulses];
    await completed(ready, {}, { expectedRefundFen: 25_740 }, SUPERVISOR);
    expect(temp.store.balance('cash-drawer', SHIFT)).toBe(drawerFen - 25_740);
    // No cash leaves without the drawer opening, once, and somebody knowing why.
    const [opening, ...more] = temp.store.drawerOpeningsOf(SHIFT).slice(openings);
    const handover = temp.store.operationsOf(CARD.accountId, 50).find(({ kind }) => kind === 'credit.refunded');
    expect([opening?.why, opening?.subjectId, more, pulses - pulsed]).toEqual(['refund', handover?.id, [], 1]);
    expect(temp.store.balance('gas-revenue') + temp.store.balance('vat-payable')).toBe(revenueFen + 25_740);
    expect(temp.store.balance('customer-credit', CARD.accountId)).toBe(0);
    expect(temp.store.account(CARD.accountId)).toMatchObject({ status: 'closed', detail: { closedOn: '2026-03-02' } });
    expect(temp.store.card(CARD.card?.cardNo ?? '')?.status).toBe('blacklisted');
    expect(temp.store.meter(CARD.meter?.meterNo ?? '')).toMatchObject({ place: 'scrapped', accountId: '' });
    expect(listRequestKinds(as(), { accountId: CARD.accountId })).toEqual([]);
    expect(ledgerSum()).toBe(0);
  });

  it('values gas from before our purchases at the first tier of today', async () => {
    const request = opened('closure', { ...CLOSE, cardBack: 'lost' }, CARD.accountId);
    const ready = advanced(advanced(advanced(request), {}, SUPERVISOR), { ...READ, meterLeftLitres: 10_000 });
    expect(ready.refundFen).toBe(1_980);
  });

  it('pays nothing out without an open shift, and stays as it was', async () => {
    const request = opened('closure', { ...CLOSE, cardBack: 'lost' }, CARD.accountId);
    const ready = advanced(advanced(advanced(request), {}, SUPERVISOR), READ);
    const other = as('clerk', '1009');
    const input = { ...stepOf(ready), form: {}, slot: 1, expectedRefundFen: ready.refundFen, refunds: [] };
    await expect(completeRequest(other, input, SUPERVISOR)).rejects.toThrow('SHIFT_REQUIRED');
    expect(temp.store.account(CARD.accountId)?.status).toBe('active');
    expect(temp.store.meter(CARD.meter?.meterNo ?? '')?.place).toBe('installed');
  });

  it('is decided by a supervisor who did not open it', () => {
    const waiting = advanced(opened('closure', CLOSE));
    expect(advanceRequest(as('supervisor', '2001'), { ...stepOf(waiting), form: {} }, null).state).toBe('work');
  });
});

describe('the other kinds', () => {
  it('correct names with a supervisor and addresses without one', async () => {
    const form = { newName: PLAIN.customerName, ...PLAIN.address, unit: '9栋1单元101室', reason: '门牌改号' };
    await completed(opened('correction', form));
    expect(temp.store.account(PLAIN.accountId)?.address.unit).toBe('9栋1单元101室');
    const renamed = opened('correction', { ...form, newName: '王晓明' });
    await expect(completed(renamed)).rejects.toThrow('REQUEST_STATE_REFUSES');
    await completed(advanced(advanced(renamed), {}, SUPERVISOR));
    expect(temp.store.account(PLAIN.accountId)).toMatchObject({ customerName: '王晓明', version: 3 });
  });

  it('correct the name of the customer’s record and of every account of it that stands, and say so on the form', async () => {
    const record = {
      customerKind: 'residential' as const,
      name: PLAIN.customerName,
      phone: '13900001111',
      identity: null,
      smsConsent: true,
    };
    put('customer.registered', { customerId: 'K1', ...record });
    for (const { accountId } of [PLAIN, CARD, FIRM]) put('account.assigned', { seenVersion: 1, customerId: 'K1' }, accountId);
    put('account.closed', { seenVersion: 2, requestId: 'R0', on: '2026-03-01', readingLitres: null }, FIRM.accountId);
    const form = { newName: '王晓明', ...PLAIN.address, reason: '登记有误' };
    const { words } = previewRequest(as(), { accountId: PLAIN.accountId, kind: 'correction', form });
    expect(words).toMatchObject([
      { code: 'corrected' },
      { code: 'correctedRecord', values: { from: PLAIN.customerName, name: '王晓明' } },
      { code: 'correctedAccounts', values: { accounts: CARD.accountNo } },
    ]);
    await completed(advanced(advanced(opened('correction', form)), {}, SUPERVISOR));
    expect(temp.store.record(CUSTOMERS, 'K1')).toMatchObject({ ...record, customerId: 'K1', name: '王晓明', version: 2, mergedInto: '' });
    expect(temp.store.account(CARD.accountId)).toMatchObject({ customerName: '王晓明', phone: CARD.phone, address: CARD.address });
    expect(temp.store.account(FIRM.accountId)?.customerName).toBe(FIRM.customerName);
    expect(temp.store.operationsOf(PLAIN.accountId, 9).find(({ kind }) => kind === 'customer.changed')?.payload).toMatchObject({
      reason: '登记有误',
      approvedBy: '2001',
    });
    // Where the name stays, nothing of others is touched.
    await completed(opened('correction', { ...form, unit: '9栋1单元101室' }));
    expect(temp.store.account(CARD.accountId)?.version).toBe(3);
  });

  it('change the household from a day on', async () => {
    await completed(opened('household', { newHousehold: 6, proof: '户口簿', from: '2026-04-01' }));
    expect(temp.store.account(PLAIN.accountId)?.detail.households).toEqual([{ size: 6, from: '2026-04-01', until: null, proof: '户口簿' }]);
  });

  it('do works with an order and its report', async () => {
    const request = opened('addition', { appliance: 'boiler', contactPhone: '13900001111', wishedOn: '2026-03-09' });
    expect(request.fees).toMatchObject([{ amountFen: 36_000 }]);
    const atWork = advanced(advanced(pay(request)), {}, SUPERVISOR);
    const report = { workOrderNo: 'G-1', doneOn: '2026-03-10', workResult: '合格' };
    expect(await completed(atWork, report)).toMatchObject({ state: 'completed', form: report });
  });

  it('stand in the work list by deadline, and count working days only', () => {
    opened('suspension', SUSPEND);
    opened('household', { newHousehold: 6, proof: '户口簿', from: '2026-04-01' }, CARD.accountId);
    expect(listRequests(as(), {}).map(({ kind, daysLeft }) => [kind, daysLeft])).toEqual([
      ['suspension', 3],
      ['household', 5],
    ]);
    expect(listRequests(as('clerk', '1002'), { mine: true })).toEqual([]);
    expect(listRequests(as(), { overdue: true })).toEqual([]);
    expect(listRequests(as(), { kind: 'household' })).toHaveLength(1);
    // A Friday, and the Monday after it.
    expect(addWorkingDays('2026-03-06', 1)).toBe('2026-03-09');
    expect(workingDaysBetween({ from: '2026-03-09', to: '2026-03-05' })).toBe(-2);
  });
});
