// The last purchase on an account's card, and what the ledger alone says against taking it back.
import { Fault } from '../../shared/domain/fault.ts';
import { type TopupRow, tierPeriodOf } from '../../shared/domain/fold.ts';
import { requireAccount } from './charges.ts';
import { standingInvoice } from './invoices.ts';
import type { ReadStore } from './ports/store.ts';

const LOOK_BACK = 200;

/** Returns the purchase that stands on the card last; null where something else does. */
export function lastTopupOf(
  store: ReadStore,
  card: { readonly accountId: string; readonly cardNo: string; readonly sequence: number },
): TopupRow | null {
  for (const operation of store.operationsOf(card.accountId, LOOK_BACK)) {
    if (operation.kind !== 'topup.intended' || operation.payload.cardNo !== card.cardNo) continue;
    const topup = store.topup(operation.payload.topupId);
    if (topup === null || (topup.state !== 'verified' && topup.state !== 'receipted')) continue;
    return topup.intent?.sequence === card.sequence ? topup : null;
  }
  return null;
}

/** Whether an installed meter of the account is known to have loaded the purchase of that number. */
function isLoaded(store: ReadStore, { accountId, sequence }: { readonly accountId: string; readonly sequence: number }): boolean {
  return store.metersOf(accountId).some(({ loadedSequence, place }) => place === 'installed' && loadedSequence >= sequence);
}

/** What forbids giving the money of a delivered purchase back, whatever the card says; null where nothing does. */
export function returnRefusal(store: ReadStore, { accountId, topupId, payment, intent }: TopupRow): Fault | null {
  if (intent !== null && isLoaded(store, { accountId, sequence: intent.sequence })) return new Fault('REVERSAL_TAKEN');
  const invoice = standingInvoice(store, topupId);
  if (invoice !== null) return new Fault('INVOICE_STANDS', { number: invoice.number });
  // The money would go to one who has not paid it.
  const { holder } = requireAccount(store, accountId);
  return tierPeriodOf(payment.purchase).holder === holder ? null : new Fault('REVERSAL_OTHER_HOLDER');
}
