// What card tasks and meters refuse, each with its sentence and nothing kept; and the complaint about exchanged meters.

import { describe, expect, it } from 'vitest';
import { encodeMeterReturn } from '../../drivers/kit/index.ts';
import { policyNow } from '../../src/main/core/approval.ts';
import { viewAccountCards } from '../../src/main/core/card-task-view.ts';
import { blacklistCard } from '../../src/main/core/usecases/blacklist-card.ts';
import { abandonCardTask, continueCardTask } from '../../src/main/core/usecases/continue-card-task.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { exchangeMeter, installMeter, registerMeter, removeMeter, reverifyMeter } from '../../src/main/core/usecases/keep-meters.ts';
import { loadCard } from '../../src/main/core/usecases/load-card.ts';
import { makeCard } from '../../src/main/core/usecases/make-card.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { quoteTopup } from '../../src/main/core/usecases/quote-topup.ts';
import { readCard } from '../../src/main/core/usecases/read-card.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import { reverseTopup } from '../../src/main/core/usecases/reverse-topup.ts';
import { as, buy, CardTaskHall, deliver, expectSettled, pay, SUPERVISOR, TASK_ID, TASK_KINDS } from '../support/card-task-hall.ts';
import { ACTS, CARRIED_LITRES, exchange, GIVE_BACK, happen, publishPolicy } from '../support/card-task-suite.ts';
import { ACCOUNT_ID, type Bench, BRANCH, CARD_NO, METER_NO } from '../support/counter-bench.ts';
import { TOPUP_ID } from '../support/one-card-hall.ts';

const OTHER = '01890000-0000-7000-8000-0000000000cc';
const base = { accountId: ACCOUNT_ID, slot: 1, reason: '客户申请' };
const makeInput = { ...base, taskId: TASK_ID, oldCardNo: CARD_NO, cardNo: '', meterFigures: null, requestId: '' };

async function open(): Promise<{ readonly hall: CardTaskHall; readonly bench: Bench }> {
  const [kind] = TASK_KINDS;
  if (kind === undefined) throw new Error('no kind');
  const hall = new CardTaskHall(kind);
  const bench = await hall.start();
  publishPolicy(bench);
  return { hall, bench };
}

async function refuses(bench: Bench, act: () => unknown, code: string): Promise<void> {
  const seq = bench.store.lastSeq();
  await expect((async () => act())()).rejects.toMatchObject({ code });
  expect(bench.store.lastSeq()).toBe(seq);
}

const reverse = (bench: Bench, approver: typeof SUPERVISOR | null = SUPERVISOR, taskId = TASK_ID) =>
  reverseTopup(bench.context, { ...base, taskId, topupId: TOPUP_ID, giveBack: GIVE_BACK }, approver);
const correct = (bench: Bench, volumeLitres: number, approver: typeof SUPERVISOR | null = SUPERVISOR) =>
  loadCard(bench.context, { ...base, taskId: TASK_ID, purpose: 'correct', volumeLitres }, approver);

