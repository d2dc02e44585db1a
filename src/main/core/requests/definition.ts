// What a kind of service request is: its form, what must be true first, its way through the states, its fees and its effect.
import type { FaultCode, FaultContext } from '../../../shared/domain/fault.ts';
import type { AccountRow, CardRow, MeterRow } from '../../../shared/domain/fold.ts';
import type { OperationKind, OperationPayloads } from '../../../shared/domain/operation.ts';
import type { RequestForm, RequestKind, RequestRow, RequestState } from '../../../shared/domain/requests.ts';
import type { ReadStore } from '../ports/store.ts';

export const FIELD_TYPES = ['text', 'phone', 'identity', 'number', 'litres', 'date', 'choice'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface RequestField {
  /** Key in the form; its name on screen and paper is `requests.field.<name>`. */
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  /** The state in which it is filled in; it must be there when the request leaves it. */
  readonly step: RequestState;
  /** For `choice`. */
  readonly choices?: readonly string[];
  /** For `number` and `litres`. */
  readonly min?: number;
  readonly max?: number;
  /** For `identity`: the kind of document, or the field that holds it. */
  readonly documentKindField?: string;
  /** What stands in it at first. */
  readonly initial?: (account: AccountRow, today: string) => string | number | null;
  /** Whether the account's request has this field at all. */
  readonly when?: (scene: Pick<Scene, 'account' | 'meter'>) => boolean;
}

/** What the card in the reader says, when the effect needs it. */
export interface CardFound {
  /** Bought volume that the meter has not taken from it. */
  readonly unusedLitres: number;
}

/** Everything that a request's rules look at. */
export interface Scene {
  readonly store: ReadStore;
  readonly account: AccountRow;
  /** The meter on the customer's wall; null where none hangs. */
  readonly meter: MeterRow | null;
  /** The card in use; null where the account has none. */
  readonly card: CardRow | null;
  readonly form: RequestForm;
  /** Null before it is opened. */
  readonly request: RequestRow | null;
  readonly today: string;
  /** Null where the card has not been read. */
  readonly cardFound: CardFound | null;
}

/** Why a request cannot be opened or completed as things are. */
export interface Obstacle {
  readonly code: FaultCode;
  readonly context: FaultContext;
}

export type CheckName =
  | 'arrears'
  | 'contract-scan'
  | 'fees'
  | 'no-other-request'
  | 'no-open-topup'
  | 'no-open-card-task'
  | 'no-volume-owed'
  | 'old-identity'
  | 'reading'
  | 'dates'
  | 'changes-something';

/** One fact of the effect; of the request's account where it names no other one. */
export type EffectFact = {
  [K in OperationKind]: { readonly kind: K; readonly payload: OperationPayloads[K]; readonly accountId?: string };
}[OperationKind];

/** One sentence about what will happen: `requests.effect.<code>`, with its values. */
export interface EffectWord {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface RequestDefinition {
  readonly kind: RequestKind;
  /** In which states of the account it can be asked for. */
  readonly statuses: readonly AccountRow['status'][];
  readonly fields: readonly RequestField[];
  /** Which accounts it is for, beside their state; all where it is left out. */
  readonly fits?: (account: AccountRow) => boolean;
  /** What is wrong with the fields of the opening beyond the form of each. */
  readonly fieldRules?: (scene: Scene) => readonly { readonly field: string; readonly reason: string }[];
  /** Looked at when it is opened and again when it is completed; `fees` and `contract-scan` when it is completed. */
  readonly checks: readonly CheckName[];
  /** Items of the fee catalogue; one that the company does not charge is left out. */
  readonly fees: readonly string[];
  /** The state whose form holds the meter's reading, and whether the use of an ordinary meter is billed up to it when the request leaves that state. */
  readonly reading?: { readonly step: RequestState; readonly bills: boolean };
  /** The states it goes through, from `open` to `completed`. */
  path(scene: Scene): readonly RequestState[];
  /** Whether the account's card must lie in the reader for the effect. */
  needsCard(scene: Scene): boolean;
  /** What it will do, in words; works on a form that is not complete. */
  words(scene: Scene): readonly EffectWord[];
  /** Money that the customer gets back on completion, fen. */
  refundFen(scene: Scene): number;
  /** The facts of the effect, in order, without those of fees, refund and request; `newId` makes ids of records. */
  effects(scene: Scene & { readonly request: RequestRow }, newId: () => string): readonly EffectFact[];
}

/** Reads a text of the form; '' where nothing stands. */
export function textOf(form: RequestForm, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** Reads a number of the form; null where none stands. */
export function numberOf(form: RequestForm, name: string): number | null {
  const value = form[name];
  return typeof value === 'number' ? value : null;
}

/** The reading billed last, asked for an ordinary meter of which it is not on record. */
export function billedBeforeFields(step: RequestState): readonly RequestField[] {
  const when: RequestField['when'] = ({ meter }) => meter?.kind === 'ordinary' && meter.detail.billedOn === '';
  return [
    { name: 'billedLitres', type: 'litres', required: true, step, when },
    { name: 'billedOn', type: 'date', required: true, step, when },
  ];
}

/** Path without work outside the hall; through a supervisor where `approved`. */
export function counterPath(approved: boolean): readonly RequestState[] {
  return approved ? ['open', 'approval', 'ready', 'completed'] : ['open', 'completed'];
}

/** No money goes back, no card is needed. */
export const PLAIN = { needsCard: () => false, refundFen: () => 0 } as const;
