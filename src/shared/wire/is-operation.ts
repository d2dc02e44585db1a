// A quick yes to what most operations are: well formed. Whoever needs the reason of a no asks the schema.
import { GENESIS_HASH, type Operation } from '../domain/operation.ts';
import { payloadSchemas } from './operation.ts';

/** Fields of an operation besides those that only some have. */
const FIELDS = 12;
const HASH = /^[0-9a-f]{64}$/;
/** RFC 9562 §5.7, as this suite spells it. */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const MAX_SEQ = 2_147_483_647;

type Unknown = { readonly [Field in keyof Operation]?: unknown };

/**
 * Whether `operationSchema` takes a value that was read from JSON: never yes where that says no, and yes to every operation of the usual fields. It
 * takes half the schema's time, because the dozen fields that all operations share are looked at without a copy of each.
 */
export function isOperation(raw: unknown): raw is Operation {
  if (typeof raw !== 'object' || raw === null) return false;
  const { id, kind, businessDate, shiftId, clerk, accountId, recordedAtMs, payload, counterId, seq, previousHash, hash } = raw as Unknown;
  return (
    matches(id, UUID_V7) &&
    matches(businessDate, DATE) &&
    isLine(shiftId) &&
    isLine(clerk) &&
    isLine(accountId) &&
    isLine(counterId) &&
    counterId !== '' &&
    isWhole(recordedAtMs) &&
    isWhole(seq) &&
    seq >= 1 &&
    seq <= MAX_SEQ &&
    matches(previousHash, HASH) &&
    matches(hash, HASH) &&
    hash !== GENESIS_HASH &&
    typeof kind === 'string' &&
    Object.hasOwn(payloadSchemas, kind) &&
    Object.keys(raw).length === FIELDS &&
    payloadSchemas[kind as Operation['kind']].safeParse(payload).success
  );
}

function matches(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function isLine(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64 && LINE.test(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
