// The account page: who, where, meters, cards, plan, and one timeline.
import type { Outputs } from '../../../shared/contract/index.ts';
import { tierYear } from '../../../shared/domain/business-date.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { limitsFor } from '../../../shared/domain/tariff.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { addressOf, maskPhone, timelineEntry } from '../views.ts';

const TIMELINE_ENTRIES = 200;

/** Returns everything about the account. Throws ACCOUNT_UNKNOWN. */
export function viewAccount({ ports }: UseCaseContext, input: { readonly accountId: string }): Outputs['accounts']['get'] {
  const { store } = ports;
  const account = store.account(input.accountId);
  const tariff = account === null ? null : store.tariff(account.tariffId);
  if (account === null || tariff === null) throw new Fault('ACCOUNT_UNKNOWN');
  const year = tierYear(branchOf(store).businessDate);
  const { accountId, accountNo, customerName, customerKind, phone, status, householdSize } = account;
  return {
    accountId,
    accountNo,
    customerName,
    customerKind,
    phoneMasked: maskPhone(phone),
    address: addressOf(account),
    status,
    householdSize,
    tariff: {
      id: tariff.id,
      name: tariff.name,
      limitsLitres: [...limitsFor(tariff, householdSize)],
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
