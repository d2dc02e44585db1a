// The guard in front of every call: who is it, may they, and how what goes wrong crosses the wire.
import { AsyncLocalStorage } from 'node:async_hooks';
import { implement, ORPCError } from '@orpc/server';
import type { StandardHandlerOptions } from '@orpc/server/standard';
import type { CallMeta, Role } from '../../shared/contract/call.ts';
import { contract } from '../../shared/contract/index.ts';
import { FIELD_REASONS, type FieldReason } from '../../shared/contract/people.ts';
import type { Approval } from '../../shared/contract/topups.ts';
import { asFault, Fault, type FaultContext, isFaultCode } from '../../shared/domain/fault.ts';
import { requireOwnShift, type UseCaseContext } from './actor.ts';
import type { Approver } from './approval.ts';
import { type Act, createAskedApprovals } from './asked-approvals.ts';
import type { Ports } from './ports/index.ts';
import { createSessions } from './sessions.ts';

/** One window, browser tab or script; made by the host, which has already proved that it may talk to us. */
export interface SenderContext {
  readonly kind: 'window' | 'browser' | 'script';
  /** An object of its own: the call layer copies the context for every call, but not what it points to. */
  readonly sender: { sessionId: string | null };
}

/** The call under way, as approvals need it: who makes it and what it is. */
interface CallUnderWay extends Act {
  readonly staffNo: string;
}

/** Areas that need no books: what a person sees and does while a new counter loads them. */
const WITHOUT_BOOKS: ReadonlySet<string> = new Set(['system', 'session', 'sync', 'devices', 'events', 'hall']);

const SUPERVISING: readonly Role[] = ['supervisor', 'manager'];

/** The fault as it crosses the wire: a typed oRPC error whose data is the context. */
function toWire(error: unknown): ORPCError<string, FaultContext> {
  if (error instanceof ORPCError) {
    if (isFaultCode(error.code)) return error;
    if (error.code === 'BAD_REQUEST') return wireError(inputFault(error));
  }
  const fault = asFault(error);
  // The caller learns that something broke; the particulars stay in this process's log.
  if (fault.code === 'INTERNAL') console.error('call failed', fault.cause ?? fault);
  return wireError(fault);
}

function wireError(fault: Fault): ORPCError<string, FaultContext> {
  return new ORPCError(fault.code, { message: fault.code, data: fault.context });
}

interface Issue {
  readonly message: string;
  readonly code?: string;
  /** What was too small or too big. */
  readonly origin?: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  /** Fields that the schema does not know; the path is that of the object they stand in. */
  readonly keys?: readonly string[];
}

/** Names the first field that is wrong, in dotted form. */
function inputFault(error: ORPCError<string, unknown>): Fault {
  const issue = (error.data as { readonly issues?: readonly Issue[] } | undefined)?.issues?.[0];
  const path = [...(issue?.path ?? []), ...(issue?.keys ?? []).slice(0, 1)];
  const field = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return new Fault('INPUT_INVALID', { field, reason: issue === undefined ? 'form' : reasonOf(issue) });
}

/** Returns why the field is refused as a word that every screen has a sentence for. */
function reasonOf({ message, code, origin }: Issue): FieldReason {
  const own = FIELD_REASONS.find((reason) => reason === message);
  if (own !== undefined) return own;
  const isText = origin === 'string' || origin === 'array';
  if (code === 'too_small') return isText ? 'empty' : 'range';
  if (code === 'too_big') return isText ? 'long' : 'range';
  return code === 'invalid_type' && message.endsWith('received undefined') ? 'empty' : 'form';
}

/** What the hosts pass to their RPC handler, so that calls which never reach a procedure end in a fault code too. */
export const handlerOptions: Pick<StandardHandlerOptions<SenderContext>, 'rootInterceptors'> = {
  rootInterceptors: [
    async (options) => {
      const result = await options.next();
      if (result.matched) return result;
      const error = wireError(new Fault('CALL_UNKNOWN', { call: options.request.url.pathname.slice(0, 80) }));
      return { matched: true, response: { status: 404, headers: {}, body: { json: error.toJSON() } } };
    },
  ],
};

/** Returns what every area of calls is built with. */
export function createGuard(ports: Ports) {
  const sessions = createSessions(ports);
  const approvals = createAskedApprovals(ports);
  const senders = new Set<SenderContext>();
  const underWay = new AsyncLocalStorage<CallUnderWay>();
  const base = implement(contract).$context<SenderContext>();

  function actorOf(context: SenderContext, meta: CallMeta): UseCaseContext | null {
    if (meta.access === 'anyone') return null;
    if (context.sender.sessionId === null) throw new Fault('SESSION_REQUIRED');
    const { staff } = sessions.use(context.sender.sessionId);
    if (!meta.access.includes(staff.role)) throw new Fault('ROLE_DENIED', { role: staff.role });
    const shiftId = meta.needsShift ? requireOwnShift(ports.store, staff.staffNo).shiftId : '';
    return { ports, actor: { staffNo: staff.staffNo, name: staff.name, role: staff.role, shiftId } };
  }

  const guarded = base.use(async ({ context, procedure, path, next }, input) => {
    try {
      if (!WITHOUT_BOOKS.has(path[0] ?? '') && ports.store.isLoading()) throw new Fault('FIRST_LOAD_DUE');
      const acting = actorOf(context, procedure['~orpc'].meta as CallMeta);
      return await underWay.run({ path, input, staffNo: acting?.actor.staffNo ?? '' }, () => next({ context: { acting } }));
    } catch (error) {
      throw toWire(error);
    }
  });

  /** The guard has proved that somebody is signed in wherever the contract asks for it. */
  const who = (context: { readonly acting: UseCaseContext | null }): UseCaseContext => {
    if (context.acting === null) throw new Fault('SESSION_REQUIRED');
    return context.acting;
  };

  const approverOf = async (approval: Approval | undefined): Promise<Approver | null> => {
    if (approval === undefined) return null;
    if ('approvalId' in approval) {
      const call = underWay.getStore();
      if (call === undefined) throw new Fault('APPROVAL_UNKNOWN');
      return approvals.use(approval.approvalId, call.staffNo, call);
    }
    const staff = await sessions.authenticate(approval);
    if (!SUPERVISING.includes(staff.role)) throw new Fault('ROLE_DENIED', { role: staff.role });
    return { staffNo: staff.staffNo, role: staff.role };
  };

  /** Throws SIGNED_IN_ELSEWHERE while the person stands with an open shift at another window that is there. Scripts are not windows. */
  const requireOneWindow = (staffNo: string, at: Pick<SenderContext, 'kind' | 'sender'>): void => {
    if (at.kind === 'script' || ports.store.openShiftOf(staffNo) === null) return;
    for (const { kind, sender } of senders) {
      if (sender === at.sender || kind === 'script' || sender.sessionId === null) continue;
      if (sessions.staffOf(sender.sessionId) === staffNo) throw new Fault('SIGNED_IN_ELSEWHERE');
    }
  };

  return { ports, sessions, approvals, guarded, who, approverOf, senders, requireOneWindow };
}

/** What every area of calls is built with: `guarded` implements its calls, `who` gives the person behind one, `approverOf` a second person. */
export type Guard = ReturnType<typeof createGuard>;
