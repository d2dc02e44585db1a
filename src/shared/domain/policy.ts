// What the company decides and the counters obey: fee catalogue, late fee, limits per role. Published like a price.
import type { CardLayout, LoadedSale } from './card-layout.ts';
import type { LateFeePolicy } from './late-fee.ts';
import { type RecordTables, recordArea } from './records.ts';
import type { ShiftPolicy } from './shift-policy.ts';

export interface FeeItem {
  readonly code: string;
  readonly name: string;
  readonly amountFen: number;
  readonly vatPermille: number;
  /** Lowest role that may let it off; null where nobody at a counter may. */
  readonly waiver: 'clerk' | 'supervisor' | 'manager' | null;
}

export interface RoleLimits {
  /** Highest amount that the role may do without an approval, fen. */
  readonly reversalFen: number;
  readonly waiverFen: number;
  readonly refundFen: number;
  readonly correctionLitres: number;
  /** Cash put into the drawer or taken out of it beside sales; as `refundFen` where they are left out. */
  readonly payInFen?: number;
  readonly payOutFen?: number;
}

export interface Policy {
  readonly fees: readonly FeeItem[];
  readonly lateFee: LateFeePolicy;
  readonly limits: { readonly clerk: RoleLimits; readonly supervisor: RoleLimits; readonly manager: RoleLimits };
  /** Days for a service request, by kind; `default` where none is named. */
  readonly requestDays: Readonly<Record<string, number>>;
  /** Days from a bill that is made at the counter to its due date; 15 where it is left out. */
  readonly billDueDays?: number;
  /** How far print on invoice forms is moved right and down; not at all where it is left out. Read from the calibration grid. */
  readonly formOffset?: { readonly xTenthMm: number; readonly yTenthMm: number };
  /** By card layout: what a sale does while the card still holds a purchase that the meter has not taken. Where a layout is not named, as it says itself. */
  readonly sellWhileLoaded?: Readonly<Record<string, LoadedSale>>;
  /** About drawers; what is left out is as DEFAULT_SHIFT_POLICY has it. */
  readonly shift?: Partial<ShiftPolicy>;
  /** Signatures that a day close takes; 2 where it is left out. */
  readonly closeSignatures?: 1 | 2;
}

/** Records of policies. */
export const POLICIES = recordArea<PolicyRow>('policy');

export interface PolicyRow {
  readonly policyId: string;
  readonly effectiveFrom: string;
  readonly policy: Policy;
}

export interface PolicyPayloads {
  'policy.published': PolicyRow;
}
export type PolicyKind = keyof PolicyPayloads;

export const POLICY_KINDS = ['policy.published'] as const satisfies readonly PolicyKind[];

const NOTHING: RoleLimits = { reversalFen: 0, waiverFen: 0, refundFen: 0, correctionLitres: 0 };

/** What holds until a policy is published: no fees, no late fee, everything needs a manager. */
export const STRICTEST_POLICY: Policy = {
  fees: [],
  lateFee: { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: false, capPermille: 0 },
  limits: { clerk: NOTHING, supervisor: NOTHING, manager: NOTHING },
  requestDays: { default: 5 },
};

/** A published policy with what its fold needs. */
export interface PolicyOperation {
  readonly kind: PolicyKind;
  readonly payload: PolicyPayloads[PolicyKind];
}

/** Whether a kind of operation belongs here. */
export function isPolicy<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: PolicyKind } {
  return (POLICY_KINDS as readonly string[]).includes(operation.kind);
}

/** Applies one fact. */
export function foldPolicy({ payload }: PolicyOperation, tables: RecordTables): void {
  tables.putRecord(POLICIES, { recordId: payload.policyId, accountId: '', state: 'published' }, payload);
}

/** Returns the policy that holds on the date: the latest that has begun, or the strictest while none has. */
export function policyOn(published: readonly PolicyRow[], date: string): Policy {
  let found: PolicyRow | null = null;
  for (const row of published) if (row.effectiveFrom <= date && (found === null || row.effectiveFrom >= found.effectiveFrom)) found = row;
  return found?.policy ?? STRICTEST_POLICY;
}

/** Returns what a sale does on a loaded card of the layout: as the policy says, where the layout has that way, else as the layout does. */
export function loadedSaleOf(layout: Pick<CardLayout, 'id' | 'sellWhileLoaded'>, policy: Pick<Policy, 'sellWhileLoaded'>): LoadedSale {
  const able = layout.sellWhileLoaded;
  if (able === undefined) return 'refuse';
  const wanted = policy.sellWhileLoaded?.[layout.id] ?? able.byDefault;
  return able.ways.includes(wanted) ? wanted : 'refuse';
}
