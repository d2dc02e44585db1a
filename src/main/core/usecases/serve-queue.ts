// The queue at this counter: who is called, who has come, what was done for them, and how long it took.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { Operation } from '../../../shared/domain/operation.ts';
import { isQueue, ownTicketNo, TICKET_KINDS, TICKETS, type TicketRow } from '../../../shared/domain/queue.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { isConfigured, tellCustomer } from '../customer-side.ts';
import type { ReadStore } from '../ports/store.ts';

/** When customers who were called came to the counter, by ticket; forgotten with the process, then time runs from the call. */
export type Arrivals = Map<string, number>;

/** What the area keeps between calls. */
export interface QueueContext extends UseCaseContext {
  readonly arrivals: Arrivals;
}

type Ticket = NonNullable<Outputs['queue']['state']['current']>;

/** How long a customer is given to press a key; the counter goes on at once when the clerk skips it. */
const RATING_MS = 8_000;
const PAGE = 500;

const ticketsOf = (store: ReadStore): readonly TicketRow[] =>
  store.recordsByKey(TICKETS, { kind: 'date', value: branchOf(store).businessDate });

const ticketView = ({ arrivals }: QueueContext, { ticketId, ticketNo, ticketKind, calledAtMs }: TicketRow): Ticket => ({
  ticketId,
  ticketNo,
  ticketKind,
  calledAtMs,
  servedSinceMs: arrivals.get(ticketId) ?? null,
});

function currentOf(store: ReadStore, clerk: string): TicketRow | null {
  return ticketsOf(store).findLast((ticket) => ticket.clerk === clerk && ticket.finished === null) ?? null;
}

/** Returns the ticket that the actor has open. Throws TICKET_UNKNOWN, TICKET_FINISHED. */
function requireOpen(store: ReadStore, clerk: string, ticketId: string): TicketRow {
  const ticket = store.record(TICKETS, ticketId);
  if (ticket === null || ticket.clerk !== clerk) throw new Fault('TICKET_UNKNOWN');
  if (ticket.finished !== null) throw new Fault('TICKET_FINISHED', { ticketNo: ticket.ticketNo });
  return ticket;
}

/** Returns the actor's ticket and what was done today. */
export function viewQueue(context: QueueContext): Outputs['queue']['state'] {
  const { ports, actor } = context;
  const current = currentOf(ports.store, actor.staffNo);
  const finished = ticketsOf(ports.store).flatMap(({ ticketKind, finished: how }) => (how === null ? [] : [{ ticketKind, ...how }]));
  const today = TICKET_KINDS.flatMap((ticketKind) => {
    const ofKind = finished.filter((ticket) => ticket.ticketKind === ticketKind);
    if (ofKind.length === 0) return [];
    const served = ofKind.filter(({ outcome }) => outcome === 'served');
    const sumMs = served.reduce((sum, { handlingMs }) => sum + handlingMs, 0);
    return [
      {
        ticketKind,
        served: served.length,
        absent: ofKind.length - served.length,
        averageMs: served.length === 0 ? null : Math.round(sumMs / served.length),
      },
    ];
  });
  return { current: current === null ? null : ticketView(context, current), today };
}

/** Calls the next customer, once per id, and shows the number. Throws TICKET_OPEN { ticketNo } while the last one is not finished. */
export function callNext(context: QueueContext, input: Required<Inputs['queue']['next']>): Ticket {
  const { ports, actor } = context;
  ports.store.write((tx) => {
    if (tx.record(TICKETS, input.ticketId) !== null) return;
    const open = currentOf(tx, actor.staffNo);
    if (open !== null) throw new Fault('TICKET_OPEN', { ticketNo: open.ticketNo });
    const { ticketId, ticketKind } = input;
    const ticketNo = input.ticketNo ?? ownTicketNo(ticketKind, tx.nextNumber(`ticket ${branchOf(tx).businessDate} ${ticketKind}`));
    record(context, tx, { id: ticketId, kind: 'ticket.called', accountId: '', payload: { ticketId, ticketNo, ticketKind } });
  });
  return show(context, requireOpen(ports.store, actor.staffNo, input.ticketId));
}

