// How a counter becomes known at headquarters: a one-time code, and an Ed25519 key that signs everything afterwards.
import { z } from 'zod';
import { callerSchema, WIRE_VERSION } from './envelope.ts';
import { branchNoSchema, counterIdSchema } from './operation.ts';
import { line } from './values.ts';

export const ENROL_PATH = '/v1/enrol';
/** Header of a signed request: base64 of the Ed25519 signature over `signedText`. */
export const SIGNATURE_HEADER = 'countertop-signature';

/** Ed25519 public key, base64 of its 32 bytes. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);

/** Returns a public key, base64 of its 32 bytes, as cryptographic libraries read it: a JSON Web Key (RFC 8037 §2). */
export function publicJwk(
  curve: 'Ed25519' | 'X25519',
  publicKey: string,
): { readonly kty: 'OKP'; readonly crv: string; readonly x: string } {
  return { kty: 'OKP', crv: curve, x: publicKey.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') };
}

export const enrolRequestSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  code: line(64).min(1),
  counterId: counterIdSchema,
  publicKey: publicKeySchema,
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const enrolAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  branchNo: branchNoSchema,
  counterId: counterIdSchema,
  /** What headquarters signs its documents with; left out by one that publishes none. */
  headquartersKey: publicKeySchema.optional(),
});
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>;

/** Returns the text that a signature covers; `bodySha256` is the hex SHA-256 of the body's JSON before compression. */
export function signedText(request: { readonly path: string; readonly bodySha256: string }): string {
  return `countertop/${WIRE_VERSION}\n${request.path}\n${request.bodySha256}`;
}

/**
 * Asks for another number with a one-time code: headquarters knows this counter's journal otherwise, and it goes on under a new one. Signed by the
 * counter; the same request again gives the same answer.
 */
export const RENEW_PATH = '/v1/renew';
export const renewRequestSchema = z.strictObject({ ...callerSchema.shape, code: line(64).min(1) });
export type RenewRequest = z.infer<typeof renewRequestSchema>;

export const renewAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  branchNo: branchNoSchema,
  /** The number it had. */
  formerId: counterIdSchema,
  counterId: counterIdSchema,
});
export type RenewAnswer = z.infer<typeof renewAnswerSchema>;
