// What a purchase costs now, line by line.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { tierYear } from '../../../shared/domain/business-date.ts';
import type { CardLayout } from '../../../shared/domain/card-layout.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { AccountRow } from '../../../shared/domain/fold.ts';
import { householdOn, tariffOn, yearLimits } from '../../../shared/domain/gas-bill.ts';
import { fen, litres, splitVat } from '../../../shared/domain/money.ts';
import { supplyOf } from '../../../shared/domain/supply.ts';
import { type PricedVolume, priceVolume, type Tariff, volumeForMoney } from '../../../shared/domain/tariff.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import type { CardLayouts } from '../ports/cards.ts';
import type { ReadStore } from '../ports/store.ts';

type PurchaseBy = Inputs['topups']['quote']['purchase'];

export interface PricedPurchase {
  readonly account: AccountRow;
  readonly tariff: Tariff;
  readonly year: number;
  readonly usedLitres: number;
  readonly priced: PricedVolume;
}

function layoutOf(store: ReadStore, layouts: CardLayouts, accountId: string): CardLayout | null {
  const card = store.cardsOf(accountId).find((row) => row.status === 'active');
  return card === undefined ? null : layouts.get(card.layoutId);
}

/** Prices a purchase from the ledger's state. Throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_ACTIVE, TARIFF_MISSING, AMOUNT_OUT_OF_RANGE { minFen | maxLitres | stepLitres }. */
export function pricePurchase(
  ports: { readonly store: ReadStore; readonly layouts: CardLayouts },
  request: { readonly accountId: string; readonly purchase: PurchaseBy },
): PricedPurchase {
  const { store } = ports;
  const account = store.account(request.accountId);
  if (account === null) throw new Fault('ACCOUNT_UNKNOWN');
  if (account.status !== 'active') throw new Fault('ACCOUNT_NOT_ACTIVE', { status: account.status });
  const layout = layoutOf(store, ports.layouts, account.accountId);
  const stepLitres = layout?.volumeStepLitres ?? 1;
  const maxLitres = layout?.maxVolumeLitres ?? 1_000_000;
  const { businessDate } = branchOf(store);
  const tariff = tariffOn(store.tariffVersions(account.tariffId), businessDate);
  const year = tierYear(businessDate);
  const supply = supplyOf(account);
  const use = {
    usedLitres: store.tierUse(account.accountId, year),
    householdSize: householdOn(supply, businessDate),
    limitsLitres: yearLimits(tariff, year, supply),
  };
  const { purchase } = request;
  if (purchase.by === 'volume' && purchase.litres % stepLitres !== 0) throw new Fault('AMOUNT_OUT_OF_RANGE', { stepLitres });
  const priced =
    purchase.by === 'money'
      ? volumeForMoney(tariff, use, fen(purchase.amountFen), stepLitres)
      : priceVolume(tariff, use, litres(purchase.litres));
  if (priced.litres > maxLitres) throw new Fault('AMOUNT_OUT_OF_RANGE', { maxLitres });
  if (priced.amountFen < 1) throw new Fault('AMOUNT_OUT_OF_RANGE', { minFen: 1 });
  return { account, tariff, year, usedLitres: use.usedLitres, priced };
}

/** Returns the price with its lines; changes nothing. Throws as pricePurchase. */
export function quoteTopup({ ports }: UseCaseContext, input: Inputs['topups']['quote']): Outputs['topups']['quote'] {
  const { account, tariff, usedLitres, priced } = pricePurchase(ports, input);
  return {
    accountId: account.accountId,
    litres: priced.litres,
    amountFen: priced.amountFen,
    lines: [...priced.lines],
    roundingMilliFen: priced.roundingMilliFen,
    vatFen: splitVat(priced.amountFen, tariff.vatPermille).vatFen,
    tariffId: tariff.id,
    tariffName: tariff.name,
    usedBeforeLitres: usedLitres,
    remainderFen: input.purchase.by === 'money' ? input.purchase.amountFen - priced.amountFen : 0,
  };
}