/** Shows the number again. Throws TICKET_UNKNOWN, TICKET_FINISHED. */
export function callAgain(context: QueueContext, ticketId: string): Ticket {
  return show(context, requireOpen(context.ports.store, context.actor.staffNo, ticketId));
}

function show(context: QueueContext, ticket: TicketRow): Ticket {
  const { ports } = context;
  tellCustomer(ports, { news: 'called', ticketNo: ticket.ticketNo, counterId: ports.store.counterId() });
  return announce(context, ticket);
}

function announce(context: QueueContext, ticket: TicketRow): Ticket {
  context.ports.sync.nudge();
  context.ports.events.publish({ type: 'changed', area: 'queue', accountId: '' });
  return ticketView(context, ticket);
}

/** The customer stands at the counter: the number goes off the display, handling time begins. Throws TICKET_UNKNOWN, TICKET_FINISHED. */
export function serveTicket(context: QueueContext, ticketId: string): Ticket {
  const { ports, actor, arrivals } = context;
  const ticket = requireOpen(ports.store, actor.staffNo, ticketId);
  if (!arrivals.has(ticketId)) arrivals.set(ticketId, ports.clock.nowMs());
  tellCustomer(ports, { news: 'nothing' });
  return announce(context, ticket);
}

/** Closes the ticket of a customer who has not come. Throws TICKET_UNKNOWN, TICKET_FINISHED. */
export function missTicket(context: QueueContext, ticketId: string): Outputs['queue']['state'] {
  return close(context, ticketId, { outcome: 'absent', rating: null });
}

/** Asks for a rating where there is a keypad, then closes the ticket with what was done. Throws TICKET_UNKNOWN, TICKET_FINISHED. */
export async function finishTicket(context: QueueContext, ticketId: string): Promise<Outputs['queue']['state']> {
  const { ports, actor } = context;
  requireOpen(ports.store, actor.staffNo, ticketId);
  // The time that a customer takes to press a key is nobody's work.
  const endedAtMs = ports.clock.nowMs();
  const asked = isConfigured(ports, 'keypad') ? await ports.devices.askRating({ timeoutMs: RATING_MS }) : null;
  return close(context, ticketId, { outcome: 'served', rating: asked?.kind === 'done' ? asked.value : null, endedAtMs });
}

interface Ending {
  readonly outcome: 'served' | 'absent';
  readonly rating: number | null;
  readonly endedAtMs?: number;
}

function close(context: QueueContext, ticketId: string, ending: Ending): Outputs['queue']['state'] {
  const { ports, actor, arrivals } = context;
  const { outcome, rating, endedAtMs = ports.clock.nowMs() } = ending;
  ports.store.write((tx) => {
    const ticket = requireOpen(tx, actor.staffNo, ticketId);
    const done = outcome === 'served' ? doneSince(tx, ticket) : [];
    const handlingMs = Math.max(0, endedAtMs - (arrivals.get(ticketId) ?? ticket.calledAtMs));
    record(context, tx, { kind: 'ticket.finished', accountId: '', payload: { ticketId, outcome, done, handlingMs, rating } });
  });
  arrivals.delete(ticketId);
  tellCustomer(ports, { news: 'nothing' });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'queue', accountId: '' });
  return viewQueue(context);
}

/** Kinds of operations that the clerk has recorded since the ticket was called, each once, in order. */
function doneSince(store: ReadStore, { ticketId, clerk }: TicketRow): readonly string[] {
  const since: Operation[] = [];
  for (let from = store.lastSeq(), found = false; from > 0 && !found; ) {
    const start = Math.max(0, from - PAGE);
    const page = store.operationsAfter(start, from - start);
    const at = page.findIndex(({ id }) => id === ticketId);
    found = at >= 0;
    since.unshift(...page.slice(at + 1));
    from = start;
  }
  const own = since.filter((operation) => operation.clerk === clerk && !isQueue(operation));
  return [...new Set(own.map(({ kind }) => kind))];
}
