// What a counter tells headquarters of itself once a minute, and the card keys that it is given: sealed for this counter and this one answer.
import { z } from 'zod';
import { publicKeySchema } from './enrolment.ts';
import { callerSchema, WIRE_VERSION } from './envelope.ts';
import { count, line } from './values.ts';

export const CHECK_IN_PATH = '/v1/check-in';
const MAX_KEYS = 100;

const keyVersion = z.int().min(0).max(255);
/** Names a card key without telling it: the first 16 hex digits of HMAC-SHA-256 under the key over `FINGERPRINT_TEXT`. */
const fingerprint = z.string().regex(/^[0-9a-f]{16}$/);
export const FINGERPRINT_TEXT = 'countertop card key';

export const heldKeySchema = z.strictObject({ version: keyVersion, fingerprint });
export type HeldKey = z.infer<typeof heldKeySchema>;

export const checkInRequestSchema = z.strictObject({
  ...callerSchema.shape,
  programVersion: line(32),
  /** The counter's clock. */
  nowMs: count,
  /** Operations that headquarters has not confirmed. */
  waiting: count.max(2_147_483_647),
  /** Card keys that need not be sent: of these versions the counter takes no other. */
  cardKeys: z.array(heldKeySchema).max(MAX_KEYS),
  /** X25519, made for this one request: what is sent is sealed to it. */
  sealTo: publicKeySchema,
});
export type CheckInRequest = z.infer<typeof checkInRequestSchema>;

/**
 * Card keys on their way. `sealed` is nonce (12), tag (16) and cipher text of AES-256-GCM under HKDF-SHA-256 of the X25519 secret (no salt, info and
 * additional data `deliveryHeader`), base64; the text is JSON of `cardKeysSchema`. `signature` is headquarters' over header and `sealed`.
 */
export const keyDeliverySchema = z.strictObject({
  /** X25519, made for this one answer. */
  publicKey: publicKeySchema,
  sealed: z.base64().max(65_536),
  signature: z.base64().max(128),
});
export type KeyDelivery = z.infer<typeof keyDeliverySchema>;

export const checkInAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  nowMs: count,
  /** null where there is none that the counter lacks. */
  cardKeys: keyDeliverySchema.nullable(),
});
export type CheckInAnswer = z.infer<typeof checkInAnswerSchema>;

/** The branch's master keys of cards, in hex; what IT hands to headquarters has the same form. */
export const cardKeysSchema = z.strictObject({
  keys: z
    .array(z.strictObject({ version: keyVersion, key: z.string().regex(/^[0-9A-Fa-f]{64}$/) }))
    .min(1)
    .max(MAX_KEYS)
    .refine((keys) => new Set(keys.map(({ version }) => version)).size === keys.length, { error: 'a version stands twice' }),
});
export type CardKeyFile = z.infer<typeof cardKeysSchema>;

/** Returns what a delivery is bound to: who gets it, and the two keys that were made for it. */
export function deliveryHeader(to: {
  readonly branchNo: string;
  readonly counterId: string;
  readonly sealTo: string;
  readonly publicKey: string;
}): string {
  return `countertop/${WIRE_VERSION}\ncard keys\n${to.branchNo}\n${to.counterId}\n${to.sealTo}\n${to.publicKey}`;
}

/** Returns the text that headquarters' signature covers. */
export function deliveryText(header: string, sealed: string): string {
  return `${header}\n${sealed}`;
}
