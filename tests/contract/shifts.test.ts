// Shifts by their calls: the drawer from its float to its count, what a clerk must not learn before it, and the complaints about sessions and cash.
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refused } from '../../drivers/kit/outcome.ts';
import { cashLines } from '../../scripts/support/cash.ts';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { shiftBook, shiftBooksOf } from '../../src/main/core/shift-books.ts';
import type { Policy } from '../../src/shared/domain/policy.ts';
import { APPROVAL, type CallsBench, type CallsClient, callsBench, POLICY, STAFF } from '../support/calls-bench.ts';
import { ACCOUNT_ID, type Bench, BRANCH, FLOAT_FEN, SHIFT_ID } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { OneCardHall, PRICE_FEN } from '../support/one-card-hall.ts';

let bench: Bench;
let counter: CallsBench;
let clerk: CallsClient;
let pulses: number;
/** Slots that are there; the drawer among them, whatever becomes of the others. */
let configured: readonly string[];
let printerFault: string;

beforeEach(async () => {
  const hall = new OneCardHall(LAYOUTS[0] as (typeof LAYOUTS)[number]);
  bench = await hall.start();
  pulses = 0;
  configured = ['drawer'];
  printerFault = '';
  const { ports } = bench.context;
  const devices: Ports['devices'] = {
    ...ports.devices,
    states: () => [
      ...ports.devices.states().filter(({ slot }) => slot !== 'drawer'),
      ...configured.map((slot) => ({ slot, state: 'ready' }) as ReturnType<Ports['devices']['states']>[number]),
    ],
    openDrawer: async () => {
      pulses += 1;
      return { kind: 'done', value: { isOpen: null } };
    },
    print: (job) => (printerFault === '' ? ports.devices.print(job) : Promise.resolve(refused({ code: 'DEVICE_OFFLINE', context: {} }))),
  };
  counter = callsBench({ ...bench, context: { ...bench.context, ports: { ...ports, devices } } });
  clerk = await counter.signIn('clerk');
});
afterEach(() => bench.close());

const drawerFen = (shiftId = SHIFT_ID) => counter.store.balance('cash-drawer', shiftId);
const publish = (shift: Policy['shift']) =>
  counter.put('policy.published', { policyId: counter.newId(), effectiveFrom: '2026-11-01', policy: { ...POLICY, shift } });

/** A bill paid at the counter. */
async function sell(amountFen: number, by: 'cash' | 'bank-card' | 'wallet' = 'cash', client = clerk): Promise<string> {
  const receivableIds = [counter.bill(ACCOUNT_ID, amountFen)];
  const { amountFen: dueFen } = await client.charging.quote({ accountId: ACCOUNT_ID, receivableIds });
  const paymentId = counter.newId();
  await client.charging.pay({
    ...{ paymentId, accountId: ACCOUNT_ID, receivableIds, expectedAmountFen: dueFen },
    tenders: by === 'cash' ? [] : [{ kind: by, amountFen: dueFen, reference: `POS-${amountFen}` }],
    // Change is given: it is no part of what should be in the drawer.
    cashTenderedFen: by === 'cash' ? dueFen + 1_234 : 0,
  });
  return paymentId;
}

const count = (cashFen: number, more: object = {}, client = clerk) =>
  client.shift.count({ shiftId: SHIFT_ID, countId: counter.newId(), lines: cashLines(cashFen), ...more });
const close = (more: object = {}, client = clerk) => client.shift.close({ shiftId: SHIFT_ID, closeId: counter.newId(), ...more });
const fault = async (call: Promise<unknown>): Promise<{ readonly code: string; readonly data: Readonly<Record<string, unknown>> }> => {
  try {
    await call;
  } catch (error) {
    return error as { readonly code: string; readonly data: Readonly<Record<string, unknown>> };
  }
  throw new Error('was accepted');
};

