// Area approvals: a supervisor lets one act through from the own screen, instead of signing in at the clerk's.
import { z } from 'zod';
import { COUNTER_STAFF, call, ROLES } from './call.ts';
import { commoditySchema, idSchema, lineSchema, wordsSchema } from './values.ts';

export const APPROVAL_STATES = ['waiting', 'approved', 'denied', 'cancelled', 'expired', 'used'] as const;

export const askedApprovalSchema = z.strictObject({
  approvalId: z.string(),
  /** The call it is for, as "area.call". */
  act: z.string(),
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  commodity: commoditySchema,
  /** What the act is about, read out of it by the counter itself. */
  amountFen: z.int().nullable(),
  litres: z.int().nullable(),
  reason: z.string(),
  askedBy: z.strictObject({ staffNo: z.string(), name: z.string(), role: z.enum(ROLES) }),
  askedAtMs: z.int(),
  expiresAtMs: z.int(),
  state: z.enum(APPROVAL_STATES),
  /** '' until somebody has decided. */
  decidedBy: z.string(),
  note: z.string(),
});

const noteSchema = lineSchema(200);
const SUPERVISING = ['supervisor', 'manager'] as const;
const one = z.strictObject({ approvalId: idSchema });

export const approvalsContract = {
  /** Asks for one act. `input` is the input of that call without its approval; the approval holds for exactly this and for ten minutes. */
  ask: call({ access: COUNTER_STAFF, faults: ['CALL_UNKNOWN'] })
    .input(
      z.strictObject({
        approvalId: idSchema,
        act: z.string().regex(/^[a-zA-Z]{1,40}\.[a-zA-Z]{1,40}$/),
        input: z.record(z.string(), z.unknown()),
        /** Where the act's own input does not name it; '' for none. */
        accountId: lineSchema(40).default(''),
        reason: wordsSchema(200),
      }),
    )
    .output(askedApprovalSchema),
  /** The caller's own request as it stands. */
  get: call({ access: COUNTER_STAFF, faults: ['APPROVAL_UNKNOWN'] })
    .input(one)
    .output(askedApprovalSchema),
  cancel: call({ access: COUNTER_STAFF, faults: ['APPROVAL_UNKNOWN', 'APPROVAL_REFUSED'] })
    .input(one)
    .output(askedApprovalSchema),
  /** What waits for a decision, oldest first. */
  pending: call({ access: SUPERVISING }).input(z.strictObject({})).output(z.array(askedApprovalSchema)),
  /** Decides once. A denial is noted on the account. Nobody decides what they have asked for themselves. */
  decide: call({ access: SUPERVISING, faults: ['APPROVAL_UNKNOWN', 'APPROVAL_REFUSED', 'SUPERVISOR_REQUIRED'] })
    .input(z.strictObject({ approvalId: idSchema, decision: z.enum(['approved', 'denied']), note: noteSchema.default('') }))
    .output(askedApprovalSchema),
};
