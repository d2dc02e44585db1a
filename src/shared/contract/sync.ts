// Area sync: where replication to headquarters stands, what waits, what headquarters has set aside, and what people must settle.
import { z } from 'zod';
import { MASTER_DATA_KINDS } from '../domain/master-data.ts';
import { SETTLEMENTS, WRITTEN_TEXTS } from '../domain/settling.ts';
import { timelineEntrySchema } from './accounts.ts';
import { ALL_STAFF, APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import { reasonSchema } from './people.ts';
import { approvalSchema } from './topups.ts';
import { faultDataSchema, idSchema } from './values.ts';

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

/** The branch's counters among themselves, while headquarters is away. */
export const neighbourStateSchema = z.strictObject({
  /** The counter that relays; '' while headquarters is there. */
  relay: z.string(),
  /** It is this one. */
  isRelay: z.boolean(),
  counters: z.array(z.strictObject({ counterId: z.string(), address: z.string(), isSeen: z.boolean() })),
});

export const syncStateSchema = z.strictObject({
  /** `locked`: headquarters has locked this counter out and takes nothing of it; `lastError` bears the reason. */
  state: z.enum(['not-configured', 'not-enrolled', 'up-to-date', 'sending', 'waiting', 'refused', 'locked']),
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
  /** null where this counter does not take part in its branch's own network. */
  neighbours: neighbourStateSchema.nullable(),
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
            /** How it can be settled here; none where only waiting helps, or an exception case does it. */
            ways: z.array(z.enum(SETTLEMENTS)),
            says: timelineEntrySchema,
            /** Texts of it that can be corrected before it is made again. */
            fields: z.array(z.strictObject({ name: z.enum(WRITTEN_TEXTS), value: z.string() })),
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
            /** How it can be settled; none for one that is. */
            ways: z.array(z.enum(SETTLEMENTS)),
            /** What both sides say; null where this counter does not hold the operation. */
            laterSays: timelineEntrySchema.nullable(),
            earlierSays: timelineEntrySchema.nullable(),
            /** Of a counter that goes on under another number: the numbers that may be on two papers. */
            numbers: z.array(
              z.strictObject({
                what: z.enum(['receipt', 'invoice', 'account', 'request']),
                first: z.string(),
                last: z.string(),
                count: z.int(),
              }),
            ),
            /** How it was settled; null while it is open, or where headquarters alone knows. */
            settled: z.strictObject({ way: z.enum(SETTLEMENTS), clerk: z.string(), atMs: z.int() }).nullable(),
          }),
        ),
      }),
    ),
  /**
   * Settles an exception case, once. `redone` makes the later change once more on top of what stands now, under `newId`; the other ways only say
   * what was done. A clerk needs a second person.
   */
  settle: call({
    access: COUNTER_STAFF,
    faults: ['CASE_UNKNOWN', 'CASE_SETTLED', 'SETTLEMENT_REFUSED', 'ACCOUNT_CHANGED', 'ACCOUNT_NOT_ACTIVE', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        ...{ caseId: idSchema, way: z.enum(SETTLEMENTS), newId: idSchema, reason: reasonSchema },
        approval: approvalSchema.optional(),
      }),
    )
    .output(syncStateSchema),
  /**
   * Settles an own operation in quarantine, once: it counts nowhere any more, and with `resent` is made again under `newId` with the texts of
   * `corrections` by field. A clerk needs a second person.
   */
  repair: call({
    access: COUNTER_STAFF,
    faults: ['CASE_UNKNOWN', 'CASE_SETTLED', 'SETTLEMENT_REFUSED', 'ACCOUNT_CHANGED', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        ...{ operationId: idSchema, way: z.enum(['discarded', 'resent']), newId: idSchema, reason: reasonSchema },
        corrections: z.partialRecord(z.enum(WRITTEN_TEXTS), z.string().max(500)),
        approval: approvalSchema.optional(),
      }),
    )
    .output(syncStateSchema),
  /**
   * Goes on under another number after headquarters knows this counter's journal otherwise: restored from a backup, or copied. Takes a one-time code of
   * headquarters and a second person; after anything that broke off it may be made again with the same code.
   */
  renew: call({
    access: ['it', 'manager'],
    faults: [
      'RENEWAL_NOT_NEEDED',
      'ENROLMENT_REFUSED',
      'HEADQUARTERS_UNREACHABLE',
      'HEADQUARTERS_REFUSED',
      'JOURNAL_BROKEN',
      ...APPROVAL_FAULTS,
    ],
  })
    .input(z.strictObject({ code: z.string().min(8).max(64), reason: reasonSchema, approval: approvalSchema.optional() }))
    .output(z.strictObject({ counterId: z.string(), formerId: z.string(), carried: z.int(), state: syncStateSchema })),
  /** What headquarters has published for this branch, newest first, and what was refused of it. */
  masterData: call({ access: ALL_STAFF })
    .input(z.strictObject({}))
    .output(
      z.strictObject({
        documents: z.array(
          z.strictObject({
            documentId: z.string(),
            documentKind: z.enum(MASTER_DATA_KINDS),
            version: z.int(),
            effectiveFrom: z.string(),
            validUntil: z.string(),
            state: z.enum(['in-force', 'upcoming', 'replaced', 'over', 'refused']),
          }),
        ),
      }),
    ),
  /** Makes this counter known at headquarters with a one-time code. */
  enrol: call({ access: ['it', 'manager'], faults: ['ENROLMENT_REFUSED', 'HEADQUARTERS_UNREACHABLE', 'HEADQUARTERS_REFUSED'] })
    .input(z.strictObject({ code: z.string().min(8).max(64) }))
    .output(syncStateSchema),
};