describe('the drawer while a shift is open', () => {
  it('keeps cash in and out beside sales, each once, with its reason and above the limit with a supervisor', async () => {
    const movement = { movementId: counter.newId(), category: 'change', reason: '周末备零', amountFen: 20_000 };
    expect(await fault(clerk.shift.payIn(movement))).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
    const approved = { ...movement, approval: APPROVAL };
    await clerk.shift.payIn(approved);
    await clerk.shift.payIn(approved);
    expect(await fault(clerk.shift.payIn({ ...approved, amountFen: 1 }))).toMatchObject({ code: 'SHIFT_ID_REUSED' });
    const out = { ...approved, movementId: counter.newId(), category: 'expense', amountFen: 1_500 };
    expect(await fault(clerk.shift.payOut({ ...out, category: 'change' }))).toMatchObject({ code: 'CATEGORY_UNKNOWN' });
    const { movements } = await clerk.shift.payOut(out);
    expect(movements.map(({ kind, amountFen, approvedBy }) => [kind, amountFen, approvedBy])).toEqual([
      ['paid-in', 20_000, '2001'],
      ['paid-out', -1_500, '2001'],
    ]);
    expect(drawerFen()).toBe(FLOAT_FEN + 18_500);
    expect(counter.store.balance('petty-cash')).toBe(1_500);
    expect(pulses).toBe(2);
  });

  it('a drop takes a second person and what was counted', async () => {
    const drop = { movementId: counter.newId(), lines: cashLines(30_000), bagNo: 'B-7' };
    expect(await fault(clerk.shift.drop(drop))).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
    const nothing = { ...drop, lines: cashLines(0), approval: APPROVAL };
    expect(await fault(clerk.shift.drop(nothing))).toMatchObject({ code: 'INPUT_INVALID', data: { field: 'lines' } });
    const safeFen = counter.store.balance('safe');
    const { movements } = await clerk.shift.drop({ ...drop, approval: APPROVAL });
    expect(movements.at(-1)).toMatchObject({ kind: 'dropped', amountFen: -30_000, bagNo: 'B-7', approvedBy: '2001' });
    expect([drawerFen(), counter.store.balance('safe') - safeFen]).toEqual([FLOAT_FEN - 30_000, 30_000]);
  });

  it('every opening is logged with its reason: sales, refunds, change, no sale, a test', async () => {
    await sell(5_000);
    const opening = { openingId: counter.newId(), why: 'change', reason: '客户换零' } as const;
    expect(await clerk.shift.openDrawer(opening)).toEqual({ fault: null });
    expect(await clerk.shift.openDrawer(opening)).toEqual({ fault: null });
    const noSale = { openingId: counter.newId(), why: 'no-sale', reason: '查看纸币' } as const;
    expect(await fault(clerk.shift.openDrawer(noSale))).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
    await clerk.shift.openDrawer({ ...noSale, approval: APPROVAL });
    const logged = counter.store.drawerOpeningsOf(SHIFT_ID).map(({ why, reason, approvedBy }) => [why, reason, approvedBy]);
    expect(logged).toEqual([
      ['sale', '', ''],
      ['change', '客户换零', ''],
      ['no-sale', '查看纸币', '2001'],
    ]);
    expect(pulses).toBe(logged.length);
    expect(await clerk.shift.openings({ shiftId: SHIFT_ID })).toHaveLength(3);
  });

  it('has one shift per clerk, and one per drawer of the counter', async () => {
    const again = { shiftId: counter.newId(), floatFen: 1 };
    expect(await fault(clerk.shift.open(again))).toMatchObject({ code: 'SHIFT_ALREADY_OPEN' });
    publish({ drawersPerCounter: 1 });
    const supervisor = await counter.signIn('supervisor');
    expect(await fault(supervisor.shift.open(again))).toMatchObject({ code: 'DRAWER_IN_USE', data: { clerk: '1001' } });
    await count(FLOAT_FEN);
    await close();
    expect((await supervisor.shift.open(again)).clerk).toBe('2001');
  });

  it('refuses a second window of a clerk with an open shift in words, and lets them in where the first is gone', async () => {
    const dispatcher = createDispatcher(counter.ports);
    const window = dispatcher.connect('browser');
    const signIn = (context: typeof window, staffNo: string = STAFF.clerk) =>
      createRouterClient(dispatcher.router, { context }).session.signIn({ staffNo, password: 'x' });
    await signIn(window);
    expect(await fault(signIn(dispatcher.connect('browser')))).toMatchObject({ code: 'SIGNED_IN_ELSEWHERE' });
    await signIn(dispatcher.connect('browser'), STAFF.supervisor);
    dispatcher.disconnect(window);
    expect((await signIn(dispatcher.connect('browser'))).staff.staffNo).toBe(STAFF.clerk);
  });
});

