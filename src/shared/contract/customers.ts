// Area customers: the people behind the accounts, found before they are written down twice, and joined with a trace where they were.
import { z } from 'zod';
import { APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import { addressSchema, customerInput, customerSchema, duplicateSchema, identitySchema, phoneSchema, reasonSchema } from './people.ts';
import { approvalSchema } from './topups.ts';
import { accountIdSchema, idSchema, lineSchema, seenSchemas } from './values.ts';

/** Needed only where the change makes somebody else the party to the contract. */
const whyOtherPartySchema = lineSchema(200).default('');

export const customersContract = {
  get: call({ access: COUNTER_STAFF, faults: ['CUSTOMER_UNKNOWN'] })
    .input(z.strictObject({ customerId: idSchema }))
    .output(customerSchema),
  /** Records that may be the same person, by what is filled in so far. */
  duplicates: call({ access: COUNTER_STAFF })
    .input(
      z.strictObject({
        phone: phoneSchema.nullable().default(null),
        identity: identitySchema.nullable().default(null),
        address: addressSchema.nullable().default(null),
        /** A record that is not to be found; its own phone and document are looked for where none are given. */
        except: z.string().max(64).default(''),
      }),
    )
    .output(z.array(duplicateSchema)),
  /** Writes down who the customer of an account is that has no record of one; where it has one, this takes what `accounts.assign` takes. */
  register: call({
    access: COUNTER_STAFF,
    faults: ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'ACCOUNT_CHANGED', 'DUPLICATES_FOUND', 'KEY_VAULT_FAILED', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        customerId: idSchema,
        accountId: accountIdSchema,
        ...seenSchemas,
        ...customerInput,
        /** The possible duplicates were shown and are somebody else. */
        acceptDuplicates: z.boolean().default(false),
        reason: whyOtherPartySchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(customerSchema),
  /**
   * Changes a record. `phone` null and `identity` absent leave what is there. Another name, or another document than the one that is there, is another
   * party to the contract: it takes a reason and a supervisor.
   */
  change: call({
    access: COUNTER_STAFF,
    faults: ['CUSTOMER_UNKNOWN', 'CUSTOMER_MERGED', 'ACCOUNT_CHANGED', 'KEY_VAULT_FAILED', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        changeId: idSchema,
        customerId: idSchema,
        /** The account at which it was asked for; its timeline shows the change. */
        accountId: accountIdSchema,
        ...seenSchemas,
        name: customerInput.name,
        phone: phoneSchema.nullable(),
        identity: identitySchema.nullable().optional(),
        smsConsent: z.boolean(),
        reason: whyOtherPartySchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(customerSchema),
  /** Two records of one person: the accounts of the one that goes are those of the one that stays from now on. */
  merge: call({ access: ['supervisor', 'manager'], faults: ['ACCOUNT_UNKNOWN', 'CUSTOMER_UNKNOWN', 'CUSTOMER_MERGED'] })
    .input(
      z.strictObject({
        changeId: idSchema,
        keptId: idSchema,
        mergedId: idSchema,
        reason: reasonSchema,
        /** The account at which it was found; its timeline shows the merge. */
        accountId: accountIdSchema.optional(),
      }),
    )
    .output(customerSchema),
};
