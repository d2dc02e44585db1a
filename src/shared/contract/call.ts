// How a call of the contract is declared: schemas, the roles that may make it, and exactly the faults it can end with.
import { oc } from '@orpc/contract';
import { z } from 'zod';
import type { FaultCode } from '../domain/fault.ts';

export const ROLES = ['clerk', 'supervisor', 'manager', 'it'] as const;
export type Role = (typeof ROLES)[number];

/** Who may call: anybody at the counter's door, or a signed-in person of one of these roles. */
export type Access = 'anyone' | readonly Role[];

export interface CallMeta {
  readonly access: Access;
  /** Needs the caller's open shift. */
  readonly needsShift: boolean;
}

/** Faults that every call can end with, before its own. */
export const COMMON_FAULTS = [
  'INPUT_INVALID',
  'CALL_TOO_LARGE',
  'SESSION_REQUIRED',
  'SESSION_EXPIRED',
  'ROLE_DENIED',
  'FIRST_LOAD_DUE',
  'INTERNAL',
] as const satisfies readonly FaultCode[];

/** Faults of any call that looks at the card in the reader. */
export const READER_FAULTS = [
  'DEVICE_NOT_CONFIGURED',
  'DEVICE_OFFLINE',
  'DEVICE_BUSY',
  'DEVICE_TIMEOUT',
  'DEVICE_NO_ANSWER',
  'DEVICE_PROCESS_LOST',
  'DEVICE_LEASE_LOST',
  'DEVICE_CANCELLED',
  'DEVICE_REJECTED',
  'PORT_MISSING',
  'PORT_BUSY',
  'PORT_DENIED',
  'PORT_FAILED',
  'LINE_SETTINGS_WRONG',
  'LIBRARY_FAILED',
  'LIBRARY_UNREGISTERED',
  'SIDECAR_MISSING',
  'CARD_KEY_REFUSED',
  'CARD_CHIP_UNSUPPORTED',
  'FRAME_SUM',
  'FRAME_SHORT',
  'FRAME_SLOT',
  'FRAME_UNEXPECTED',
  'FRAME_SEQUENCE',
] as const satisfies readonly FaultCode[];

/** What a card in the reader can be instead of a card of ours. */
export const CARD_FAULTS = [
  'CARD_ABSENT',
  'CARD_DAMAGED',
  'CARD_BLANK',
  'CARD_OTHER_REGION',
  'CARD_OTHER_SUPPLY',
  'CARD_OTHER_LAYOUT',
  'CARD_MISMATCH',
  'CARD_NOT_IN_LEDGER',
  'CARD_CHANGED_ELSEWHERE',
] as const satisfies readonly FaultCode[];

/** Faults of money taken for an account of another branch, or while the line is away. */
export const VISIT_FAULTS = [
  'VISIT_EXPIRED',
  'OFFLINE_LIMIT_MISSING',
  'OFFLINE_LIMIT_REACHED',
  'HEADQUARTERS_REFUSED',
] as const satisfies readonly FaultCode[];

/** Faults of any call that takes an approval. */
export const APPROVAL_FAULTS = [
  'SUPERVISOR_REQUIRED',
  'APPROVAL_LIMIT',
  'CREDENTIALS_WRONG',
  'SIGN_IN_LOCKED',
  'APPROVAL_UNKNOWN',
  'APPROVAL_REFUSED',
] as const satisfies readonly FaultCode[];

/** Faults of any call that needs the caller's open shift. */
export const SHIFT_FAULTS = ['SHIFT_REQUIRED', 'SHIFT_OF_ANOTHER_DAY', 'SHIFT_TAKES_NO_MONEY'] as const satisfies readonly FaultCode[];

export const faultContextSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

type FaultMap<C extends FaultCode> = { [K in C]: { readonly data: typeof faultContextSchema } };

function faultMap<C extends FaultCode>(codes: readonly C[]): FaultMap<C> {
  return Object.fromEntries(codes.map((code) => [code, { data: faultContextSchema }])) as FaultMap<C>;
}

/** Starts a call: `call({ access, faults }).input(schema).output(schema)`. */
export function call<const C extends FaultCode = never>(options: {
  readonly access: Access;
  readonly needsShift?: boolean;
  readonly faults?: readonly C[];
}) {
  return oc
    .$meta<CallMeta>({ access: options.access, needsShift: options.needsShift ?? false })
    .errors(
      faultMap([...COMMON_FAULTS, ...(options.needsShift === true ? SHIFT_FAULTS : []), ...(options.faults ?? [])] as (
        | C
        | (typeof COMMON_FAULTS)[number]
      )[]),
    );
}

export const COUNTER_STAFF = ['clerk', 'supervisor', 'manager'] as const satisfies readonly Role[];
export const ALL_STAFF = ROLES;