describe('the blind count', () => {
  it('no call tells what should be in a drawer before it is counted', async () => {
    await sell(11_111);
    const expectedFen = drawerFen();
    const told: unknown[] = [];
    const listen = counter.ports.events.subscribe((event) => told.push(event));
    const supervisor = await counter.signIn('supervisor');
    for (const client of [clerk, supervisor]) {
      told.push(
        await client.shift.current({}),
        await client.shift.options({}),
        await client.shift.today({}),
        await client.system.info({}),
        await client.sync.details({}),
        await client.accounts.get({ accountId: ACCOUNT_ID }),
        await client.charging.open({ accountIds: [ACCOUNT_ID] }),
        await client.topups.open({}),
        await client.queue.state({}),
      );
    }
    told.push(await supervisor.shift.unclosed({}), await clerk.shift.openings({ shiftId: SHIFT_ID }));
    told.push(await clerk.shift.pending({ shiftId: SHIFT_ID }));
    // What refuses tells nothing either: neither a paper nor a sum that the drawer does not hold.
    const paper = { paperId: counter.newId(), subject: { kind: 'shift-report', shiftId: SHIFT_ID } } as const;
    const early = await fault(clerk.paper.make(paper));
    expect(early).toMatchObject({ code: 'SHIFT_NOT_COUNTED' });
    counter.put(
      'deposit.taken',
      {
        ...{ handoverId: counter.newId(), amountFen: 9_000_000, cashTenderedFen: 0, changeFen: 0, reason: '押金', approvedBy: '' },
        tenders: [{ kind: 'bank-card', amountFen: 9_000_000, reference: 'POS-9' }],
      },
      ACCOUNT_ID,
    );
    const refund = { handoverId: counter.newId(), accountId: ACCOUNT_ID, amountFen: 9_000_000, reason: '退', approval: APPROVAL };
    const short = await fault(clerk.charging.returnDeposit({ ...refund, tenders: [], cashTenderedFen: 0 }));
    expect(short).toMatchObject({ code: 'DRAWER_SHORT' });
    told.push(early.data, short.data);
    listen();
    expect(JSON.stringify(told)).not.toContain(String(expectedFen));
    const { counts } = await count(expectedFen, {
      slips: [{ kind: 'bank-card', count: 1, takenFen: 9_000_000 }],
    });
    expect(counts[0]?.tenders).toMatchObject([
      { kind: 'cash', expectedFen, differenceFen: 0 },
      { kind: 'bank-card', expectedCount: 1, differenceFen: 0 },
      { kind: 'wallet', expectedCount: 0, countedFen: 0 },
    ]);
  });

  it('a recount keeps both counts, the last one closes, and over or short is posted once', async () => {
    await sell(10_000);
    await sell(4_000, 'bank-card');
    const right = drawerFen();
    const first = { shiftId: SHIFT_ID, countId: counter.newId(), lines: cashLines(right - 500) };
    await clerk.shift.count(first);
    expect((await clerk.shift.count(first)).counts).toHaveLength(1);
    expect(await fault(clerk.shift.count({ ...first, lines: cashLines(right) }))).toMatchObject({ code: 'SHIFT_ID_REUSED' });
    const again = await count(right + 200);
    expect(again.counts.map(({ tenders }) => tenders[0]?.differenceFen)).toEqual([-500, 200]);
    expect(again.recountsLeft).toBe(0);
    expect(await fault(count(right))).toMatchObject({ code: 'COUNTED_TOO_OFTEN' });
    expect(await fault(close())).toMatchObject({ code: 'INPUT_INVALID', data: { field: 'reason' } });
    expect(await fault(close({ reason: '多找回' }))).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
    const ending = { reason: '多找回', approval: APPROVAL, carriedFen: 30_000 };
    expect(await fault(close({ ...ending, carriedFen: right + 201 }))).toMatchObject({ code: 'CARRIED_TOO_MUCH' });
    const safeFen = counter.store.balance('safe');
    const closing = { shiftId: SHIFT_ID, closeId: counter.newId(), ...ending };
    const closed = await clerk.shift.close(closing);
    await clerk.shift.close(closing);
    expect(closed.ending).toMatchObject({ overShortFen: 200, carriedFen: 30_000, approvedBy: '2001', forced: false });
    expect(counter.store.balance('over-short', SHIFT_ID)).toBe(-200);
    expect([drawerFen(), counter.store.balance('safe') - safeFen]).toEqual([30_000, right + 200 - 30_000]);
    const [book] = shiftBooksOf(counter.store, BRANCH.businessDate);
    expect(book?.tenders.map(({ kind, differenceFen }) => [kind, differenceFen])).toEqual([
      ['cash', 200],
      ['bank-card', book === undefined ? 0 : -(book.expected.slips[0]?.amountFen ?? 0)],
      ['wallet', 0],
    ]);
    // The next shift begins with what was left; less than that takes a second person.
    const next = { shiftId: counter.newId(), floatFen: 29_000 };
    expect(await fault(clerk.shift.open(next))).toMatchObject({ code: 'SUPERVISOR_REQUIRED' });
    await clerk.shift.open({ ...next, approval: APPROVAL });
    expect([drawerFen(), drawerFen(next.shiftId), counter.store.balance('over-short', next.shiftId)]).toEqual([0, 29_000, 1_000]);
  });

  it.each([
    ['letters', [{ denominationFen: 100, count: '3' }], 'lines.0.count'],
    ['a negative quantity', [{ denominationFen: 100, count: -1 }], 'lines.0.count'],
    ['half a note', [{ denominationFen: 100, count: 0.5 }], 'lines.0.count'],
    ['an absurd quantity', [{ denominationFen: 10_000, count: 1_000_000 }], 'lines.0.count'],
    ['a note that is not made', [{ denominationFen: 300, count: 1 }], 'lines.0.denominationFen'],
    ['nothing counted', [], 'lines'],
    ['a denomination twice', [cashLines(100)[5], cashLines(100)[5]], 'lines'],
  ])('refuses a count with %s and keeps nothing of it', async (_, lines, field) => {
    const seq = counter.store.lastSeq();
    const wrong = { shiftId: SHIFT_ID, countId: counter.newId(), lines: lines as ReturnType<typeof cashLines> };
    expect(await fault(clerk.shift.count(wrong))).toMatchObject({ code: 'INPUT_INVALID', data: { field } });
    expect(counter.store.lastSeq()).toBe(seq);
  });

  it('is for the shift’s own clerk and the manager, and nothing is closed that was not counted', async () => {
    const supervisor = await counter.signIn('supervisor');
    const manager = await counter.signIn('manager');
    const seq = counter.store.lastSeq();
    expect(await fault(count(1, {}, supervisor))).toMatchObject({ code: 'SHIFT_NOT_YOURS', data: { clerk: '1001' } });
    expect(await fault(close({}, supervisor))).toMatchObject({ code: 'SHIFT_NOT_YOURS' });
    expect(await fault((await counter.signIn('it')).shift.current({}))).toMatchObject({ code: 'ROLE_DENIED' });
    expect(await fault(clerk.shift.unclosed({}))).toMatchObject({ code: 'ROLE_DENIED' });
    expect(await fault(close())).toMatchObject({ code: 'SHIFT_NOT_COUNTED' });
    const elsewhere = { shiftId: counter.newId(), countId: counter.newId(), lines: cashLines(1) };
    expect(await fault(clerk.shift.count(elsewhere))).toMatchObject({ code: 'SHIFT_UNKNOWN' });
    expect(counter.store.lastSeq()).toBe(seq);
    // The manager finds what was left open and closes it with a reason.
    expect((await manager.shift.unclosed({})).map(({ shiftId }) => shiftId)).toEqual([SHIFT_ID]);
    await count(FLOAT_FEN - 100, {}, manager);
    expect(await fault(close({}, manager))).toMatchObject({ code: 'INPUT_INVALID', data: { field: 'reason' } });
    const { ending } = await close({ reason: '当班人员离岗' }, manager);
    expect(ending).toMatchObject({ forced: true, by: '3001', overShortFen: -100 });
    expect(await clerk.shift.current({})).toBeNull();
  });
});

