// A clerk of the network simulation: serves whoever comes, by the use cases, as the own counter's screen shows things and without asking what others do.
// What was on the screen when a change was made stands in the change itself (`saw …`), so that the auditor needs nothing but the operations.
import countertopCard from '../../../drivers/countertop-card/layout.ts';
import { changePhone } from '../../../src/main/core/usecases/change-account.ts';
import { raiseFee, takeDeposit, waiveReceivable } from '../../../src/main/core/usecases/charge-account.ts';
import { deliverTopup } from '../../../src/main/core/usecases/deliver-topup.ts';
import { openShift } from '../../../src/main/core/usecases/keep-drawer.ts';
import { reverifyMeter } from '../../../src/main/core/usecases/keep-meters.ts';
import { advanceRequest, cancelRequest, completeRequest } from '../../../src/main/core/usecases/move-request.ts';
import { addNote } from '../../../src/main/core/usecases/note-account.ts';
import { openAccount } from '../../../src/main/core/usecases/open-account.ts';
import { openRequest, viewRequest } from '../../../src/main/core/usecases/open-request.ts';
import { payTopup } from '../../../src/main/core/usecases/pay-topup.ts';
import { quoteTopup } from '../../../src/main/core/usecases/quote-topup.ts';
import { refundTopup } from '../../../src/main/core/usecases/refund-topup.ts';
import { reversePayment, takePayment } from '../../../src/main/core/usecases/take-payment.ts';
import { seenOf } from '../../../src/shared/domain/customers.ts';
import { Fault } from '../../../src/shared/domain/fault.ts';
import type { AccountRow } from '../../../src/shared/domain/fold.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../../src/shared/domain/operation.ts';
import { isOpenRequest, REQUESTS } from '../../../src/shared/domain/requests.ts';
import { isUndelivered } from '../../../src/shared/domain/topup.ts';
import { BRANCH, ISSUED, TARIFF } from '../counter-bench.ts';
import { BENCH_POLICY, NEW_HOLDER, OLD_HOLDER, SUPERVISOR } from '../use-case-bench.ts';
import { type Desk, meterTakes, newCard, type Pockets } from './desk.ts';

export interface ClerkOptions {
  readonly branchNo: string;
  /** Keeps the ids of all clerks apart. */
  readonly number: number;
  /** Accounts of the branch when it opens. */
  readonly accounts: number;
  /** Accounts of the branch, whoever opened them; a counter may not have heard of them yet. */
  readonly accountIds: string[];
  readonly random: () => number;
  readonly newId: () => string;
  readonly pockets: Pockets;
}

export interface Clerk {
  readonly staffNo: string;
  readonly shiftId: string;
  /** Records what the branch begins with: master data and the customers taken over. */
  found(desk: Desk): void;
  /** Does one thing. A refusal of the core is an answer; a PowerCut is not. */
  act(desk: Desk): Promise<void>;
}

/** What a use case is given that takes no other money than cash. */
const CASH = { tenders: [] };

