// Approvals asked for from another screen: each for exactly one act, decided once, used once, over after ten minutes. They live as long as the process.
import { createHash } from 'node:crypto';
import type { Role } from '../../shared/contract/call.ts';
import { contract, type Outputs } from '../../shared/contract/index.ts';
import { canonicalJson } from '../../shared/domain/canonical.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { Approver } from './approval.ts';
import type { Clock } from './ports/runtime.ts';

/** How long a request waits, and how long a decision holds. */
export const APPROVAL_MS = 10 * 60_000;
const MOST_KEPT = 1_000;

/** One call with its input: what an approval is bound to. */
export interface Act {
  readonly path: readonly string[];
  readonly input: unknown;
}

export interface AskedApproval {
  readonly approvalId: string;
  readonly act: string;
  /** Hash of the call and its input without the approval. */
  readonly binding: string;
  readonly accountId: string;
  readonly amountFen: number | null;
  readonly litres: number | null;
  readonly reason: string;
  readonly askedBy: { readonly staffNo: string; readonly name: string; readonly role: Role };
  readonly askedAtMs: number;
  expiresAtMs: number;
  state: Outputs['approvals']['get']['state'];
  decidedBy: Approver | null;
  note: string;
}

interface InputSchema {
  safeParse(input: unknown):
    | { readonly success: true; readonly data: unknown }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      };
}

/**
 * Returns the input of an act as its call reads it, without an approval, and its hash. Throws CALL_UNKNOWN when there is no such call or it takes no
 * approval, INPUT_INVALID { field } when the input is not one of it.
 */
export function bindAct({ path, input }: Act): { readonly input: Readonly<Record<string, unknown>>; readonly binding: string } {
  const [area = '', name = ''] = path;
  const areas = contract as unknown as Readonly<
    Record<string, Readonly<Record<string, { readonly '~orpc': { readonly inputSchema?: unknown } }>>>
  >;
  const schema =
    Object.hasOwn(areas, area) && Object.hasOwn(areas[area] ?? {}, name) ? areas[area]?.[name]?.['~orpc'].inputSchema : undefined;
  const shape = (schema as { readonly shape?: Readonly<Record<string, unknown>> } | undefined)?.shape;
  if (shape === undefined || !Object.hasOwn(shape, 'approval')) throw new Fault('CALL_UNKNOWN', { call: path.join('.') });
  const { approval: _approval, ...rest } = input as Record<string, unknown>;
  const parsed = (schema as InputSchema).safeParse(rest);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Fault('INPUT_INVALID', {
      field: ['input', ...(issue?.path ?? [])].map(String).join('.'),
      reason: issue?.message ?? 'malformed',
    });
  }
  const bound = parsed.data as Readonly<Record<string, unknown>>;
  const binding = createHash('sha256')
    .update(canonicalJson([path.join('.'), bound]))
    .digest('hex');
  return { input: bound, binding };
}

/** Returns the approvals of one core. */
export function createAskedApprovals({ clock }: { readonly clock: Clock }) {
  const asked = new Map<string, AskedApproval>();

  function find(approvalId: string): AskedApproval | null {
    const found = asked.get(approvalId) ?? null;
    if (found !== null && (found.state === 'waiting' || found.state === 'approved') && found.expiresAtMs <= clock.nowMs())
      found.state = 'expired';
    return found;
  }
  function require(approvalId: string): AskedApproval {
    const found = find(approvalId);
    if (found === null) throw new Fault('APPROVAL_UNKNOWN');
    return found;
  }
  function move(approval: AskedApproval, from: 'waiting' | 'approved', to: AskedApproval['state']): void {
    if (approval.state !== from) throw new Fault('APPROVAL_REFUSED', { state: approval.state });
    approval.state = to;
  }

  return {
    require,
    /** Asks once per id; the same id again returns it as it stands. */
    ask(request: Omit<AskedApproval, 'askedAtMs' | 'expiresAtMs' | 'state' | 'decidedBy' | 'note'>): AskedApproval {
      const existing = find(request.approvalId);
      if (existing !== null) {
        if (existing.askedBy.staffNo !== request.askedBy.staffNo || existing.binding !== request.binding)
          throw new Fault('APPROVAL_UNKNOWN');
        return existing;
      }
      const askedAtMs = clock.nowMs();
      const approval: AskedApproval = {
        ...request,
        askedAtMs,
        expiresAtMs: askedAtMs + APPROVAL_MS,
        state: 'waiting',
        decidedBy: null,
        note: '',
      };
      asked.set(approval.approvalId, approval);
      const [oldest] = asked.keys();
      if (asked.size > MOST_KEPT && oldest !== undefined) asked.delete(oldest);
      return approval;
    },
    cancel(approval: AskedApproval): void {
      move(approval, approval.state === 'approved' ? 'approved' : 'waiting', 'cancelled');
    },
    waiting: (): readonly AskedApproval[] => [...asked.keys()].flatMap((id) => find(id) ?? []).filter(({ state }) => state === 'waiting'),
    /** Throws APPROVAL_REFUSED when it is decided already, SUPERVISOR_REQUIRED for the own request. */
    decide(approval: AskedApproval, by: Approver, decided: { readonly decision: 'approved' | 'denied'; readonly note: string }): void {
      if (approval.askedBy.staffNo === by.staffNo) throw new Fault('SUPERVISOR_REQUIRED');
      move(approval, 'waiting', decided.decision);
      approval.decidedBy = by;
      approval.note = decided.note;
      approval.expiresAtMs = clock.nowMs() + APPROVAL_MS;
    },
    /**
     * Takes the approval for the act, once. Returns null when it was used for this very act before: done already, the act is returned as it stands by its
     * own id; otherwise it must be asked again. Throws APPROVAL_UNKNOWN, APPROVAL_REFUSED { state } also for another person or another act.
     */
    use(approvalId: string, by: string, act: Act): Approver | null {
      const approval = require(approvalId);
      if (approval.askedBy.staffNo !== by) throw new Fault('APPROVAL_UNKNOWN');
      if (bindAct(act).binding !== approval.binding) throw new Fault('APPROVAL_REFUSED', { state: 'other-act' });
      if (approval.state === 'used') return null;
      move(approval, 'approved', 'used');
      return approval.decidedBy;
    },
  };
}

export type AskedApprovals = ReturnType<typeof createAskedApprovals>;
