// What a request gives back when it is completed: worked out with the card before anybody is told a sum.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { Tender } from '../../../shared/domain/tender.ts';
import type { UseCaseContext } from '../actor.ts';
import { balancesView } from '../charges.ts';
import type { ReadStore } from '../ports/store.ts';
import { requireRequest, sceneOfRequest } from '../requests/scene.ts';
import { REQUEST_DEFINITIONS } from '../requests/table.ts';
import { lookAtCard } from './move-request.ts';

type Refund = Outputs['requests']['refund'];

const LOOK_BACK = 200;

/** How the customer paid last by a terminal: a refund goes back to where the money came from where it can. */
function lastPaidBy(store: ReadStore, accountId: string): Refund['paidBy'] {
  for (const operation of store.operationsOf(accountId, LOOK_BACK)) {
    const { kind } = operation;
    if (kind !== 'topup.paid' && kind !== 'payment.taken' && kind !== 'deposit.taken') continue;
    const tender = operation.payload.tenders.find((one): one is Tender & { kind: 'bank-card' | 'wallet' } => one.kind !== 'cash');
    if (tender !== undefined) return { kind: tender.kind, reference: tender.reference };
  }
  return null;
}

/** Returns the sums and the ways they can take; changes nothing. Throws REQUEST_UNKNOWN, TARIFF_MISSING and the faults of reading the card. */
export async function previewRefund(
  context: UseCaseContext,
  input: { readonly requestId: string; readonly slot: number },
): Promise<Refund> {
  const { store } = context.ports;
  const cardFound = await lookAtCard(context, input);
  const request = requireRequest(store, input.requestId);
  const scene = sceneOfRequest(store, request, cardFound);
  const totalFen = REQUEST_DEFINITIONS[request.requestKind].refundFen(scene);
  const { depositFen, creditFen } = totalFen === 0 ? { depositFen: 0, creditFen: 0 } : balancesView(store, request.accountId);
  const shift = store.openShiftOf(context.actor.staffNo);
  const { bank } = scene.account.detail;
  return {
    totalFen,
    depositFen,
    creditFen,
    volumeFen: totalFen - depositFen - creditFen,
    cardLitres: cardFound?.unusedLitres ?? 0,
    isInDrawer: shift !== null && totalFen <= store.balance('cash-drawer', shift.shiftId),
    paidBy: lastPaidBy(store, request.accountId),
    bank: bank === null ? null : { bankName: bank.bankName, holder: bank.holder, masked: bank.masked },
  };
}
