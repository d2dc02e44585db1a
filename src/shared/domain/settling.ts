// What people decide about replication: exception cases and operations in quarantine that are settled, and a counter that goes on under a new number.
import { OPEN_DAYS } from './day-close.ts';
import { type RecordTables, recordArea } from './records.ts';

/**
 * How a matter was settled. `keep-first`: the later change stays out. `redone`: the later change was made once more, as an operation of its own.
 * `given-back`: money went back. `loaded`: what the card lacked was
 * loaded. `dismissed`: looked at, nothing to do. `discarded`: an operation in quarantine counts nowhere any more.
 * `resent`: the same, and a corrected one was made in its place.
 */
export const SETTLEMENTS = ['keep-first', 'redone', 'given-back', 'loaded', 'dismissed', 'discarded', 'resent'] as const;
export type SettlementWay = (typeof SETTLEMENTS)[number];

export interface CaseSettled {
  /** The id of the operation that the matter is about: of an exception case the later one. */
  readonly caseId: string;
  /** The code that headquarters gave it. */
  readonly code: string;
  readonly way: SettlementWay;
  /** Id of the operation that was made in its place; '' for none. */
  readonly newId: string;
  readonly reason: string;
  /** The second person; '' where the first one may settle alone. */
  readonly approvedBy: string;
}

/** Numbers on paper that the old journal gave out after the fork; the other one may have given out the same. */
export interface DoubtfulNumbers {
  readonly what: 'receipt' | 'invoice' | 'account' | 'request';
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

/** A counter whose journal headquarters knows otherwise goes on under a new number. First operation of its new journal. */
export interface CounterRenewed {
  readonly formerId: string;
  /** The last operation that the old journal and headquarters both have. */
  readonly commonSeq: number;
  /** How far the old journal went, and how far headquarters held it. */
  readonly formerSeq: number;
  readonly heldSeq: number;
  /** Operations after the fork that follow this one under their own ids. */
  readonly carried: number;
  readonly numbers: readonly DoubtfulNumbers[];
  readonly reason: string;
  readonly approvedBy: string;
}

export interface SettlingPayloads {
  'case.settled': CaseSettled;
  'counter.renewed': CounterRenewed;
}
export type SettlingKind = keyof SettlingPayloads;

export const SETTLING_KINDS = ['case.settled', 'counter.renewed'] as const satisfies readonly SettlingKind[];

/** Settlements by the id of the operation they are about. */
export const SETTLED = recordArea<SettledRow>('settlement');
/** Counters that go on under a new number, by that number. */
export const RENEWALS = recordArea<CounterRenewed>('renewal');

export interface SettledRow extends CaseSettled {
  readonly operationId: string;
  readonly clerk: string;
  readonly settledAtMs: number;
}

/** A fact of this area with what its fold needs. */
export type SettlingOperation = {
  [K in SettlingKind]: {
    readonly kind: K;
    readonly id: string;
    readonly payload: SettlingPayloads[K];
    readonly accountId: string;
    readonly clerk: string;
    readonly counterId: string;
    readonly businessDate: string;
    readonly recordedAtMs: number;
  };
}[SettlingKind];

/** Whether a kind of operation belongs here. */
export function isSettling<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: SettlingKind } {
  return (SETTLING_KINDS as readonly string[]).includes(operation.kind);
}

/** Whether an operation in quarantine that was settled so is left out at its own counter too. */
export function leavesOut(way: SettlementWay): boolean {
  return way === 'discarded' || way === 'resent';
}

/** Applies one fact. Two settlements of one matter, made at two counters at once: the one with the lower id stands, whatever the order. */
export function foldSettling(operation: SettlingOperation, tables: RecordTables): void {
  if (operation.kind === 'counter.renewed') {
    const { counterId, businessDate } = operation;
    tables.putRecord(RENEWALS, { recordId: counterId, accountId: '', state: 'renewed' }, operation.payload);
    // Its day goes on where it stood; its closes are numbered anew, from the first operation of the new journal.
    tables.putRecord(OPEN_DAYS, { recordId: counterId, accountId: '', state: 'open' }, { counterId, businessDate, closeNo: 0, toSeq: 0 });
    return;
  }
  const { payload, accountId, clerk, recordedAtMs } = operation;
  const before = tables.getRecord(SETTLED, payload.caseId);
  if (before !== null && before.operationId <= operation.id) return;
  const row: SettledRow = { ...payload, operationId: operation.id, clerk, settledAtMs: recordedAtMs };
  tables.putRecord(SETTLED, { recordId: payload.caseId, accountId, state: payload.way }, row);
}

/** Changes of an account or a customer that can be made once more as they were, on top of what stands now. */
const REDOABLE: ReadonlySet<string> = new Set([
  'account.corrected',
  'account.assigned',
  'account.transferred',
  'account.household-changed',
  'account.plan-changed',
  'account.suspended',
  'account.reactivated',
  'account.bank-changed',
  'customer.changed',
]);

/** Texts that people have written, by their field in an operation's payload: what can be corrected before it is made again. The rest is the program's. */
export const WRITTEN_TEXTS = [
  'text',
  'note',
  'reason',
  'waiverReason',
  'description',
  'name',
  'customerName',
  'phone',
  'holder',
  'bankName',
  'bankAccount',
  'make',
  'model',
  'sealNo',
  'inspectionNo',
  'contractNo',
  'slipNo',
  'bagNo',
] as const;
export type WrittenText = (typeof WRITTEN_TEXTS)[number];

/** Returns how an exception case can be settled, the usual way first. `kind` is that of the later operation. */
export function waysOfCase({ code, kind }: { readonly code: string; readonly kind: string }): readonly SettlementWay[] {
  switch (code) {
    case 'RECEIVABLE_PAID_TWICE':
      return ['given-back', 'dismissed'];
    case 'CARD_SEQUENCE_TWICE':
      return ['loaded', 'given-back', 'dismissed'];
    case 'NUMBERS_TWICE':
      return ['dismissed'];
    default:
      return ['keep-first', ...(REDOABLE.has(kind) ? (['redone'] as const) : []), 'given-back', 'dismissed'];
  }
}

/**
 * Returns how an own operation in quarantine can be settled; none where only waiting helps. What moves money is never left out, and is made again
 * only where headquarters can never take the first one in: else it could count twice.
 */
export function waysOfQuarantine(of: { readonly code: string; readonly movesMoney: boolean }): readonly SettlementWay[] {
  if (of.code === 'OPERATION_ID_REUSED') return of.movesMoney ? ['resent'] : ['resent', 'discarded'];
  if (of.movesMoney) return [];
  return of.code === 'OPERATION_INVALID' ? ['resent', 'discarded'] : ['discarded'];
}
