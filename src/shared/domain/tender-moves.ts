// What operations take and give over the counter, by tender: what a shift's drawer and slips must come to.
import type { ChargingPayloads } from './charging.ts';
import type { NewOperation, OperationKind, OperationPayloads } from './operation.ts';
import { SLIP_TENDERS, type SlipCount } from './shifts.ts';
import type { Tender } from './tender.ts';

/** Kinds of operations that take money over the counter or give it back: they belong to an open shift, and to no other. */
export const TENDER_MOVING = [
  'topup.paid',
  'topup.refunded',
  'topup.reversed',
  'payment.taken',
  'payment.reversed',
  'deposit.taken',
  'deposit.returned',
  'credit.refunded',
] as const satisfies readonly OperationKind[];
export type TenderMovingKind = (typeof TENDER_MOVING)[number];

/** Whether a kind of operation takes or gives tenders. */
export function movesTenders(kind: OperationKind): kind is TenderMovingKind {
  return (TENDER_MOVING as readonly string[]).includes(kind);
}

/** Tenders that were taken (`sign` 1) or given back (−1). */
export interface TenderMove {
  readonly sign: 1 | -1;
  readonly tenders: readonly Tender[];
}

/** What of an operation tells its tenders. */
type TenderFact = { [K in OperationKind]: { readonly kind: K; readonly payload: OperationPayloads[K] } }[OperationKind];

/**
 * Returns what an operation took or gave over the counter; null for one that did neither. `paid` gives a top-up's payment, which its refund gives
 * back whole.
 */
export function tenderMoveOf(
  operation: TenderFact | NewOperation,
  paid: (topupId: string) => Pick<OperationPayloads['topup.paid'], 'tenders'>,
): TenderMove | null {
  switch (operation.kind) {
    case 'topup.paid':
    case 'payment.taken':
    case 'deposit.taken':
      return { sign: 1, tenders: operation.payload.tenders };
    case 'deposit.returned':
    case 'credit.refunded':
      return { sign: -1, tenders: (operation.payload as ChargingPayloads['credit.refunded']).tenders };
    case 'topup.refunded':
      return { sign: -1, tenders: paid(operation.payload.topupId).tenders };
    case 'topup.reversed':
    case 'payment.reversed':
      return { sign: -1, tenders: operation.payload.refunds };
    default:
      return null;
  }
}

/** Returns the slips of all moves by tender, in the order of SLIP_TENDERS. */
export function slipsOf(moves: readonly TenderMove[]): readonly SlipCount[] {
  return SLIP_TENDERS.map((kind) => {
    let count = 0;
    let amountFen = 0;
    for (const { sign, tenders } of moves) {
      for (const tender of tenders) {
        if (tender.kind !== kind) continue;
        count += 1;
        amountFen += sign * tender.amountFen;
      }
    }
    return { kind, count, amountFen };
  });
}
