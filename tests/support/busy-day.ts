// A busy hall for measurements: some hundred customers with and without cards, and what a clerk does for one of them, by the calls.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { MAP } from '../../drivers/countertop-card/records.ts';
import { encodeMeterReturn } from '../../drivers/kit/index.ts';
import type { SimulatedCard } from '../../drivers/kit/simulator.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import type { AccountOpened } from '../../src/shared/domain/operation.ts';
import { APPROVAL, type CallsBench, type CallsClient, callsBench, STAFF } from './calls-bench.ts';
import { type Bench, BRANCH, createReaderSimulator, ISSUED, issueCard, openBench, TARIFF } from './counter-bench.ts';
import { walkRequest } from './request-walk.ts';
import { sampleAccount, sampleOperation } from './sample-operations.ts';

interface Customer {
  readonly account: AccountOpened;
  /** Null for an ordinary meter. */
  readonly card: SimulatedCard | null;
}

/** Away from the numbers of the hall's own account. */
const FIRST_NUMBER = 1_000;

/** How often each kind comes in a hundred customers. */
const MIX = { topup: 42, bill: 28, fee: 6, deposit: 5, note: 5, household: 3, invoice: 4, reversal: 3, suspension: 2, ticket: 2 } as const;
export type DayKind = keyof typeof MIX;
export const DAY_KINDS = Object.keys(MIX) as DayKind[];

export interface BusyDay {
  /** Where its store lies. */
  readonly file: string;
  /** The kind of the `number`-th customer, the same in every hall. */
  kindOf(number: number): DayKind;
  /** Brings what came before the customer: a bill, a paper form, the card into the reader. */
  prepare(number: number): void;
  /** Serves them, from the search to the receipt. Rejects when anything is refused. */
  serve(number: number): Promise<void>;
  close(): Promise<void>;
  readonly calls: CallsBench;
  /** Who serves the customer. */
  clerkOf(number: number): CallsClient;
  /** Somebody else sits down where a clerk has served. */
  relieve(seat: number, client: CallsClient): void;
  /** Puts the customer's card back into the reader; nothing for one without a card. */
  insertCard(number: number): void;
  /** Tears the card out after so many bytes of the next write. */
  tearAfter(bytes: number): void;
  readonly printer: Bench['printer'];
}

export interface BusyDayOptions {
  /** Staff numbers of the clerks who take turns; the hall's own clerk alone where it is left out. */
  readonly clerks?: readonly string[];
  readonly changes?: Partial<Ports>;
}

