// Area sync: where replication to headquarters stands.
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
import { faultDataSchema } from './values.ts';

export const syncStateSchema = z.strictObject({
  state: z.enum(['not-configured', 'up-to-date', 'sending', 'waiting', 'refused']),
  /** Operations that headquarters does not hold yet. */
  waiting: z.int(),
  lastContactMs: z.int().nullable(),
  lastError: faultDataSchema.nullable(),
});

export const syncContract = {
  state: call({ access: ALL_STAFF }).input(z.strictObject({})).output(syncStateSchema),
};
