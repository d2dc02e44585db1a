// The account page: who, where, meters, cards, plan, and one timeline.
import type { Outputs } from '../../../shared/contract/index.ts';
import { tierYear } from '../../../shared/domain/business-date.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { householdOn, tariffOn, yearLimits } from '../../../shared/domain/gas-bill.ts';
import { supplyOf } from '../../../shared/domain/supply.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { addressOf, maskPhone, timelineEntry } from '../views.ts';

const TIMELINE_ENTRIES = 200;

/** Returns everything about the account. Throws ACCOUNT_UNKNOWN, TARIFF_MISSING. */
export function viewAccount({ ports }: UseCaseContext, input: { readonly accountId: string }): Outputs['accounts']['get'] {
  const { store } = ports;
  const account = store.account(input.accountId);
  if (account === null) throw new Fault('ACCOUNT_UNKNOWN');
  const { businessDate } = branchOf(store);
  const tariff = tariffOn(store.tariffVersions(account.tariffId), businessDate);
  const year = tierYear(businessDate);
  const supply = supplyOf(account);
  const { accountId, accountNo, customerName, customerKind, phone, status } = account;
  return {
    accountId,
    accountNo,
    customerName,
    customerKind,
    phoneMasked: maskPhone(phone),
    address: addressOf(account),
    status,
    householdSize: householdOn(supply, businessDate),
    tariff: {
      id: tariff.id,
      name: tariff.name,
      limitsLitres: [...yearLimits(tariff, year, supply)],
      pricesFenPerM3: [...tariff.pricesFenPerM3],
    },
    tierYear: year,
    tierUsedLitres: store.tierUse(accountId, year),
    undeliveredFen: -store.balance('undelivered-purchase', accountId),
    meters: store.metersOf(accountId).map(({ accountId: _, place: __, detail: ___, ...meter }) => meter),
    cards: store.cardsOf(accountId).map(({ accountId: _, ...card }) => card),
    timeline: store.operationsOf(accountId, TIMELINE_ENTRIES).map(timelineEntry),
  };
}