describe('the hand-over', () => {
  it('a hand-over moves the cash to the clerk who has counted it, and the difference stays with the one who gives', async () => {
    await sell(8_000);
    const expectedFen = drawerFen();
    const handover = { shiftId: SHIFT_ID, handoverId: counter.newId(), newShiftId: counter.newId(), reason: '少五元', approval: APPROVAL };
    const taker = { staffNo: STAFF.supervisor, password: 'x' };
    expect(await fault(count(1, { taker: { ...taker, staffNo: STAFF.clerk } }))).toMatchObject({ code: 'TAKER_REFUSED' });
    await count(expectedFen);
    expect(await fault(clerk.shift.handOver(handover))).toMatchObject({ code: 'TAKER_REFUSED', data: { reason: 'not-counted' } });
    await count(expectedFen - 500, { taker });
    const manager = { staffNo: STAFF.manager, password: 'x' };
    const ended = await clerk.shift.handOver({ ...handover, approval: manager });
    await clerk.shift.handOver({ ...handover, approval: manager });
    expect(ended.ending).toMatchObject({ how: 'handed-over', overShortFen: -500, nextShiftId: handover.newShiftId });
    expect([drawerFen(), drawerFen(handover.newShiftId)]).toEqual([0, expectedFen - 500]);
    expect([counter.store.balance('over-short', SHIFT_ID), counter.store.balance('over-short', handover.newShiftId)]).toEqual([500, 0]);
    const supervisor = await counter.signIn('supervisor');
    expect(await supervisor.shift.current({})).toMatchObject({ shiftId: handover.newShiftId, floatFen: expectedFen - 500 });
    expect(await clerk.shift.current({})).toBeNull();
    // The code on its report leads back to it: for its clerk and the manager, and for nobody else; no other hash leads anywhere.
    const ending = counter.store.operationsOfShift(SHIFT_ID).findLast(({ kind }) => kind === 'shift.handed-over');
    const hash = ending?.hash ?? '';
    expect(await clerk.shift.find({ hash })).toMatchObject({ shiftId: SHIFT_ID, ending: { overShortFen: -500 } });
    expect(await (await counter.signIn('manager')).shift.find({ hash })).toMatchObject({ shiftId: SHIFT_ID });
    expect(await fault(supervisor.shift.find({ hash }))).toMatchObject({ code: 'SHIFT_NOT_YOURS' });
    expect(await fault(clerk.shift.find({ hash: ending?.previousHash ?? '' }))).toMatchObject({ code: 'SHIFT_UNKNOWN' });
  });
});

