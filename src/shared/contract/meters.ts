// Area meters: from the store to the customer's wall and back.
import { z } from 'zod';
import { METER_GOES } from '../domain/meters.ts';
import { APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import { receivableSchema } from './charging.ts';
import { approvalSchema } from './topups.ts';
import { accountIdSchema, commoditySchema, idSchema, lineSchema, litresSchema, wordsSchema } from './values.ts';

const meterNoSchema = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,16}$/);
const reasonSchema = wordsSchema(200);
const goesSchema = z.enum(METER_GOES);
const verifiedUntilSchema = z.union([z.literal(''), z.iso.date()]);
/** The reading billed last, for an ordinary meter of which it is not on record. */
const billedBefore = z.strictObject({ readingLitres: litresSchema, on: z.iso.date() }).nullable().default(null);
const billFaults = ['READING_BACKWARDS', 'READING_UNKNOWN', 'TARIFF_MISSING', 'REQUEST_OPEN'] as const;
const act = { access: COUNTER_STAFF } as const;

export const meterSchema = z.strictObject({
  meterNo: z.string(),
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  make: z.string(),
  model: z.string(),
  kind: z.enum(['ic', 'ordinary']),
  commodity: commoditySchema,
  layoutId: z.string(),
  place: z.enum([...METER_GOES, 'installed']),
  verifiedUntil: z.string(),
  installedOn: z.string(),
  firstReadingLitres: litresSchema,
  lastReadingLitres: litresSchema,
  lastReadOn: z.string(),
  /** Up to where the use of an ordinary meter has been billed, and when; '' where nobody has said. */
  billedLitres: litresSchema,
  billedOn: z.string(),
  /** As its card last reported. */
  remainingLitres: litresSchema,
});

export const metersContract = {
  /** Meters in a place, by number, at most 200; those whose number begins with `text`. */
  list: call(act)
    .input(z.strictObject({ place: z.enum([...METER_GOES, 'installed']).default('in-store'), text: z.string().max(16).default('') }))
    .output(z.array(meterSchema)),
  get: call({ ...act, faults: ['METER_UNKNOWN'] })
    .input(z.strictObject({ meterNo: meterNoSchema }))
    .output(meterSchema),
  /** Layouts of cards that can be read here, for meters that are registered. */
  layouts: call(act).input(z.strictObject({})).output(z.array(z.string())),
  /** A new meter comes into the store. The same registration again changes nothing. */
  register: call({ ...act, faults: ['METER_EXISTS', 'METER_LAYOUT_UNKNOWN'] })
    .input(
      z.strictObject({
        meterNo: meterNoSchema,
        make: wordsSchema(64),
        model: lineSchema(64),
        kind: z.enum(['ic', 'ordinary']),
        commodity: commoditySchema.default('gas'),
        /** '' for an ordinary meter. */
        layoutId: z.string().max(64),
        verifiedUntil: verifiedUntilSchema,
      }),
    )
    .output(meterSchema),
  install: call({
    ...act,
    faults: ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'METER_UNKNOWN', 'METER_NOT_IN_STORE', 'METER_THERE_ALREADY', 'METER_OTHER_SUPPLY'],
  })
    .input(
      z.strictObject({
        actId: idSchema,
        accountId: accountIdSchema,
        meterNo: meterNoSchema,
        readingLitres: litresSchema,
        on: z.iso.date(),
        requestId: lineSchema(64).default(''),
      }),
    )
    .output(meterSchema),
  /**
   * The old meter comes off, the new one goes on, in one act. What was left of bought gas is owed and goes on the next card; cards of the old meter are taken
   * in, because the new one would reject them.
   */
  exchange: call({
    ...act,
    needsShift: true,
    faults: [
      'ACCOUNT_UNKNOWN',
      'METER_UNKNOWN',
      'METER_NOT_HERE',
      'METER_NOT_IN_STORE',
      'METER_OTHER_SUPPLY',
      ...billFaults,
      'TOPUP_OPEN_ON_CARD',
      'CARD_TASK_OPEN',
      ...APPROVAL_FAULTS,
    ],
  })
    .input(
      z.strictObject({
        actId: idSchema,
        accountId: accountIdSchema,
        oldMeterNo: meterNoSchema,
        finalReadingLitres: litresSchema,
        newMeterNo: meterNoSchema,
        firstReadingLitres: litresSchema,
        /** Bought gas that was left; more than the ledger knows of needs a second person within the limits. */
        carriedLitres: litresSchema,
        on: z.iso.date(),
        billedBefore,
        reason: reasonSchema,
        oldMeterGoes: goesSchema,
        requestId: lineSchema(64).default(''),
        approval: approvalSchema.optional(),
      }),
    )
    .output(
      z.strictObject({
        meter: meterSchema,
        volumeOwedLitres: litresSchema,
        /** Whether the account needs a new card before it can buy. */
        needsNewCard: z.boolean(),
        /** What the use of an ordinary old meter costs up to its final reading. */
        bills: z.array(receivableSchema),
      }),
    ),
  /** What is left of bought gas as far as the ledger knows: in the meter and on the card. */
  leftOver: call({ ...act, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(z.strictObject({ inMeterLitres: litresSchema, onCardLitres: litresSchema })),
  remove: call({ ...act, faults: ['ACCOUNT_UNKNOWN', 'METER_UNKNOWN', 'METER_NOT_HERE', ...billFaults] })
    .input(
      z.strictObject({
        actId: idSchema,
        accountId: accountIdSchema,
        meterNo: meterNoSchema,
        finalReadingLitres: litresSchema,
        billedBefore,
        on: z.iso.date(),
        goes: goesSchema,
        requestId: lineSchema(64).default(''),
      }),
    )
    .output(meterSchema),
  /** A new verification; `intoStore` brings a meter back from repair or its maker. */
  reverify: call({ ...act, faults: ['METER_UNKNOWN', 'METER_NOT_AWAY'] })
    .input(z.strictObject({ meterNo: meterNoSchema, verifiedUntil: z.iso.date(), intoStore: z.boolean().default(false) }))
    .output(meterSchema),
};
