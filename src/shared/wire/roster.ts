// The roster of a branch: its counters with their keys and where they are in the branch's network, and its staff.
import { z } from 'zod';
import { publicKeySchema } from './enrolment.ts';
import { callerSchema, WIRE_VERSION } from './envelope.ts';
import { counterIdSchema } from './operation.ts';
import { count, key, line } from './values.ts';

export const ROSTER_PATH = '/v1/roster';
const MAX_COUNTERS = 200;
const MAX_STAFF = 2_000;

/** Where the other counters of a branch reach a counter: its addresses in the branch's network and the port it listens on. */
export const peerPlaceSchema = z.strictObject({ addresses: z.array(line(64).min(2)).min(1).max(8), port: z.int().min(1).max(65_535) });
export type PeerPlace = z.infer<typeof peerPlaceSchema>;

/** Asks for the roster and tells where the asker is; null where it does not listen. */
export const rosterRequestSchema = z.strictObject({ ...callerSchema.shape, place: peerPlaceSchema.nullable() });
export type RosterRequest = z.infer<typeof rosterRequestSchema>;

export const staffSchema = z.strictObject({
  staffNo: key,
  name: line(64),
  role: z.enum(['clerk', 'supervisor', 'manager', 'it']),
  /** Argon2id in PHC string form. */
  passwordHash: line(300),
});

export const rosterAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  /** All enrolled counters of the branch, the asker among them. */
  counters: z
    .array(z.strictObject({ counterId: counterIdSchema, publicKey: publicKeySchema, place: peerPlaceSchema.nullable(), seenAtMs: count }))
    .max(MAX_COUNTERS),
  /** Empty where headquarters does not keep the staff. */
  staff: z.array(staffSchema).max(MAX_STAFF),
});
export type RosterAnswer = z.infer<typeof rosterAnswerSchema>;