/** Returns a clerk. */
export function createClerk(options: ClerkOptions): Clerk {
  const { branchNo, number, random, newId, pockets } = options;
  let serial = 0;
  const shiftId = newId();
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  /** A telephone number that nobody else ever gives: it says which change an account shows. */
  const newPhone = () => {
    serial += 1;
    return `1${30 + (number % 60)}${serial.toString().padStart(8, '0')}`;
  };
  const saw = ({ phone, changeId }: AccountRow) => `saw ${phone} ${changeId}`;

  function put<K extends OperationKind>({ context }: Desk, kind: K, payload: OperationPayloads[K], accountId = ''): void {
    const facts = {
      id: newId(),
      businessDate: BRANCH.businessDate,
      shiftId: '',
      clerk: 'system',
      recordedAtMs: context.ports.clock.nowMs(),
    };
    context.ports.store.write((tx) => tx.append({ ...facts, accountId, kind, payload } as unknown as NewOperation));
  }

  type Act = (desk: Desk, account: AccountRow) => unknown;

  async function sell(desk: Desk, { accountId }: AccountRow, volumeLitres: number): Promise<void> {
    const { context } = desk;
    const topupId = newId();
    const purchase = { by: 'volume', litres: volumeLitres } as const;
    const { amountFen } = quoteTopup(context, { accountId, purchase });
    const money = { ...CASH, cashTenderedFen: amountFen, expectedAmountFen: amountFen };
    await payTopup(context, { topupId, accountId, slot: 1, purchase, ...money });
    if (random() < 0.1) await refundTopup(context, { topupId, slot: 1, reason: '取消' });
    else await deliverTopup(context, { topupId, slot: 1, lastAttemptApprovedBy: null });
  }

  const acts: readonly (readonly [weight: number, act: Act])[] = [
    [
      24,
      async function topUp(desk, account) {
        const { store } = desk.context.ports;
        const card = store.cardsOf(account.accountId)[0];
        // Some cards have been copied: the two halls see one each.
        const image = card === undefined ? undefined : (pockets.get(`${card.cardNo}/${number % 2}`) ?? pockets.get(card.cardNo));
        if (card === undefined || image === undefined) return;
        if (random() < 0.8) meterTakes(image, store.metersOf(account.accountId)[0]?.meterNo ?? '');
        desk.insert(image);
        const open = store.undeliveredOfCard(card.cardNo);
        if (open === null) return sell(desk, account, 1_000 * (1 + Math.floor(random() * 50)));
        // Each counter finishes what it has sold.
        if (open.shiftId !== shiftId || !isUndelivered(open.state)) return;
        if (random() < 0.3) await refundTopup(desk.context, { topupId: open.topupId, slot: 1, reason: '取消' });
        else await deliverTopup(desk.context, { topupId: open.topupId, slot: 1, lastAttemptApprovedBy: null });
      },
    ],
    [
      12,
      ({ context }, { accountId }) =>
        raiseFee(context, { receivableId: newId(), accountId, code: 'seal', quantity: 1 + Math.floor(random() * 3) }),
    ],
    [
      14,
      ({ context }, { accountId }) => {
        const owed = pick(context.ports.store.receivablesOf(accountId, 'open').filter(({ openFen }) => openFen > 0));
        if (owed === undefined) return;
        const sumFen = random() < 0.7 ? owed.openFen : 1 + Math.floor(random() * owed.openFen);
        const rest = { waiveLateFee: false, useCredit: false, waiverReason: '', ...CASH };
        const money = { settleFen: sumFen, expectedAmountFen: sumFen, cashTenderedFen: sumFen };
        takePayment(context, { ...rest, ...money, accountId, receivableIds: [owed.receivableId], paymentId: newId() }, null);
      },
    ],
    [
      4,
      ({ context }, { accountId }) => {
        const paid = pick(context.ports.store.paymentsOf(accountId, 10));
        if (paid !== undefined) reversePayment(context, { paymentId: paid.paymentId, reason: '错收', refunds: [] }, SUPERVISOR);
      },
    ],
    [
      4,
      ({ context }, { accountId }) => {
        const owed = pick(context.ports.store.receivablesOf(accountId, 'open').filter(({ openFen }) => openFen > 0));
        if (owed === undefined) return;
        const { receivableId, openFen } = owed;
        waiveReceivable(
          context,
          { receivableId, waiverId: newId(), amountFen: 1 + Math.floor(random() * openFen), reason: '减免' },
          SUPERVISOR,
        );
      },
    ],
    [
      5,
      ({ context }, { accountId }) => {
        const amountFen = 1_000 * (1 + Math.floor(random() * 9));
        takeDeposit(context, { handoverId: newId(), accountId, amountFen, cashTenderedFen: amountFen, ...CASH, reason: '押金' });
      },
    ],
    [
      12,
      ({ context }, account) => {
        const { accountId } = account;
        changePhone(context, { ...seenOf(account), changeId: newId(), accountId, phone: newPhone(), reason: saw(account) });
      },
    ],
    [12, request],
    [
      3,
      ({ context }, { accountId }) => {
        const meter = context.ports.store.metersOf(accountId)[0];
        if (meter !== undefined)
          reverifyMeter(context, { meterNo: meter.meterNo, verifiedUntil: `20${30 + Math.floor(random() * 60)}-01-01` });
      },
    ],
    [6, ({ context }, { accountId }) => addNote(context, { noteId: newId(), accountId, text: '备注' })],
    [2, ({ context }) => newCustomer(context)],
    [
      1,
      (desk, { accountId }) => {
        // Of a program whose checks are broken: past the core, as no use case would let it by.
        const id = newId();
        const facts = { id, businessDate: BRANCH.businessDate, shiftId, clerk: `c${number}`, recordedAtMs: 0 };
        desk.unchecked.write((tx) =>
          tx.append({ ...facts, accountId, kind: 'note.added', payload: { noteId: `poison-${id}`, text: '' } } as NewOperation),
        );
      },
    ],
  ];
  const mix = acts.flatMap(([weight, act]) => new Array<Act>(weight).fill(act));

  /** A transfer on its way: opened, taken a step further, given up or done. */
  async function request(desk: Desk, account: AccountRow): Promise<void> {
    const { context } = desk;
    const { store } = context.ports;
    const { accountId } = account;
    const seen = seenOf(account);
    const card = store.cardsOf(accountId)[0];
    desk.insert(card === undefined ? null : (pockets.get(card.cardNo) ?? null));
    const opened = pick(store.recordsOf(REQUESTS, accountId).filter(({ state }) => isOpenRequest(state)));
    if (opened === undefined) {
      const holder = store.account(accountId)?.detail.customerId === '' ? OLD_HOLDER.oldIdentity : NEW_HOLDER.newIdentity;
      const arrearsAgreement = random() < 0.6 ? '分期' : '';
      const form = { ...OLD_HOLDER, oldIdentity: holder, ...NEW_HOLDER, newPhone: newPhone(), arrearsAgreement, balances: 'hand-over' };
      openRequest(context, { requestId: newId(), accountId, kind: 'transfer', ...seen, form });
      if (random() < 0.5) return;
    }
    const current = opened?.requestId ?? store.recordsOf(REQUESTS, accountId).find(({ state }) => isOpenRequest(state))?.requestId;
    if (current === undefined) return;
    const { state: from, path } = viewRequest(context, { requestId: current });
    const step = { requestId: current, stepId: newId(), from, ...seen, note: saw(account) };
    if (random() < 0.15) cancelRequest(context, step);
    else if (path[path.indexOf(from) + 1] !== 'completed') advanceRequest(context, { ...step, form: {} }, SUPERVISOR);
    else await completeRequest(context, { ...step, form: {}, slot: 1, expectedRefundFen: null, refunds: [] }, SUPERVISOR);
  }

  function newCustomer(context: Desk['context']): void {
    const customer = {
      is: 'new',
      customerId: newId(),
      customerKind: 'residential',
      name: '王小明',
      phone: newPhone(),
      identity: null,
      smsConsent: false,
    } as const;
    const address = { district: '江东区', road: '', community: '', unit: String(serial) };
    const rest = { householdSize: 3, tariffId: TARIFF.id, suppliedSince: BRANCH.businessDate, meter: null, acceptDuplicates: true };
    const accountId = newId();
    openAccount(context, { accountId, customer, address, ...rest });
    options.accountIds.push(accountId);
  }

  return {
    staffNo: `c${number}`,
    shiftId,
    found(desk) {
      put(desk, 'branch.opened', { ...BRANCH, branchNo });
      put(desk, 'tariff.published', { tariff: TARIFF });
      const fees = [{ code: 'seal', name: '封表', amountFen: 1_000, vatPermille: 60, waiver: 'supervisor' as const }];
      put(desk, 'policy.published', { policyId: newId(), effectiveFrom: '2020-01-01', policy: { ...BENCH_POLICY, fees } });
      for (let index = 0; index < options.accounts; index += 1) {
        const accountId = newId();
        const no = `${(number + 1).toString().padStart(3, '0')}${index.toString().padStart(5, '0')}`;
        const hasCard = index % 2 === 0;
        const holder = { cardNo: `62000000${no}`, accountNo: `1000${no}`, meterNo: `MT${no}` };
        const card = hasCard ? { cardNo: holder.cardNo, layoutId: countertopCard.id, ...ISSUED } : null;
        const opened = {
          ...{ accountId, accountNo: holder.accountNo, customerKind: 'residential' as const, customerName: '欧阳明', phone: newPhone() },
          address: { district: '江东区', road: '人民路88号', community: '阳光花园', unit: no },
          ...{ householdSize: 4, tariffId: TARIFF.id, tierUsedLitres: 0 },
          ...{ meter: hasCard ? { meterNo: holder.meterNo, make: 'test', kind: 'ic' as const } : null, card },
        } as const;
        put(desk, 'account.opened', opened, accountId);
        options.accountIds.push(accountId);
        if (!hasCard) continue;
        pockets.set(holder.cardNo, newCard(holder));
        if (index % 8 === 0) for (const copy of [0, 1]) pockets.set(`${holder.cardNo}/${copy}`, newCard(holder));
      }
    },
    async act(desk) {
      const { context } = desk;
      const { store } = context.ports;
      // A counter that has not heard of the branch yet has nobody to serve.
      if (store.branch() === null) return;
      try {
        if (store.openShiftOf(context.actor.staffNo) === null) openShift(context, { shiftId, floatFen: 100_000 }, null);
        const account = store.account(pick(options.accountIds) ?? '');
        if (account === null) return;
        await pick(mix)?.(desk, account);
      } catch (error) {
        if (!(error instanceof Fault) || error.code === 'INTERNAL' || error.code === 'DATABASE_FAILED') throw error;
      }
    },
  };
}
