// Area sync: where replication to headquarters stands.
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
import { faultDataSchema } from './values.ts';

export const syncStateSchema = z.strictObject({
  state: z.enum(['not-configured', 'not-enrolled', 'up-to-date', 'sending', 'waiting', 'refused']),
  /** Operations that headquarters does not hold yet. */
  waiting: z.int(),
  /** Operations that headquarters has ordered and this counter has not followed yet. */
  behind: z.int(),
  lastContactMs: z.int().nullable(),
  /** Headquarters' clock less this counter's, ms; null before the first contact. Shown, never trusted. */
  clockDifferenceMs: z.int().nullable(),
  /** Operations of this counter that headquarters has put in quarantine or left out. */
  setAside: z.int(),
  openCases: z.int(),
  lastError: faultDataSchema.nullable(),
});

export const syncContract = {
  state: call({ access: ALL_STAFF }).input(z.strictObject({})).output(syncStateSchema),
};
