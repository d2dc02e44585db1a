// Service requests as the journal holds them: opened with a form, moved from state to state, completed by the facts of their effect.
import { type RecordTables, recordArea, requireRecord } from './records.ts';

export const REQUEST_KINDS = [
  'transfer',
  'addition',
  'relocation',
  'closure',
  'suspension',
  'reactivation',
  'correction',
  'household',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** `open`: at the counter. `approval`: a supervisor decides. `work`: outside the hall. `ready`: the effect can be done. */
export const REQUEST_STATES = ['open', 'approval', 'work', 'ready', 'completed', 'cancelled'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** A filled-in form: names of fields to plain values. Numbers of documents stand in it masked only. */
export type RequestForm = Readonly<Record<string, string | number | boolean | null>>;

export interface RequestPayloads {
  'request.opened': {
    readonly requestId: string;
    /** What the customer is told; unique per counter. */
    readonly requestNo: string;
    readonly requestKind: RequestKind;
    readonly form: RequestForm;
    /** Business date by which it is to be done. */
    readonly deadline: string;
    readonly branchNo: string;
  };
  'request.moved': {
    readonly requestId: string;
    readonly from: RequestState;
    readonly to: RequestState;
    /** Fields of the form that this step has filled in or changed. */
    readonly form: RequestForm;
    readonly note: string;
    /** '' where nobody had to. */
    readonly approvedBy: string;
  };
}
export type RequestOperationKind = keyof RequestPayloads;

export const REQUEST_OPERATION_KINDS = ['request.opened', 'request.moved'] as const satisfies readonly RequestOperationKind[];

export interface RequestStep {
  readonly to: RequestState;
  readonly clerk: string;
  readonly atMs: number;
  readonly note: string;
  readonly approvedBy: string;
}

/** Records of requests. */
export const REQUESTS = recordArea<RequestRow>('request');

export interface RequestRow {
  readonly requestId: string;
  readonly requestNo: string;
  readonly accountId: string;
  readonly requestKind: RequestKind;
  readonly state: RequestState;
  readonly form: RequestForm;
  readonly deadline: string;
  readonly branchNo: string;
  readonly openedBy: string;
  readonly openedAtMs: number;
  readonly steps: readonly RequestStep[];
}

/** A fact about requests with what its fold needs. */
export type RequestOperation = {
  [K in RequestOperationKind]: {
    readonly kind: K;
    readonly payload: RequestPayloads[K];
    readonly accountId: string;
    readonly clerk: string;
    readonly recordedAtMs: number;
  };
}[RequestOperationKind];

/** Whether a kind of operation belongs here. */
export function isRequests<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: RequestOperationKind } {
  return (REQUEST_OPERATION_KINDS as readonly string[]).includes(operation.kind);
}

/** Applies one fact. Throws RangeError on a step from another state than the request is in. */
export function foldRequests(operation: RequestOperation, tables: RecordTables): void {
  const { accountId, clerk, recordedAtMs } = operation;
  if (operation.kind === 'request.opened') {
    const opened = { to: 'open', clerk, atMs: recordedAtMs, note: '', approvedBy: '' } as const;
    put(tables, { ...operation.payload, accountId, state: 'open', openedBy: clerk, openedAtMs: recordedAtMs, steps: [opened] });
    return;
  }
  const { requestId, from, to, form, note, approvedBy } = operation.payload;
  const request = requireRecord(tables, REQUESTS, requestId);
  if (request.state !== from) throw new RangeError(`request is ${request.state}, not ${from}`);
  put(tables, {
    ...request,
    state: to,
    form: { ...request.form, ...form },
    steps: [...request.steps, { to, clerk, atMs: recordedAtMs, note, approvedBy }],
  });
}

/** Whether a request still needs something. */
export function isOpenRequest(state: RequestState): boolean {
  return state !== 'completed' && state !== 'cancelled';
}

function put(tables: RecordTables, request: RequestRow): void {
  const { requestId, requestNo, accountId, state } = request;
  tables.putRecord(
    REQUESTS,
    { recordId: requestId, accountId, state: isOpenRequest(state) ? 'open' : state, keys: [{ kind: 'number', value: requestNo }] },
    request,
  );
}
