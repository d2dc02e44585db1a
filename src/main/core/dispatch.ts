// The dispatcher: every call of the contract, guarded once, handed to its use case.
import { implement, ORPCError } from '@orpc/server';
import type { StandardHandlerOptions } from '@orpc/server/standard';
import type { CallMeta, Role } from '../../shared/contract/call.ts';
import { contract } from '../../shared/contract/index.ts';
import { asFault, Fault, type FaultContext, isFaultCode } from '../../shared/domain/fault.ts';
import type { UseCaseContext } from './actor.ts';
import { branchOf } from './actor.ts';
import type { Approver } from './approval.ts';
import { tellCustomer } from './customer-side.ts';
import { streamEvents } from './event-stream.ts';
import type { Ports } from './ports/index.ts';
import { requireDone } from './reader.ts';
import { createSessions, type Session } from './sessions.ts';
import { requireSetup } from './technician.ts';
import { bindDevice } from './usecases/bind-device.ts';
import {
  listFees,
  listPayments,
  raiseFee,
  refundCredit,
  returnDeposit,
  takeDeposit,
  viewCharges,
  waiveReceivable,
} from './usecases/charge-account.ts';
import { deliverTopup } from './usecases/deliver-topup.ts';
import { discoverDevices } from './usecases/discover-devices.ts';
import { listOpenTopups } from './usecases/list-open-topups.ts';
import { makeSupportBundle } from './usecases/make-support-bundle.ts';
import { openShift } from './usecases/open-shift.ts';
import { payTopup } from './usecases/pay-topup.ts';
import { checkReceipt, confirmReceipt, printReceipt, reprintReceipt, requireReceipt } from './usecases/print-receipt.ts';
import { quoteTopup } from './usecases/quote-topup.ts';
import { readCard } from './usecases/read-card.ts';
import { refundTopup } from './usecases/refund-topup.ts';
import { searchAccounts } from './usecases/search-accounts.ts';
import { quotePayment, reversePayment, takePayment } from './usecases/take-payment.ts';
import { testDevice } from './usecases/test-device.ts';
import { traceDevice } from './usecases/trace-device.ts';
import { viewAccount } from './usecases/view-account.ts';
import { shiftView, topupView } from './views.ts';

