// The hall's queue: tickets called at this counter, and what was done for each.
import { type RecordTables, recordArea, requireRecord } from './records.ts';

export interface QueuePayloads {
  'ticket.called': { readonly ticketId: string; readonly ticketNo: string; readonly ticketKind: string };
  'ticket.finished': {
    readonly ticketId: string;
    readonly outcome: 'served' | 'absent';
    /** Kinds of what was done, in order. */
    readonly done: readonly string[];
    readonly handlingMs: number;
    /** 1 the best to 5; null where the customer gave none. */
    readonly rating: number | null;
  };
}
export type QueueKind = keyof QueuePayloads;

export const QUEUE_KINDS = ['ticket.called', 'ticket.finished'] as const satisfies readonly QueueKind[];

/** Kinds of tickets, in the order of their letters. */
export const TICKET_KINDS = ['topup', 'bill', 'card', 'request', 'account'] as const;
export type TicketKind = (typeof TICKET_KINDS)[number];

/** Returns the number a counter gives itself: A001 for the first top-up of the day, B001 for the first bill. */
export function ownTicketNo(kind: TicketKind, count: number): string {
  return `${String.fromCharCode(65 + TICKET_KINDS.indexOf(kind))}${String(count).padStart(3, '0')}`;
}

/** Records of tickets. */
export const TICKETS = recordArea<TicketRow>('ticket');

export interface TicketRow {
  readonly ticketId: string;
  readonly ticketNo: string;
  readonly ticketKind: string;
  readonly clerk: string;
  readonly businessDate: string;
  readonly calledAtMs: number;
  /** Null while the customer stands at the counter. */
  readonly finished: Omit<QueuePayloads['ticket.finished'], 'ticketId'> | null;
}

/** A fact about the queue with what its fold needs. */
export type QueueOperation = {
  [K in QueueKind]: {
    readonly kind: K;
    readonly payload: QueuePayloads[K];
    readonly clerk: string;
    readonly businessDate: string;
    readonly recordedAtMs: number;
  };
}[QueueKind];

/** Whether a kind of operation belongs here. */
export function isQueue<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: QueueKind } {
  return (QUEUE_KINDS as readonly string[]).includes(operation.kind);
}

/** Applies one fact. */
export function foldQueue(operation: QueueOperation, tables: RecordTables): void {
  if (operation.kind === 'ticket.called') {
    const { clerk, businessDate, recordedAtMs, payload } = operation;
    put(tables, { ...payload, clerk, businessDate, calledAtMs: recordedAtMs, finished: null });
    return;
  }
  const { ticketId, ...finished } = operation.payload;
  put(tables, { ...requireRecord(tables, TICKETS, ticketId), finished });
}

function put(tables: RecordTables, ticket: TicketRow): void {
  const keys = [{ kind: 'date', value: ticket.businessDate }];
  tables.putRecord(
    TICKETS,
    { recordId: ticket.ticketId, accountId: '', state: ticket.finished === null ? 'called' : 'finished', keys },
    ticket,
  );
}