describe('a reversal', () => {
  const offered = (bench: Bench) => viewAccountCards(bench.context, { accountId: ACCOUNT_ID }).lastTopup;
  /** The account's purchase is on its card, which lies in the reader. */
  async function bought() {
    const { hall, bench } = await open();
    await buy(hall, bench);
    return { hall, bench };
  }
  async function ends({ hall, bench }: { readonly hall: CardTaskHall; readonly bench: Bench }): Promise<void> {
    expectSettled(hall, bench);
    await bench.close();
  }

  it('takes a supervisor, whatever a clerk may do alone, and one whose limit it is within', async () => {
    const { hall, bench } = await bought();
    await refuses(bench, () => reverse(bench, null), 'SUPERVISOR_REQUIRED');
    const free = { reversalFen: 1e8, waiverFen: 1e8, refundFen: 1e8, correctionLitres: 1e8 };
    const policy = { ...policyNow(bench.store), limits: { clerk: free, supervisor: { ...free, reversalFen: 22_999 }, manager: free } };
    happen(bench, {
      ...{ id: 'p-2', kind: 'policy.published', accountId: '' },
      payload: { policyId: 'p-2', effectiveFrom: '2026-01-02', policy },
    });
    await refuses(bench, () => reverse(bench, null), 'SUPERVISOR_REQUIRED');
    await refuses(bench, () => reverse(bench, { staffNo: '1002', role: 'clerk' as never }), 'APPROVAL_LIMIT');
    await refuses(bench, () => reverse(bench, { staffNo: '2002', role: 'supervisor' as never }), 'APPROVAL_LIMIT');
    expect((await reverse(bench)).task).toMatchObject({ state: 'verified', approvedBy: SUPERVISOR.staffNo });
    await ends({ hall, bench });
  });

  it('is of a purchase that was delivered', async () => {
    const { hall, bench } = await open();
    await refuses(bench, () => reverse(bench), 'TOPUP_UNKNOWN');
    await pay(hall, bench);
    await refuses(bench, () => reverse(bench), 'TOPUP_STATE_REFUSES');
    await deliver(bench);
    await ends({ hall, bench });
  });

  it('is of the last purchase alone', async () => {
    const { hall, bench } = await bought();
    hall.stage.remove();
    hall.meterTakes('own');
    hall.insert('own');
    const purchase = { by: 'volume', litres: 1_000 } as const;
    const { amountFen } = quoteTopup(bench.context, { accountId: ACCOUNT_ID, purchase });
    const second = { topupId: OTHER, accountId: ACCOUNT_ID, slot: 1, purchase, expectedAmountFen: amountFen };
    await payTopup(bench.context, { ...second, tenders: [], cashTenderedFen: amountFen });
    expect((await deliverTopup(bench.context, { topupId: OTHER, slot: 1, lastAttemptApprovedBy: null })).fault).toBeNull();
    await refuses(bench, () => reverse(bench), 'REVERSAL_NOT_LAST');
    await ends({ hall, bench });
  });

  it('is of a purchase that the meter has not taken', async () => {
    const { hall, bench } = await bought();
    hall.stage.remove();
    hall.meterTakes('own');
    hall.insert('own');
    await refuses(bench, () => reverse(bench), 'REVERSAL_TAKEN');
    // What the card told when it was read is known from then on.
    expect(offered(bench)?.refusal).toBeNull();
    await readCard(bench.context, { slot: 1 });
    expect(offered(bench)?.refusal?.code).toBe('REVERSAL_TAKEN');
    await ends({ hall, bench });
  });

  it('takes the purchase off the card in the reader: its own, and one that is in use', async () => {
    const { hall, bench } = await bought();
    hall.stage.remove();
    await refuses(bench, () => reverse(bench), 'CARD_ABSENT');
    hall.insert('blank');
    await refuses(bench, () => reverse(bench), 'CARD_BLANK');
    hall.insert('own');
    blacklistCard(bench.context, { cardNo: CARD_NO, reason: '挂失' });
    await refuses(bench, () => reverse(bench), 'CARD_BLACKLISTED');
    await ends({ hall, bench });
  });

  it('waits until the invoice of the purchase is voided', async () => {
    const { hall, bench } = await bought();
    const segment = { segmentId: 's-1', prefix: '', digits: 8, first: 1, last: 9 };
    happen(bench, { id: 's-1', kind: 'segment.assigned', accountId: '', payload: segment });
    const lines = [{ name: '气费', unit: 'm³', quantity: '1', amountFen: 23_000, vatPermille: 90 }];
    const invoice = { invoiceId: 'i-1', segmentId: 's-1', number: 1, subjectId: TOPUP_ID, buyer: { name: '王小明', taxNo: '' }, lines };
    happen(bench, { id: 'i-1', kind: 'invoice.issued', payload: { ...invoice, amountFen: 23_000, vatFen: 1_899 } });
    expect(offered(bench)).toMatchObject({ topupId: TOPUP_ID, refusal: { code: 'INVOICE_STANDS', context: { number: '00000001' } } });
    await refuses(bench, () => reverse(bench), 'INVOICE_STANDS');
    const voided = { segmentId: 's-1', number: 1, invoiceId: 'i-1', reason: '冲正', approvedBy: '2001' };
    happen(bench, { id: 'i-2', kind: 'invoice.voided', payload: voided });
    expect(offered(bench)).toMatchObject({ topupId: TOPUP_ID, refusal: null });
    expect((await reverse(bench)).task.state).toBe('verified');
    await ends({ hall, bench });
  });

  it('is for the holder who has paid it', async () => {
    const { bench } = await bought();
    const to = { customerId: 'c-2', customerKind: 'residential' as const, customerName: '李小红', phone: '13800000002', householdSize: 3 };
    happen(bench, {
      ...{ id: 't-1', kind: 'account.transferred' },
      payload: {
        ...{ seenVersion: 1, requestId: 'R-1', from: { customerId: '', customerName: '王小明' }, to },
        ...{ since: BRANCH.businessDate, readingLitres: null, contractNo: '' },
      },
    });
    expect(offered(bench)?.refusal?.code).toBe('REVERSAL_OTHER_HOLDER');
    await refuses(bench, () => reverse(bench), 'REVERSAL_OTHER_HOLDER');
    await bench.close();
  });

  it('gives back what was paid and no more', async () => {
    const { hall, bench } = await bought();
    const input = { ...base, taskId: TASK_ID, topupId: TOPUP_ID };
    for (const giveBack of [
      { refunds: [{ kind: 'wallet' as const, amountFen: 99_000, reference: 'W' }], toCreditFen: 0 },
      { refunds: [], toCreditFen: 23_001 },
    ])
      await refuses(bench, () => reverseTopup(bench.context, { ...input, giveBack }, SUPERVISOR), 'TENDER_MISMATCH');
    await ends({ hall, bench });
  });

  it('that the meter was quicker than gives no money back, and is given up', async () => {
    const { hall, bench } = await open();
    await buy(hall, bench);
    hall.stage.tearAfter(0);
    expect((await reverse(bench)).fault?.code).toBe('CARD_ABSENT');
    hall.meterTakes('own');
    hall.insert('own');
    const { task, fault } = await continueCardTask(bench.context, { taskId: TASK_ID, slot: 1, giveBack: GIVE_BACK }, null);
    expect([task.state, fault?.code]).toEqual(['writing', 'REVERSAL_TAKEN']);
    // Nothing else is sold on the card meanwhile.
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: 'CARD_TASK_OPEN' });
    expect((await abandonCardTask(bench.context, { taskId: TASK_ID, slot: 1, reason: 'taken' }, null)).task.state).toBe('abandoned');
    expectSettled(hall, bench);
    await bench.close();
  });

  it('gives balance, card and tier use back together: once', async () => {
    const { hall, bench } = await open();
    await buy(hall, bench);
    const toCredit = { refunds: [], toCreditFen: 23_000 };
    const input = { ...base, taskId: TASK_ID, topupId: TOPUP_ID, giveBack: toCredit };
    const { task } = await reverseTopup(bench.context, input, SUPERVISOR);
    expect(task).toMatchObject({ state: 'verified', amountFen: 23_000, toCreditFen: 23_000 });
    expect(bench.store.balance('customer-credit', ACCOUNT_ID)).toBe(-23_000);
    await reverseTopup(bench.context, input, SUPERVISOR);
    expect(bench.store.balance('customer-credit', ACCOUNT_ID)).toBe(-23_000);
    await refuses(bench, () => reverse(bench, SUPERVISOR, OTHER), 'TOPUP_STATE_REFUSES');
    await refuses(bench, () => refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: 'r' }), 'TOPUP_STATE_REFUSES');
    expectSettled(hall, bench);
    await bench.close();
  });
});

