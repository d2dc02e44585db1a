// Maker's tool cards: each one is made by two people, stands in a register, and is accounted for until it is back, destroyed or lost.
import type { PriceTable, ToolKind } from './card-layout.ts';
import { type RecordTables, recordArea, requireRecord } from './records.ts';

/** How a card ends that was handed out. */
export const TOOL_CARD_ENDS = ['returned', 'destroyed', 'lost'] as const;
export type ToolCardEnd = (typeof TOOL_CARD_ENDS)[number];

/** `unfinished`: both images are kept, and what the card holds is not known to be the planned one. `out`: read back and handed out. */
export const TOOL_CARD_STATES = ['unfinished', 'out', ...TOOL_CARD_ENDS] as const;
export type ToolCardState = (typeof TOOL_CARD_STATES)[number];

export interface ToolCardIntended {
  readonly toolId: string;
  /** The number on the card, by which its keys and the register go. */
  readonly toolNo: string;
  readonly tool: ToolKind;
  readonly layoutId: string;
  /** A meter's number, or the work it is for. */
  readonly forWhat: string;
  readonly reason: string;
  /** The card's number before, where a tool card that came back is written anew; '' for a blank one. */
  readonly formerNo: string;
  /** Version of the branch's keys that its secret was made with. */
  readonly keyVersion: number;
  readonly approvedBy: string;
  /** What a price-set card carries, and the version of the plan that it is of; absent on every other card. */
  readonly prices?: PriceTable & { readonly versionId: string };
  readonly beforeHex: string;
  readonly afterHex: string;
}

export interface ToolCardPayloads {
  /** Durable before the first byte is written. */
  'tool-card.intended': ToolCardIntended;
  /** A write is about to be sent to the card. Each one has its second person: a card that was pulled may be complete already. */
  'tool-card.writing': { readonly toolId: string; readonly attempt: number; readonly approvedBy: string };
  /** The card was read back and holds the planned image. */
  'tool-card.made': { readonly toolId: string; readonly proof: 'written' | 'found-complete' | 'completed-after-tear' };
  /** `approvedBy` stood by when it was destroyed or written off; '' for one that is back. */
  'tool-card.returned': {
    readonly toolId: string;
    readonly state: ToolCardEnd;
    readonly note: string;
    readonly approvedBy: string;
  };
}
export type ToolCardKind = keyof ToolCardPayloads;

export const TOOL_CARD_KINDS = [
  'tool-card.intended',
  'tool-card.writing',
  'tool-card.made',
  'tool-card.returned',
] as const satisfies readonly ToolCardKind[];

/** Records of tool cards, found by state and by the number on the card. */
export const TOOL_CARDS = recordArea<ToolCardRow>('tool-card');

export interface ToolCardRow extends ToolCardIntended {
  readonly state: ToolCardState;
  readonly attempts: number;
  readonly clerk: string;
  /** When it was last known to be handed out, ms since 1970; 0 while unfinished. */
  readonly madeAtMs: number;
  readonly begunAtMs: number;
  /** When and how it ended; 0 and '' until then. */
  readonly endedAtMs: number;
  readonly note: string;
  readonly endApprovedBy: string;
}

/** A fact about tool cards with what its fold needs. */
export type ToolCardOperation = {
  [K in ToolCardKind]: {
    readonly kind: K;
    readonly payload: ToolCardPayloads[K];
    readonly clerk: string;
    readonly recordedAtMs: number;
  };
}[ToolCardKind];

/** Whether a kind of operation belongs here. */
export function isToolCards<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: ToolCardKind } {
  return (TOOL_CARD_KINDS as readonly string[]).includes(operation.kind);
}

/** Whether a card in `state` can end so: one that was lost may yet come back, and one that never was whole does not. */
export function mayEnd(state: ToolCardState, end: ToolCardEnd): boolean {
  return state === 'out' || (state === 'unfinished' && end !== 'returned') || (state === 'lost' && end !== 'lost');
}

/** Applies one fact. Throws RangeError on a step out of order or a reference to nothing. */
export function foldToolCards(operation: ToolCardOperation, tables: RecordTables): void {
  const { recordedAtMs } = operation;
  if (operation.kind === 'tool-card.intended') {
    const nothingYet = { attempts: 0, madeAtMs: 0, endedAtMs: 0, note: '', endApprovedBy: '' };
    put(tables, { ...operation.payload, ...nothingYet, state: 'unfinished', clerk: operation.clerk, begunAtMs: recordedAtMs });
    return;
  }
  const row = requireRecord(tables, TOOL_CARDS, operation.payload.toolId);
  const isEnd = operation.kind === 'tool-card.returned';
  if (isEnd ? !mayEnd(row.state, operation.payload.state) : row.state !== 'unfinished')
    throw new RangeError(`${operation.kind} in state ${row.state}`);
  switch (operation.kind) {
    case 'tool-card.writing':
      put(tables, { ...row, attempts: operation.payload.attempt });
      return;
    case 'tool-card.made':
      put(tables, { ...row, state: 'out', madeAtMs: recordedAtMs });
      return;
    case 'tool-card.returned': {
      const { state, note, approvedBy: endApprovedBy } = operation.payload;
      put(tables, { ...row, state, note, endApprovedBy, endedAtMs: recordedAtMs });
    }
  }
}

function put(tables: RecordTables, row: ToolCardRow): void {
  const keys = [{ kind: 'tool-no', value: row.toolNo }];
  tables.putRecord(TOOL_CARDS, { recordId: row.toolId, accountId: '', state: row.state, keys }, row);
}
