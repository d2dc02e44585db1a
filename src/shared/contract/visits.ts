// Area visits: accounts of other branches, looked up at headquarters and served here.
import { z } from 'zod';
import { COUNTER_STAFF, call } from './call.ts';
import { accountIdSchema, fenSchema } from './values.ts';

const visitSchema = z.strictObject({
  homeBranchNo: z.string(),
  homeBranchName: z.string(),
  /** When headquarters said so, by this counter's clock. */
  asOfMs: z.int(),
  expiresAtMs: z.int(),
});

export const visitsContract = {
  /** An account number, a card number, or a phone number with the full name; masked, and noted at headquarters. */
  find: call({
    access: COUNTER_STAFF,
    faults: ['ACCOUNT_NOT_FOUND', 'LOOKUPS_TOO_MANY', 'HEADQUARTERS_UNREACHABLE', 'HEADQUARTERS_REFUSED'],
  })
    .input(z.strictObject({ text: z.string().trim().min(1).max(120) }))
    .output(
      z.strictObject({
        found: z.array(
          z.strictObject({
            accountId: z.string(),
            accountNo: z.string(),
            customerName: z.string(),
            address: z.string(),
            homeBranchNo: z.string(),
            homeBranchName: z.string(),
          }),
        ),
      }),
    ),
  /** Whose the account is, and what may be done with it while the line is away. */
  note: call({ access: COUNTER_STAFF })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(
      z.strictObject({
        /** Null for an account of this branch. */
        visit: visitSchema.nullable(),
        hasLine: z.boolean(),
        /** Whether what is sold now counts within headquarters' limit. */
        bounded: z.boolean(),
        /** What is left of that limit for this clerk and account today; null where there is none. */
        left: z.strictObject({ limitId: z.string(), validUntil: z.string(), leftFen: fenSchema, leftCount: z.int() }).nullable(),
      }),
    ),
};