describe('volume on a card', () => {
  it('is refused without an approval, out of range, on a loaded card, and where none is owed', async () => {
    const { hall, bench } = await open();
    hall.insert('own');
    await refuses(bench, () => correct(bench, 1_000, null), 'SUPERVISOR_REQUIRED');
    await refuses(bench, () => correct(bench, 50_000, { staffNo: '2002', role: 'supervisor' } as never), 'APPROVAL_LIMIT');
    await refuses(bench, () => correct(bench, 0), 'AMOUNT_OUT_OF_RANGE');
    await refuses(bench, () => correct(bench, 99_999_000), 'AMOUNT_OUT_OF_RANGE');
    const carry = { ...base, taskId: TASK_ID, purpose: 'carry' as const, volumeLitres: 0 };
    await refuses(bench, () => loadCard(bench.context, carry, null), 'VOLUME_OWED_NONE');
    expect((await correct(bench, 1_000)).task.state).toBe('verified');
    const again = { ...base, taskId: OTHER, purpose: 'correct' as const, volumeLitres: 1_000 };
    await refuses(bench, () => loadCard(as(bench, 'manager'), again, null), 'CARD_STILL_LOADED');
    await bench.close();
  });
});

describe('a card that is made', () => {
  it('is refused where the account has one, has none to stand in for, or on a card that is written', async () => {
    const { hall, bench } = await open();
    await refuses(bench, () => makeCard(bench.context, { ...makeInput, purpose: 'issue', oldCardNo: '' }, null), 'ACCOUNT_HAS_CARD');
    await refuses(bench, () => makeCard(bench.context, { ...makeInput, purpose: 'reissue', accountId: 'nobody' }, null), 'ACCOUNT_UNKNOWN');
    const figures = { loadedSequence: 7, remainingLitres: 5_000 };
    await refuses(
      bench,
      () => makeCard(bench.context, { ...makeInput, purpose: 'replace', meterFigures: figures }, null),
      'SUPERVISOR_REQUIRED',
    );
    hall.insert('own');
    const { task, fault } = await makeCard(bench.context, { ...makeInput, purpose: 'reissue' }, null);
    // Over another card nothing is written, whoever's it is.
    expect([task.state, fault?.code]).toEqual(['begun', 'CARD_MISMATCH']);
    // The lost card is blacklisted from this moment.
    expect(bench.store.card(CARD_NO)?.status).toBe('blacklisted');
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: 'CARD_BLACKLISTED' });
    await refuses(bench, () => makeCard(bench.context, { ...makeInput, taskId: OTHER, purpose: 'reissue' }, null), 'CARD_TASK_OPEN');
    await refuses(bench, () => makeCard(bench.context, { ...makeInput, purpose: 'replace' }, null), 'CARD_TASK_ID_REUSED');
    await refuses(bench, () => blacklistCard(bench.context, { cardNo: '1', reason: 'r' }), 'CARD_NOT_IN_LEDGER');
    hall.insert('blank');
    expect((await continueCardTask(bench.context, { taskId: TASK_ID, slot: 1, giveBack: GIVE_BACK }, null)).task.state).toBe('verified');
    // Its last purchase is in the meter: the new card is empty, and can be sold to at once.
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: null, ledger: { sequence: 7 } });
    await bench.close();
  });
});

