// Area sync: where replication to headquarters stands, what waits, what headquarters has set aside, and what people must settle.
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
import { faultDataSchema } from './values.ts';

/** The first load of a new counter. */
export const loadProgressSchema = z.strictObject({
  /** `waiting`: for enrolment or for the line; `empty`: headquarters holds nothing of this branch yet. */
  phase: z.enum(['waiting', 'empty', 'loading', 'checking', 'indexing']),
  /** Entries of the branch's feed that are here, and how many there are. */
  position: z.int(),
  of: z.int(),
  accounts: z.int(),
  /** By the rate so far, ms; null while it is not known. */
  remainingMs: z.int().nullable(),
});

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
  /** null where the counter has its branch's books; until then it does no business. */
  firstLoad: loadProgressSchema.nullable(),
  lastError: faultDataSchema.nullable(),
});

/** An operation of this counter, as far as a list shows it. */
const operationLineSchema = z.strictObject({
  seq: z.int(),
  kind: z.string(),
  accountId: z.string(),
  /** '' where it concerns no account, or one this counter does not hold. */
  customerName: z.string(),
  clerk: z.string(),
  recordedAtMs: z.int(),
});

const sideSchema = z.strictObject({
  counterId: z.string(),
  seq: z.int(),
  kind: z.string(),
  clerk: z.string(),
  recordedAtMs: z.int(),
});

export const syncContract = {
  state: call({ access: ALL_STAFF }).input(z.strictObject({})).output(syncStateSchema),
  /** The first operations that wait to be sent, what headquarters has set aside, and the exception cases of the branch. */
  details: call({ access: ALL_STAFF })
    .input(z.strictObject({}))
    .output(
      z.strictObject({
        queue: z.array(operationLineSchema),
        setAside: z.array(
          z.strictObject({
            ...operationLineSchema.shape,
            verdict: z.enum(['conflict', 'quarantined']),
            /** As headquarters gave it. */
            code: z.string(),
            reason: z.string(),
          }),
        ),
        cases: z.array(
          z.strictObject({
            caseId: z.string(),
            code: z.string(),
            state: z.enum(['open', 'settled']),
            accountId: z.string(),
            customerName: z.string(),
            openedAtMs: z.int(),
            later: sideSchema,
            earlier: sideSchema.nullable(),
            note: z.string(),
          }),
        ),
      }),
    ),
  /** Makes this counter known at headquarters with a one-time code. */
  enrol: call({ access: ['it', 'manager'], faults: ['HEADQUARTERS_UNREACHABLE', 'HEADQUARTERS_REFUSED'] })
    .input(z.strictObject({ code: z.string().min(8).max(64) }))
    .output(syncStateSchema),
};
