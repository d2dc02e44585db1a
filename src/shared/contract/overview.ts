// Area overview: the manager's figures of a day by hour, kind, clerk and tender, the operations behind each, and tables to take away.
import { z } from 'zod';
import { COMMODITIES } from '../domain/commodity.ts';
import { NO_TAKINGS, type TakingSums } from '../domain/takings.ts';
import { TENDER_MOVING } from '../domain/tender-moves.ts';
import { type Access, call } from './call.ts';
import { idSchema, tenderKindSchema } from './values.ts';

/** Who looks at everybody's figures. */
const OVERSEERS = ['supervisor', 'manager'] as const satisfies Access;

/** A part of a file is at most this long, bytes. */
export const TABLE_PART_BYTES = 128 * 1024;
/** Operations a page of the list may hold. */
const MOST_ROWS = 200;

const dateSchema = z.iso.date();
const count = z.int();
const sumFen = z.int();

const sums = Object.fromEntries(Object.keys(NO_TAKINGS).map((name) => [name, z.int()])) as Readonly<Record<keyof TakingSums, z.ZodInt>>;

/** This counter alone, or every counter of the branch as far as this one has followed them. */
const ofSchema = z.enum(['counter', 'branch']);
/** Of which business date; the open one where it is left out. */
const dayOf = { date: dateSchema.optional(), of: ofSchema };

const filterSchema = z.strictObject({
  hour: z.int().min(0).max(23).optional(),
  kind: z.enum(TENDER_MOVING).optional(),
  clerk: z.string().min(1).max(20).optional(),
  tender: tenderKindSchema.optional(),
});

/** The tables of a file. CSV holds one of them, XLSX all, a sheet each. */
export const OVERVIEW_TABLES = ['takings', 'hours', 'kinds', 'clerks'] as const;
export const CLOSE_TABLES = ['business', 'tenders', 'receipts', 'invoices', 'cards', 'differences'] as const;

/** What can be taken away as tables. */
const subjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('overview'), ...dayOf, table: z.enum(OVERVIEW_TABLES) }),
  z.strictObject({ kind: z.literal('operations'), ...dayOf, filter: filterSchema }),
  z.strictObject({ kind: z.literal('close'), closeId: idSchema, table: z.enum(CLOSE_TABLES) }),
]);

const pastDay = {
  operations: count,
  amountFen: sumFen,
  /** Up to the time of day that it is now; the whole day where the day that is looked at is over. */
  soFarOperations: count,
  soFarFen: sumFen,
  hours: z.array(z.strictObject({ hour: z.int(), operations: count, amountFen: sumFen })),
};

const daySchema = z.strictObject({
  date: z.string(),
  of: ofSchema,
  /** It is the open business date: figures still grow. */
  isOpen: z.boolean(),
  businessDate: z.string(),
  asOfMs: z.int(),
  /** Counters that have a part in the figures. */
  counters: z.array(z.string()),
  cells: z.array(z.strictObject({ hour: z.int(), kind: z.enum(TENDER_MOVING), clerk: z.string(), ...sums })),
  clerks: z.array(z.strictObject({ staffNo: z.string(), name: z.string() })),
  comparison: z.strictObject({
    /** The same weekday a week before. */
    lastWeek: z.strictObject({ date: z.string(), ...pastDay }),
    /** Mean of the four weeks before, of the days that had business; `days` says how many. */
    average: z.strictObject({ days: count, ...pastDay }),
  }),
  queue: z.strictObject({
    /** Called and not finished, longest first. */
    open: z.array(z.strictObject({ ticketNo: z.string(), ticketKind: z.string(), clerk: z.string(), calledAtMs: z.int() })),
    served: count,
    absent: count,
    /** Mean handling time of those served, ms; null while there is none. */
    averageMs: z.int().nullable(),
    /** Mean of the ratings in hundredths, 100 the best to 500; null while there is none. */
    ratingHundredths: z.int().nullable(),
  }),
});

const rowSchema = z.strictObject({
  counterId: z.string(),
  seq: z.int(),
  kind: z.enum(TENDER_MOVING),
  clerk: z.string(),
  recordedAtMs: z.int(),
  accountId: z.string(),
  /** '' where this counter does not hold the account. */
  accountNo: z.string(),
  customerName: z.string(),
  /** The top-up, payment or hand-over. */
  subjectId: z.string(),
  receiptNo: z.string(),
  cashFen: sumFen,
  bankCardFen: sumFen,
  walletFen: sumFen,
  litres: z.int(),
  commodity: z.enum(COMMODITIES),
});

export const overviewContract = {
  /** The figures of a business date, what they are held against, and the queue of that date. */
  day: call({ access: OVERSEERS }).input(z.strictObject(dayOf)).output(daySchema),
  /** The operations behind a figure, in the order of their time. */
  operations: call({ access: OVERSEERS })
    .input(
      z.strictObject({
        ...dayOf,
        filter: filterSchema,
        offset: z.int().min(0).max(1_000_000).default(0),
        limit: z.int().min(1).max(MOST_ROWS).default(50),
      }),
    )
    .output(z.strictObject({ date: z.string(), total: count, sums: z.strictObject(sums), rows: z.array(rowSchema) })),
  /** Makes a file of tables and keeps it at hand for the caller, until it has been saved. The language is the branch's where it is left out. */
  export: call({ access: OVERSEERS, faults: ['EXPORT_FAILED', 'DAY_CLOSE_UNKNOWN'] })
    .input(
      z.strictObject({
        exportId: idSchema,
        subject: subjectSchema,
        format: z.enum(['csv', 'xlsx']),
        language: z.enum(['zh-CN', 'zh-TW', 'en']).optional(),
      }),
    )
    .output(z.strictObject({ exportId: z.string(), fileName: z.string(), rows: count, sizeBytes: count })),
  /** A part of the file, and where the next one begins; null after the last. */
  part: call({ access: OVERSEERS, faults: ['EXPORT_UNKNOWN'] })
    .input(z.strictObject({ exportId: idSchema, offset: z.int().min(0).default(0) }))
    .output(z.strictObject({ part: z.base64(), nextOffset: z.int().nullable() })),
};