describe('meters', () => {
  it('refuse numbers, places and readings that cannot be', async () => {
    const { bench } = await open();
    const layoutId = TASK_KINDS[0]?.layout.id ?? '';
    const meter = { meterNo: 'N1', make: 'm', model: '', kind: 'ic' as const, layoutId, verifiedUntil: '' };
    await refuses(bench, () => registerMeter(bench.context, { ...meter, layoutId: 'unknown' }), 'METER_LAYOUT_UNKNOWN');
    registerMeter(bench.context, meter);
    await refuses(bench, () => registerMeter(bench.context, { ...meter, make: 'other' }), 'METER_EXISTS');
    const install = { actId: OTHER, accountId: ACCOUNT_ID, meterNo: 'N1', readingLitres: 0, on: BRANCH.businessDate, requestId: '' };
    await refuses(bench, () => installMeter(bench.context, install), 'METER_THERE_ALREADY');
    const removal = {
      actId: OTHER,
      accountId: ACCOUNT_ID,
      finalReadingLitres: 1,
      on: BRANCH.businessDate,
      goes: 'in-store' as const,
      requestId: '',
    };
    await refuses(bench, () => removeMeter(bench.context, { ...removal, meterNo: 'N1' }), 'METER_NOT_HERE');
    await refuses(bench, () => removeMeter(bench.context, { ...removal, meterNo: 'NX' }), 'METER_UNKNOWN');
    await refuses(bench, () => removeMeter(bench.context, { ...removal, meterNo: METER_NO, on: '2030-01-01' }), 'INPUT_INVALID');
    const swap = {
      ...{ actId: OTHER, accountId: ACCOUNT_ID, oldMeterNo: METER_NO, finalReadingLitres: 900, newMeterNo: 'N1', firstReadingLitres: 0 },
      ...{ carriedLitres: 30_000, on: BRANCH.businessDate, reason: 'r', oldMeterGoes: 'scrapped' as const, requestId: '' },
    };
    await refuses(bench, () => exchangeMeter(bench.context, swap, null), 'SUPERVISOR_REQUIRED');
    await refuses(bench, () => exchangeMeter(bench.context, { ...swap, newMeterNo: METER_NO }, SUPERVISOR), 'METER_NOT_IN_STORE');
    exchangeMeter(bench.context, swap, SUPERVISOR);
    const seq = bench.store.lastSeq();
    exchangeMeter(bench.context, swap, SUPERVISOR);
    expect(bench.store.lastSeq()).toBe(seq);
    await bench.close();
  });

  it('complaint: a meter exchange keeps the old vendor’s card parameters so that the new meter rejects the card', async () => {
    const { hall, bench } = await open();
    exchange(bench, hall.kind.layout.id);
    // The old meter's card buys nothing any more: what it carries, the new meter would reject.
    hall.insert('own');
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: 'CARD_RETURNED' });
    const sale = { topupId: TOPUP_ID, accountId: ACCOUNT_ID, slot: 1, purchase: { by: 'volume' as const, litres: 1_000 } };
    const money = { expectedAmountFen: 198, tenders: [], cashTenderedFen: 198 };
    await refuses(bench, () => payTopup(bench.context, { ...sale, ...money }), 'ACCOUNT_HAS_NO_CARD');
    // The next card is of the new meter's layout, begins at its first purchase, and brings what was left in the old one.
    hall.insert('blank');
    expect((await ACTS.issue.begin(bench, TASK_ID)).task).toMatchObject({ state: 'verified', layoutId: hall.kind.layout.id });
    expect(hall.truth('blank')).toMatchObject({ sequence: 1, volumeLitres: CARRIED_LITRES });
    expect(bench.store.volumeOwed(ACCOUNT_ID)).toBe(0);
    expectSettled(hall, bench);
    await bench.close();
  });
});