/** One window, browser tab or script; made by the host, which has already proved that it may talk to us. */
export interface SenderContext {
  readonly kind: 'window' | 'browser' | 'script';
  /** An object of its own: the call layer copies the context for every call, but not what it points to. */
  readonly sender: { sessionId: string | null };
}

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
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/** Names the first field that is wrong, in dotted form. */
function inputFault(error: ORPCError<string, unknown>): Fault {
  const issue = (error.data as { readonly issues?: readonly Issue[] } | undefined)?.issues?.[0];
  const field = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return new Fault('INPUT_INVALID', { field, reason: issue?.message ?? 'malformed' });
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

/** Returns the router with everything behind it. `connect` is called once per sender; its session ends with sign-out or time. */
export function createDispatcher(ports: Ports) {
  const sessions = createSessions(ports);
  const base = implement(contract).$context<SenderContext>();

  function actorOf(context: SenderContext, meta: CallMeta): UseCaseContext | null {
    if (meta.access === 'anyone') return null;
    if (context.sender.sessionId === null) throw new Fault('SESSION_REQUIRED');
    const { staff } = sessions.use(context.sender.sessionId);
    if (!meta.access.includes(staff.role)) throw new Fault('ROLE_DENIED', { role: staff.role });
    const shiftId = meta.needsShift ? (ports.store.openShiftOf(staff.staffNo)?.shiftId ?? null) : '';
    if (shiftId === null) throw new Fault('SHIFT_REQUIRED');
    return { ports, actor: { staffNo: staff.staffNo, name: staff.name, role: staff.role, shiftId } };
  }

  const guarded = base.use(async ({ context, procedure, next }) => {
    try {
      const acting = actorOf(context, procedure['~orpc'].meta as CallMeta);
      return await next({ context: { acting } });
    } catch (error) {
      throw toWire(error);
    }
  });

  /** The guard has proved that somebody is signed in wherever the contract asks for it. */
  const who = (context: { readonly acting: UseCaseContext | null }): UseCaseContext => {
    if (context.acting === null) throw new Fault('SESSION_REQUIRED');
    return context.acting;
  };

  const sessionView = ({ sessionId, staff, expiresAtMs }: Session) => ({
    sessionId,
    staff: { staffNo: staff.staffNo, name: staff.name, role: staff.role },
    expiresAtMs,
  });

  const approverOf = async (approval: { readonly staffNo: string; readonly password: string } | undefined): Promise<Approver | null> => {
    if (approval === undefined) return null;
    const staff = await sessions.authenticate(approval);
    if (!SUPERVISING.includes(staff.role)) throw new Fault('ROLE_DENIED', { role: staff.role });
    return { staffNo: staff.staffNo, role: staff.role };
  };

  const hall = () => {
    if (ports.hall === null) throw new Fault('HALL_UNAVAILABLE');
    return ports.hall;
  };

  const router = guarded.router({
    system: {
      info: guarded.system.info.handler(() => {
        const branch = branchOf(ports.store);
        return {
          product: 'countertop' as const,
          version: ports.version,
          host: ports.host,
          branchNo: branch.branchNo,
          branchName: branch.name,
          counterId: ports.store.counterId(),
          businessDate: branch.businessDate,
          demo: ports.hall !== null,
          demoStaff: [...ports.demoStaff],
        };
      }),
    },
    session: {
      signIn: guarded.session.signIn.handler(async ({ input, context }) => {
        const session = sessions.open(await sessions.authenticate(input));
        if (context.sender.sessionId !== null) sessions.close(context.sender.sessionId);
        context.sender.sessionId = session.sessionId;
        return sessionView(session);
      }),
      resume: guarded.session.resume.handler(({ input, context }) => {
        const session = sessions.use(input.sessionId);
        context.sender.sessionId = session.sessionId;
        return sessionView(session);
      }),
      signOut: guarded.session.signOut.handler(({ context }) => {
        if (context.sender.sessionId !== null) sessions.close(context.sender.sessionId);
        context.sender.sessionId = null;
        return {};
      }),
    },
    shift: {
      current: guarded.shift.current.handler(({ context }) => {
        const shift = ports.store.openShiftOf(who(context).actor.staffNo);
        return shift === null ? null : shiftView(ports.store, shift);
      }),
      open: guarded.shift.open.handler(({ input, context }) => openShift(who(context), input)),
    },
    accounts: {
      search: guarded.accounts.search.handler(({ input, context }) => searchAccounts(who(context), input)),
      get: guarded.accounts.get.handler(({ input, context }) => viewAccount(who(context), input)),
    },
    cards: {
      read: guarded.cards.read.handler(({ input, context }) => readCard(who(context), input)),
    },
    topups: {
      show: guarded.topups.show.handler(({ input }) => {
        tellCustomer(ports, input.due === null ? { news: 'nothing' } : { news: 'due', ...input.due });
        return {};
      }),
      quote: guarded.topups.quote.handler(({ input, context }) => quoteTopup(who(context), input)),
      pay: guarded.topups.pay.handler(({ input, context }) => payTopup(who(context), input)),
      deliver: guarded.topups.deliver.handler(async ({ input, context }) =>
        deliverTopup(who(context), {
          topupId: input.topupId,
          slot: input.slot,
          lastAttemptApprovedBy: (await approverOf(input.approval))?.staffNo ?? null,
        }),
      ),
      refund: guarded.topups.refund.handler(({ input, context }) => refundTopup(who(context), input)),
      get: guarded.topups.get.handler(({ input }) => {
        const topup = ports.store.topup(input.topupId);
        if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId: input.topupId });
        return topupView(ports.store, topup);
      }),
      open: guarded.topups.open.handler(({ context }) => listOpenTopups(who(context))),
    },
    charging: {
      open: guarded.charging.open.handler(({ input, context }) => viewCharges(who(context), input)),
      quote: guarded.charging.quote.handler(({ input, context }) => quotePayment(who(context), input)),
      pay: guarded.charging.pay.handler(async ({ input, context }) => takePayment(who(context), input, await approverOf(input.approval))),
      reversePayment: guarded.charging.reversePayment.handler(async ({ input, context }) =>
        reversePayment(who(context), input, await approverOf(input.approval)),
      ),
      payments: guarded.charging.payments.handler(({ input, context }) => listPayments(who(context), input)),
      fees: guarded.charging.fees.handler(({ context }) => listFees(who(context))),
      raiseFee: guarded.charging.raiseFee.handler(({ input, context }) => raiseFee(who(context), input)),
      waive: guarded.charging.waive.handler(async ({ input, context }) =>
        waiveReceivable(who(context), input, await approverOf(input.approval)),
      ),
      takeDeposit: guarded.charging.takeDeposit.handler(({ input, context }) => takeDeposit(who(context), input)),
      returnDeposit: guarded.charging.returnDeposit.handler(async ({ input, context }) =>
        returnDeposit(who(context), input, await approverOf(input.approval)),
      ),
      refundCredit: guarded.charging.refundCredit.handler(async ({ input, context }) =>
        refundCredit(who(context), input, await approverOf(input.approval)),
      ),
    },
    receipts: {
      preview: guarded.receipts.preview.handler(({ input, context }) => {
        const receipt = requireReceipt(who(context), input.receiptId);
        return { receiptNo: receipt.receiptNo, svg: ports.receipts.svg(receipt.markup, ports.devices.printerColumns()) };
      }),
      print: guarded.receipts.print.handler(({ input, context }) => printReceipt(who(context), input)),
      check: guarded.receipts.check.handler(({ input, context }) => checkReceipt(who(context), input)),
      confirm: guarded.receipts.confirm.handler(({ input, context }) => confirmReceipt(who(context), input)),
      reprint: guarded.receipts.reprint.handler(({ input, context }) => reprintReceipt(who(context), input)),
    },
    devices: {
      list: guarded.devices.list.handler(() => ports.devices.states().map((state) => ({ ...state, cards: [...state.cards] }))),
      reconnect: guarded.devices.reconnect.handler(async ({ input }) => {
        const state = requireDone(await ports.devices.reconnect(input.slot));
        return { ...state, cards: [...state.cards] };
      }),
      discover: guarded.devices.discover.handler(({ context }) => discoverDevices(who(context))),
      drivers: guarded.devices.drivers.handler(() => {
        const { drivers, broken } = requireSetup(ports).drivers();
        return { drivers: [...drivers], broken: [...broken] };
      }),
      test: guarded.devices.test.handler(({ input, context }) => testDevice(who(context), input)),
      trace: guarded.devices.trace.handler(({ input, context }) => traceDevice(who(context), input)),
      assign: guarded.devices.assign.handler(({ input, context }) => bindDevice(who(context), input)),
      supportBundle: guarded.devices.supportBundle.handler(({ context }) => makeSupportBundle(who(context))),
    },
    sync: { state: guarded.sync.state.handler(() => ports.sync.state()) },
    hall: {
      state: guarded.hall.state.handler(() => hall().state()),
      act: guarded.hall.act.handler(async ({ input }) => {
        const state = await hall().act(input);
        ports.events.publish({ type: 'changed', area: 'hall', accountId: '' });
        return state;
      }),
    },
    events: { stream: guarded.events.stream.handler(({ signal }) => streamEvents(ports.events, signal)) },
  });

  return {
    router,
    /** Returns the context of a new sender; pass the same object with every call of that sender. */
    connect: (kind: SenderContext['kind']): SenderContext => ({ kind, sender: { sessionId: null } }),
    /** The sender is gone. Its session lives on until it expires, so that a reloaded window can resume it. */
    disconnect: (context: SenderContext): void => {
      context.sender.sessionId = null;
    },
  };
}

export type Dispatcher = ReturnType<typeof createDispatcher>;