describe('what is not finished', () => {
  it('is named in the close with its money; the policy says what forbids it', async () => {
    const topupId = counter.newId();
    const purchase = { by: 'volume', litres: 100_000 } as const;
    const pay = { topupId, accountId: ACCOUNT_ID, purchase, expectedAmountFen: PRICE_FEN, tenders: [], cashTenderedFen: PRICE_FEN };
    await clerk.topups.pay(pay);
    const asked = { approvalId: counter.newId(), act: 'shift.payOut', reason: '零星支出' };
    const input = { movementId: counter.newId(), category: 'expense', reason: '邮费', amountFen: 500 };
    await clerk.approvals.ask({ ...asked, input });
    const pending = await clerk.shift.pending({ shiftId: SHIFT_ID });
    expect(pending.map(({ kind, amountFen, forbids }) => [kind, amountFen, forbids])).toEqual([
      ['undelivered', PRICE_FEN, false],
      ['approval', 500, true],
    ]);
    await count(FLOAT_FEN + PRICE_FEN);
    expect(await fault(close())).toMatchObject({ code: 'SHIFT_PENDING', data: { kind: 'approval', count: 1 } });
    await clerk.approvals.cancel({ approvalId: asked.approvalId });
    publish({ closeForbids: ['undelivered'], drawersPerCounter: 2 });
    expect(await fault(close())).toMatchObject({ code: 'SHIFT_PENDING', data: { kind: 'undelivered' } });
    publish({ closeForbids: [], drawersPerCounter: 2 });
    const { ending } = await close();
    expect(ending?.pending).toMatchObject([{ kind: 'undelivered', subjectId: topupId, amountFen: PRICE_FEN }]);
    // It does not vanish: it is on the home screen, and is delivered in the next shift.
    expect((await clerk.topups.open({})).topups).toHaveLength(1);
    await clerk.shift.open({ shiftId: counter.newId(), floatFen: 10_000 });
    expect((await clerk.topups.deliver({ topupId })).fault).toBeNull();
    expect(drawerFen()).toBe(0);
  });
});

