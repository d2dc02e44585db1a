// How a payment is spread over what is owed.
import { type LateFeePolicy, lateFee } from './late-fee.ts';
import { type Fen, fen } from './money.ts';

/** Something owed and not yet paid in full. */
export interface OpenReceivable {
  readonly receivableId: string;
  readonly accountId: string;
  readonly dueDate: string;
  /** What is left of the principal, fen. */
  readonly openFen: number;
  /** Whether the late fee policy applies to it. */
  readonly bearsLateFee: boolean;
}

/** What a payment settles of one receivable. A principal is always paid together with the late fee that it has caused. */
export interface Allocation {
  readonly receivableId: string;
  readonly accountId: string;
  readonly principalFen: Fen;
  /** The fee that belongs to the principal paid. */
  readonly lateFeeFen: Fen;
}

export interface AllocationResult {
  readonly allocations: readonly Allocation[];
  /** What is left when everything is paid. */
  readonly restFen: Fen;
}

/** Returns the fee for a part of a receivable's principal that is paid on the date. */
export function lateFeeOf(
  receivable: OpenReceivable,
  part: { readonly principalFen: number; readonly paidOn: string },
  policy: LateFeePolicy,
): Fen {
  return receivable.bearsLateFee ? lateFee(policy, { ...part, dueDate: receivable.dueDate }) : fen(0);
}

/** Returns what settling all of them on the date costs, fees included. */
export function dueFen(receivables: readonly OpenReceivable[], paidOn: string, policy: LateFeePolicy): Fen {
  return fen(receivables.reduce((sum, owed) => sum + owed.openFen + lateFeeOf(owed, { principalFen: owed.openFen, paidOn }, policy), 0));
}

/**
 * Spreads money over receivables in the order of their due dates, then of their ids; with `order: 'as-given'` in the order in which the clerk has
 * put them. Each takes the largest principal that the rest pays together with its late fee. The sums add up to `moneyFen` exactly.
 */
export function allocate(
  moneyFen: number,
  receivables: readonly OpenReceivable[],
  rules: { readonly paidOn: string; readonly policy: LateFeePolicy; readonly order?: 'oldest-first' | 'as-given' },
): AllocationResult {
  const { paidOn, policy, order = 'oldest-first' } = rules;
  const sorted = order === 'as-given' ? receivables : [...receivables].sort(byDueDate);
  const allocations: Allocation[] = [];
  let rest = moneyFen;
  for (const owed of sorted) {
    if (rest === 0) break;
    const feeOf = (principalFen: number) => lateFeeOf(owed, { principalFen, paidOn }, policy);
    let low = 0;
    let high = Math.min(owed.openFen, rest);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (middle + feeOf(middle) <= rest) low = middle;
      else high = middle - 1;
    }
    if (low === 0) continue;
    const lateFeeFen = feeOf(low);
    allocations.push({ receivableId: owed.receivableId, accountId: owed.accountId, principalFen: fen(low), lateFeeFen });
    rest -= low + lateFeeFen;
  }
  return { allocations, restFen: fen(rest) };
}

function byDueDate(left: OpenReceivable, right: OpenReceivable): number {
  if (left.dueDate !== right.dueDate) return left.dueDate < right.dueDate ? -1 : 1;
  return left.receivableId < right.receivableId ? -1 : 1;
}
