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
  return role === 'it' ? 0 : policy.limits[role][limit];
}

/** Whether the actor may do it without anybody else. */
export function isWithinOwnLimit(context: UseCaseContext, wanted: { readonly limit: keyof RoleLimits; readonly amount: number }): boolean {
  return wanted.amount <= limitOf(policyNow(context.ports.store), context.actor.role, wanted.limit);
}

/**
 * Returns who has approved the act: '' where the actor's own limit suffices. Throws SUPERVISOR_REQUIRED when somebody else is needed and nobody (or
 * the actor) has signed in, APPROVAL_LIMIT { limit } when it is more than that person may allow.
 */
export function requireApproval(
  context: UseCaseContext,
  wanted: { readonly limit: keyof RoleLimits; readonly amount: number },
  approver: Approver | null,
): string {
  if (isWithinOwnLimit(context, wanted)) return '';
  const { actor, ports } = context;
  if (approver === null || approver.staffNo === actor.staffNo) throw new Fault('SUPERVISOR_REQUIRED', { amount: wanted.amount });
  const limit = limitOf(policyNow(ports.store), approver.role, wanted.limit);
  if (wanted.amount > limit) throw new Fault('APPROVAL_LIMIT', { limit, amount: wanted.amount });
  return approver.staffNo;
}

/** Returns who has approved an act that always takes two people. Throws SUPERVISOR_REQUIRED. */
export function requireSecondPerson({ actor }: UseCaseContext, approver: Approver | null): string {
  if (approver === null || approver.staffNo === actor.staffNo) throw new Fault('SUPERVISOR_REQUIRED');
  return approver.staffNo;
}