describe('complaints about sessions and cash', () => {
  it('unsynchronised sales land in a later session and its cash no longer matches: late money is refused by a counted shift and never moves to the next', async () => {
    await sell(3_000);
    const topupId = counter.newId();
    const purchase = { by: 'volume', litres: 100_000 } as const;
    const pay = { topupId, accountId: ACCOUNT_ID, purchase, expectedAmountFen: PRICE_FEN, tenders: [], cashTenderedFen: PRICE_FEN };
    // A payment that waits for the reader while the drawer is counted and closed.
    const late = fault(clerk.topups.pay(pay));
    const heldFen = drawerFen();
    await count(heldFen);
    await close();
    const next = counter.newId();
    await clerk.shift.open({ shiftId: next, floatFen: 20_000 });
    expect(await late).toMatchObject({ code: 'SHIFT_TAKES_NO_MONEY' });
    expect(counter.store.topup(topupId)).toBeNull();
    // A late item of another counter’s shift belongs to that shift, whenever it comes.
    const other = counter.newId();
    counter.put('shift.opened', { shiftId: other, floatFen: 7_000 });
    const book = (shiftId: string) => {
      const shift = counter.store.shift(shiftId);
      return shift === null ? null : shiftBook(counter.store, shift).expected.cashFen;
    };
    expect([book(SHIFT_ID), book(next), book(other)]).toEqual([heldFen, 20_000, 7_000]);
    await clerk.shift.count({ shiftId: next, countId: counter.newId(), lines: cashLines(20_000) });
    const { ending } = await clerk.shift.close({ shiftId: next, closeId: counter.newId() });
    expect(ending?.overShortFen).toBe(0);
  });

  it('the drawer does not open because another device is offline: it opens and is logged with the printer, the reader or headquarters away', async () => {
    printerFault = 'DEVICE_OFFLINE';
    configured = ['drawer', 'printer'];
    await sell(2_000);
    expect(pulses).toBe(1);
    expect(counter.store.drawerOpeningsOf(SHIFT_ID).map(({ why }) => why)).toEqual(['sale']);
    // A drawer behind that printer is told to open although no paper came, and that is one opening in the log.
    configured = ['printer'];
    const paymentId = await sell(2_500);
    const receiptId = counter.store.receiptOfTopup(paymentId)?.receiptId ?? '';
    expect((await clerk.receipts.print({ receiptId })).fault).toMatchObject({ code: 'DEVICE_OFFLINE' });
    expect(pulses).toBe(2);
    expect(counter.store.drawerOpeningsOf(SHIFT_ID)).toHaveLength(2);
  });

  it('a shift left open on another business date takes no more money, is counted and closed, and today’s begins', async () => {
    counter.put('branch.opened', { ...BRANCH, businessDate: '2026-11-22' });
    const current = await clerk.shift.current({});
    expect(current).toMatchObject({ shiftId: SHIFT_ID, isOfToday: false });
    const paying = { paymentId: counter.newId(), accountId: ACCOUNT_ID, receivableIds: [counter.bill(ACCOUNT_ID, 900)] };
    const refusedPay = fault(clerk.charging.pay({ ...paying, expectedAmountFen: 900, tenders: [], cashTenderedFen: 900 }));
    expect(await refusedPay).toMatchObject({ code: 'SHIFT_OF_ANOTHER_DAY', data: { businessDate: BRANCH.businessDate } });
    await count(FLOAT_FEN);
    await close();
    const opened = await clerk.shift.open({ shiftId: counter.newId(), floatFen: 100 });
    expect(opened).toMatchObject({ businessDate: '2026-11-22', isOfToday: true });
  });
});