describe('what was sold before the journal began', () => {
  it('goes with the customer to a new card once the old one was read: under the number it was sold with', async () => {
    const { hall, bench } = await open();
    const image = hall.stage.image('own');
    const report = { loadedSequence: 6, remainingLitres: 12_000, cumulativeUseLitres: 588_000, faults: 0, meterNo: METER_NO };
    image.set(encodeMeterReturn(report), hall.kind.map.meterReturn);
    hall.stage.change('own', image);
    expect(viewAccountCards(bench.context, { accountId: ACCOUNT_ID }).unusedLitres).toBe(0);
    hall.insert('own');
    await readCard(bench.context, { slot: 1 });
    const seq = bench.store.lastSeq();
    await readCard(bench.context, { slot: 1 });
    expect(bench.store.lastSeq()).toBe(seq);
    expect(viewAccountCards(bench.context, { accountId: ACCOUNT_ID }).unusedLitres).toBe(100_000);
    hall.insert('blank');
    const { task, fault } = await makeCard(bench.context, { ...makeInput, purpose: 'replace' }, null);
    expect(fault).toBeNull();
    expect(task.state).toBe('verified');
    expect(hall.truth('blank')).toMatchObject({ sequence: 7, volumeLitres: 100_000 });
    await bench.close();
  });
});

describe('a meter that comes off', () => {
  it('goes to repair and comes back into the store with its verification, once; one that hangs does not', async () => {
    const { bench } = await open();
    const verified = { meterNo: METER_NO, verifiedUntil: '2036-12-31', intoStore: true };
    await refuses(bench, () => reverifyMeter(bench.context, verified), 'METER_NOT_AWAY');
    const removal = {
      actId: OTHER,
      accountId: ACCOUNT_ID,
      meterNo: METER_NO,
      finalReadingLitres: 900_000,
      on: BRANCH.businessDate,
      requestId: '',
    };
    expect(removeMeter(bench.context, { ...removal, goes: 'in-repair' }).place).toBe('in-repair');
    const install = { actId: TASK_ID, accountId: ACCOUNT_ID, meterNo: METER_NO, readingLitres: 0, on: BRANCH.businessDate, requestId: '' };
    await refuses(bench, () => installMeter(bench.context, install), 'METER_NOT_IN_STORE');
    expect(reverifyMeter(bench.context, verified)).toMatchObject({ place: 'in-store', verifiedUntil: '2036-12-31' });
    const seq = bench.store.lastSeq();
    reverifyMeter(bench.context, verified);
    expect(bench.store.lastSeq()).toBe(seq);
    expect(installMeter(bench.context, install).place).toBe('installed');
    await bench.close();
  });
});

describe('a maker’s tool card', () => {
  it('is called so on insertion, and is neither sold to nor made into a customer’s card', async () => {
    const { hall, bench } = await open();
    const { layout } = hall.kind;
    const tool = layout.planTool?.(hall.stage.image('blank'), { tool: 'clear', toolNo: '8801', regionCode: BRANCH.regionCode });
    if (tool === undefined) throw new Error('no tool cards');
    hall.stage.change('blank', tool);
    hall.insert('blank');
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({
      kind: 'tool',
      tool: { tool: 'clear', toolNo: '8801' },
      obstacle: 'CARD_TOOL',
      accountId: null,
    });
    const { task, fault } = await makeCard(bench.context, { ...makeInput, purpose: 'reissue' }, null);
    expect(fault?.code).toBe('CARD_TOOL');
    expect(task).toMatchObject({ state: 'begun', attempts: 0 });
    expect(hall.stage.image('blank')).toEqual(tool);
    await bench.close();
  });
});
