// Approvals: what a role may do alone, and what a supervisor's own sign-in lets through.
import type { Role } from '../../shared/contract/call.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { POLICIES, type Policy, policyOn, type RoleLimits } from '../../shared/domain/policy.ts';
import { branchOf, type UseCaseContext } from './actor.ts';
import type { ReadStore } from './ports/store.ts';

/** A second person who has signed in for exactly this act. */
export interface Approver {
  readonly staffNo: string;
  readonly role: Role;
}

const MANY_POLICIES = 1_000;

/** Returns the policy that holds today. */
export function policyNow(store: ReadStore): Policy {
  return policyOn(store.recordsInState(POLICIES, 'published', MANY_POLICIES), branchOf(store).businessDate);
}

function limitOf(policy: Policy, role: Role, limit: keyof RoleLimits): number {
  if (role === 'it') return 0;
  const limits = policy.limits[role];
  return limits[limit] ?? limits.refundFen;
}

/** What somebody wants to do: an amount within a limit of the role, and where `role` is named, that role or a higher one. */
export interface WantedApproval {
  readonly limit: keyof RoleLimits;
  readonly amount: number;
  readonly role?: Exclude<Role, 'it'>;
}

const RANK: Readonly<Record<Role, number>> = { it: 0, clerk: 1, supervisor: 2, manager: 3 };

function hasRank(role: Role, { role: lowest = 'clerk' }: WantedApproval): boolean {
  return RANK[role] >= RANK[lowest];
}

/** Whether the actor may do it without anybody else. */
export function isWithinOwnLimit({ ports, actor }: UseCaseContext, wanted: WantedApproval): boolean {
  return hasRank(actor.role, wanted) && wanted.amount <= limitOf(policyNow(ports.store), actor.role, wanted.limit);
}

/**
 * Returns who has approved the act: '' where the actor's own limit suffices. Throws SUPERVISOR_REQUIRED when somebody else is needed and nobody (or
 * the actor) has signed in, APPROVAL_LIMIT { limit } when it is more than that person may allow, or { role } when it takes a higher role.
 */
export function requireApproval(context: UseCaseContext, wanted: WantedApproval, approver: Approver | null): string {
  if (isWithinOwnLimit(context, wanted)) return '';
  const { actor, ports } = context;
  if (approver === null || approver.staffNo === actor.staffNo) throw new Fault('SUPERVISOR_REQUIRED', { amount: wanted.amount });
  if (!hasRank(approver.role, wanted)) throw new Fault('APPROVAL_LIMIT', { role: wanted.role ?? 'clerk' });
  const limit = limitOf(policyNow(ports.store), approver.role, wanted.limit);
  if (wanted.amount > limit) throw new Fault('APPROVAL_LIMIT', { limit, amount: wanted.amount });
  return approver.staffNo;
}

/** Returns who has approved an act that always takes two people. Throws SUPERVISOR_REQUIRED. */
export function requireSecondPerson({ actor }: UseCaseContext, approver: Approver | null): string {
  if (approver === null || approver.staffNo === actor.staffNo) throw new Fault('SUPERVISOR_REQUIRED');
  return approver.staffNo;
}
