// A counter with one customer who has a card and one with an ordinary meter, supplied with gas or power: the stage of random business, made by the calls.
import { type Commodity, suppliedWith } from '../../src/shared/domain/commodity.ts';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import type { CardTruth } from './auditor.ts';
import { APPROVAL, type CallsBench, type CallsClient, callsBench } from './calls-bench.ts';
import { ACCOUNT_ID, ACCOUNT_NO, type Bench, BRANCH, CARD_NO, ISSUED, METER_NO, TARIFF } from './counter-bench.ts';
import { LAYOUTS } from './hall-cards.ts';
import { OneCardHall } from './one-card-hall.ts';
import { sampleAccount } from './sample-operations.ts';

const ORDINARY_METER = { meterNo: 'ORD-1', make: '恒远', kind: 'ordinary', billed: { readingLitres: 0, on: '2026-10-31' } } as const;
export const ORDINARY = sampleAccount(801, { card: null, meter: ORDINARY_METER });
export const ACCOUNTS = [ACCOUNT_ID, ORDINARY.accountId];
/** Made up, with a right check character. */
export const IDENTITY = '110101199003070097';

export class Counter {
  readonly commodity: Commodity;
  readonly hall: OneCardHall;
  readonly meter;
  /** What the cards that the customer has no more hold. */
  readonly gone = new Map<string, CardTruth>();
  bench!: Bench;
  calls!: CallsBench;
  clerk!: CallsClient;
  supervisor!: CallsClient;
  manager!: CallsClient;
  meters = 0;
  readonly done = new Map<string, number>();
  readonly paid: string[] = [];
  readonly topups: string[] = [];

  constructor(commodity: Commodity = 'gas') {
    this.commodity = commodity;
    this.hall = new OneCardHall(LAYOUTS[0] as (typeof LAYOUTS)[number], commodity);
    this.meter = LAYOUTS[0]?.createMeter?.({
      state: {
        ...{ regionCode: BRANCH.regionCode, accountNo: ACCOUNT_NO, meterNo: METER_NO, ...suppliedWith(commodity) },
        ...{ loadedSequence: ISSUED.sequence, remainingLitres: 12_000, cumulativeUseLitres: 688_000, faults: 0 },
      },
    });
  }

  async start(): Promise<this> {
    this.bench = await this.hall.start();
    this.calls = callsBench(this.bench);
    const supplied = suppliedWith(this.commodity);
    this.calls.openAccount({ ...ORDINARY, meter: { ...ORDINARY_METER, ...supplied } });
    this.calls.put('tariff.published', { tariff: { ...TARIFF, id: 'other-plan', pricesFenPerM3: [200, 240, 300], ...supplied } });
    this.clerk = await this.calls.signIn('clerk');
    this.supervisor = await this.calls.signIn('supervisor');
    this.manager = await this.calls.signIn('manager');
    return this;
  }

  /** What a reversal must bring back. */
  books(): unknown {
    const { store } = this.calls;
    return {
      balances: LEDGER_ACCOUNTS.map((name) => store.balance(name)),
      tierUse: store.tierUse(ACCOUNT_ID, 2026),
      card: this.hall.truth(),
      ledgerCard: store.card(this.cardNo()),
      open: ACCOUNTS.map((accountId) => store.receivablesOf(accountId, 'all')),
    };
  }

  /** The card that the customer has now. */
  cardNo = () => this.calls.store.cardsOf(ACCOUNT_ID).find(({ status }) => status === 'active')?.cardNo ?? CARD_NO;
  /** What every card holds that there ever was. One made in place of another holds no purchase of its own until the next. */
  truths = () => new Map([...this.gone, [this.cardNo(), this.hall.truth()] as const].filter(([, { sequence }]) => sequence > 0));
  version = (accountId: string) => this.calls.store.account(accountId)?.version ?? 0;
  change = (accountId: string) => ({ changeId: this.calls.newId(), accountId, seenVersion: this.version(accountId) });
}

export async function buy(counter: Counter, litres: number): Promise<string> {
  const topupId = counter.calls.newId();
  const purchase = { by: 'volume' as const, litres };
  const { amountFen } = await counter.clerk.topups.quote({ accountId: ACCOUNT_ID, purchase });
  const cardFen = Math.floor(amountFen / 3);
  const tenders = cardFen > 0 ? [{ kind: 'bank-card' as const, amountFen: cardFen, reference: 'S1' }] : [];
  const sale = {
    topupId,
    accountId: ACCOUNT_ID,
    purchase,
    expectedAmountFen: amountFen,
    tenders,
    cashTenderedFen: amountFen - cardFen + 50,
  };
  await counter.clerk.topups.pay(sale);
  return topupId;
}

export const over = (counter: Counter, accountId: string, amountFen: number) => ({
  ...{
    handoverId: counter.calls.newId(),
    accountId,
    amountFen,
    tenders: [],
    cashTenderedFen: amountFen,
    reason: '测试',
    approval: APPROVAL,
  },
});

export async function payBill(counter: Counter, accountId: string, share: number): Promise<string | null> {
  const { accounts, dueFen } = await counter.clerk.charging.open({ accountIds: [accountId] });
  const receivableIds = (accounts[0]?.receivables ?? []).filter(({ openFen }) => openFen > 0).map(({ receivableId }) => receivableId);
  if (receivableIds.length === 0) return null;
  const settlement = { accountId, receivableIds, settleFen: Math.max(1, Math.ceil((dueFen * share) / 100)), useCredit: share % 2 === 0 };
  const { amountFen } = await counter.clerk.charging.quote(settlement);
  const paymentId = counter.calls.newId();
  const cashTenderedFen = amountFen === 0 ? 0 : amountFen + 7;
  await counter.clerk.charging.pay({ ...settlement, paymentId, expectedAmountFen: amountFen, tenders: [], cashTenderedFen });
  counter.paid.push(paymentId);
  return paymentId;
}