/** Opens a hall in a new folder, with half of its customers on IC cards behind the simulated four-slot reader, which answers at once. */
export async function openBusyDay(customers: number, { clerks = [STAFF.clerk], changes = {} }: BusyDayOptions = {}): Promise<BusyDay> {
  const dir = mkdtempSync(join(tmpdir(), 'countertop-day-'));
  const reader = createReaderSimulator();
  const bench = await openBench({
    ...{ dir, layout: countertopCard, idPrefix: 1, reader },
    ...(changes.clock === undefined ? {} : { foundedAtMs: changes.clock.nowMs() }),
  });
  const calls = callsBench(bench, 0x7000, changes);
  const all = Array.from({ length: customers }, (_, index) => customer(FIRST_NUMBER + index));
  calls.store.importOperations(
    all.map(({ account }) =>
      sampleOperation('account.opened', account, { id: `a${account.accountId.slice(1)}`, accountId: account.accountId }),
    ),
  );
  calls.store.seedStaff(clerks.slice(1).map((staffNo) => ({ staffNo, name: staffNo, role: 'clerk', passwordHash: '' })));
  const seats = await Promise.all(clerks.map((staffNo) => calls.signIn(staffNo)));
  const clerkOf = (number: number): CallsClient => seats[number % seats.length] as CallsClient;
  const manager = await calls.signIn('manager');
  await manager.invoices.assignSegment({ segmentId: calls.newId(), prefix: 'A', first: 1, last: 99_999, digits: 8 });
  const kinds = DAY_KINDS.flatMap((kind) => new Array<DayKind>(MIX[kind]).fill(kind));
  // 37 has no factor in common with 100: every hundred customers hold the whole mix, well stirred.
  const kindOf = (number: number): DayKind => kinds[(number * 37) % kinds.length] ?? 'topup';
  const cardHolders = all.filter(({ card }) => card !== null);
  const others = all.filter(({ card }) => card === null);
  const customerOf = (number: number): Customer => {
    const group = kindOf(number) === 'topup' ? cardHolders : others;
    return group[number % group.length] as Customer;
  };
  return {
    file: join(dir, 'branch.sqlite'),
    kindOf,
    prepare(number) {
      const kind = kindOf(number);
      const { account, card } = customerOf(number);
      reader.remove(1);
      if (card !== null) {
        meterTakes(card, account, calls);
        reader.insert(1, card);
      }
      if (kind === 'bill' || kind === 'invoice' || kind === 'reversal') calls.bill(account.accountId, 3_000 + (number % 90) * 100);
    },
    async serve(number) {
      const { account } = customerOf(number);
      const clerk = clerkOf(number);
      await clerk.accounts.search({ text: account.accountNo });
      await clerk.accounts.get({ accountId: account.accountId });
      await SERVICES[kindOf(number)]({ clerk, calls, accountId: account.accountId, number });
    },
    calls,
    clerkOf,
    relieve(seat, client) {
      seats[seat] = client;
    },
    insertCard(number) {
      const { card } = customerOf(number);
      reader.remove(1);
      if (card !== null) reader.insert(1, card);
    },
    tearAfter: (bytes) => reader.removeAfterWrittenBytes(1, bytes),
    printer: bench.printer,
    async close() {
      await bench.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function customer(index: number): Customer {
  const hasCard = index % 2 === 0;
  const base = sampleAccount(index, { tariffId: TARIFF.id });
  const card = { cardNo: `62${(10_000 + index).toString().padStart(14, '0')}`, layoutId: countertopCard.id, ...ISSUED };
  const meter = {
    meterNo: `MT${index.toString().padStart(8, '0')}`,
    make: 'test',
    kind: hasCard ? ('ic' as const) : ('ordinary' as const),
  };
  const account: AccountOpened = { ...base, accountNo: `1${index.toString().padStart(11, '0')}`, meter, card: hasCard ? card : null };
  const holder = { cardNo: card.cardNo, accountNo: account.accountNo, meterNo: meter.meterNo };
  return {
    account,
    card: hasCard ? issueCard(countertopCard, (image, report) => image.set(encodeMeterReturn(report), MAP.meterReturn), holder) : null,
  };
}

/** At home the meter has taken what was bought last time. */
function meterTakes(card: SimulatedCard, account: AccountOpened, calls: CallsBench): void {
  const row = account.card === null ? null : calls.store.card(account.card.cardNo);
  if (row === null) return;
  const used = { remainingLitres: 0, cumulativeUseLitres: row.cumulativeLitres, faults: 0, meterNo: account.meter?.meterNo ?? '' };
  card.main.set(encodeMeterReturn({ loadedSequence: row.sequence, ...used }), MAP.meterReturn);
}

interface Service {
  readonly clerk: CallsClient;
  readonly calls: CallsBench;
  readonly accountId: string;
  readonly number: number;
}

/** A household is proved at the counter: opened and done at once. */
async function provesHousehold({ clerk, calls, accountId, number }: Service): Promise<void> {
  const form = { newHousehold: 1 + (number % 8), from: BRANCH.businessDate, proof: `户口簿${number}` };
  const seenVersion = versionOf(calls, accountId);
  const { requestId } = await clerk.requests.open({ requestId: calls.newId(), accountId, kind: 'household', seenVersion, form });
  await clerk.requests.complete({
    requestId,
    stepId: calls.newId(),
    from: 'open',
    seenVersion,
    form: {},
    expectedRefundFen: 0,
    refunds: [],
  });
}

/** Most pay in cash and get change; every fifth by bank card, every seventh by wallet. */
function tendered(number: number, amountFen: number) {
  const kind = number % 5 === 4 ? ('bank-card' as const) : number % 7 === 6 ? ('wallet' as const) : null;
  if (kind === null) return { tenders: [], cashTenderedFen: amountFen + 100 };
  return { tenders: [{ kind, amountFen, reference: `S${number}` }], cashTenderedFen: 0 };
}

async function payAll({ clerk, calls, accountId, number }: Service): Promise<string> {
  const { accounts } = await clerk.charging.open({ accountIds: [accountId] });
  const receivableIds = (accounts[0]?.receivables ?? []).filter(({ openFen }) => openFen > 0).map(({ receivableId }) => receivableId);
  const settlement = { accountId, receivableIds };
  const { amountFen } = await clerk.charging.quote(settlement);
  const paymentId = calls.newId();
  const sale = { ...settlement, paymentId, expectedAmountFen: amountFen, ...tendered(number, amountFen) };
  const { receipt } = await clerk.charging.pay(sale);
  await clerk.receipts.print({ receiptId: receipt?.receiptId ?? '' });
  return paymentId;
}

const SERVICES: Readonly<Record<DayKind, (service: Service) => Promise<unknown>>> = {
  async topup({ clerk, calls, accountId, number }) {
    await clerk.cards.read({});
    const purchase = { by: 'volume' as const, litres: 10_000 + (number % 5) * 1_000 };
    const { amountFen } = await clerk.topups.quote({ accountId, purchase });
    const topupId = calls.newId();
    const sale = { topupId, accountId, purchase, expectedAmountFen: amountFen, ...tendered(number, amountFen) };
    await clerk.topups.pay(sale);
    const { topup } = await clerk.topups.deliver({ topupId });
    if (topup.state !== 'receipted') throw new Error(`the top-up of customer ${number} is ${topup.state}`);
  },
  bill: payAll,
  async fee(service) {
    const { clerk, calls, accountId } = service;
    await clerk.charging.raiseFee({ receivableId: calls.newId(), accountId, code: 'card', quantity: 1 });
    await payAll(service);
  },
  deposit: ({ clerk, calls, accountId }) =>
    clerk.charging.takeDeposit({
      ...{ handoverId: calls.newId(), accountId, amountFen: 20_000, tenders: [], cashTenderedFen: 20_000 },
      reason: '押金',
    }),
  note: ({ clerk, calls, accountId, number }) => clerk.accounts.addNote({ noteId: calls.newId(), accountId, text: `备注${number}` }),
  household: ({ clerk, calls, accountId, number }) => provesHousehold({ clerk, calls, accountId, number }),
  async invoice(service) {
    const subjectId = await payAll(service);
    const segment = (await service.clerk.invoices.segments({}))[0];
    await service.clerk.invoices.issue({
      ...{ invoiceId: service.calls.newId(), subjectId, expectedNumber: segment?.next ?? 0 },
      buyer: { name: '李', taxNo: '' },
    });
  },
  async reversal(service) {
    const paymentId = await payAll(service);
    await service.clerk.charging.reversePayment({ paymentId, reason: '输错', refunds: [], approval: APPROVAL });
    await payAll(service);
  },
  async suspension(service) {
    const { clerk, calls, accountId } = service;
    const isActive = calls.store.account(accountId)?.status === 'active';
    const form: Readonly<Record<string, string>> = isActive
      ? { from: BRANCH.businessDate, until: '2027-05-01', reason: '出国' }
      : { wishedOn: BRANCH.businessDate };
    const opened = await clerk.requests.open({
      ...{ requestId: calls.newId(), accountId, kind: isActive ? 'suspension' : 'reactivation' },
      ...{ seenVersion: versionOf(calls, accountId), form },
    });
    const walk = { clerk, newId: calls.newId, seenVersion: () => versionOf(calls, accountId), payFees: () => payAll(service) };
    await walkRequest(opened, { ...walk, businessDate: BRANCH.businessDate, readingLitres: 5_000_000 });
  },
  async ticket({ clerk, calls }) {
    const ticketId = calls.newId();
    await clerk.queue.next({ ticketId, ticketKind: 'topup' });
    await clerk.queue.serve({ ticketId });
    await clerk.queue.finish({ ticketId });
  },
};

const versionOf = (calls: CallsBench, accountId: string): number => calls.store.account(accountId)?.version ?? 0;
