// What the company decides about drawers: categories of cash beside sales, second persons, how often is counted, what forbids a close.
import type { MovementAccount, PendingKind } from './shifts.ts';

/** What cash is put into a drawer or taken out of it for. Data of the company, in its own words. */
export interface MovementCategory {
  readonly code: string;
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly against: MovementAccount;
}

export interface ShiftPolicy {
  readonly categories: readonly MovementCategory[];
  /** Whether a drop into the safe takes a second person. */
  readonly dropNeedsWitness: boolean;
  /** Lowest role that may open the drawer without any business; anybody may for change. */
  readonly noSaleRole: 'clerk' | 'supervisor' | 'manager';
  /** How often a shift may be counted again after its first count. */
  readonly recounts: number;
  /** From this difference on, over or short, a supervisor signs the close, fen; 0 for every difference. */
  readonly signedFromFen: number;
  /** What keeps a shift from being closed while it is there. */
  readonly closeForbids: readonly PendingKind[];
  /** Drawers of one counter: shifts that may be open there at a time. */
  readonly drawersPerCounter: number;
}

/** What holds where the company has not said anything. */
export const DEFAULT_SHIFT_POLICY: ShiftPolicy = {
  categories: [
    { code: 'change', name: '领取零钱', direction: 'in', against: 'safe' },
    { code: 'other-in', name: '其他收入', direction: 'in', against: 'petty-cash' },
    { code: 'exchange', name: '兑换零钱', direction: 'out', against: 'safe' },
    { code: 'expense', name: '零星支出', direction: 'out', against: 'petty-cash' },
  ],
  dropNeedsWitness: true,
  noSaleRole: 'supervisor',
  recounts: 1,
  signedFromFen: 0,
  closeForbids: ['approval'],
  drawersPerCounter: 1,
};
