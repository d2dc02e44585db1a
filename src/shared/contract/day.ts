// Area day: the day as it stands, its close, and whether headquarters holds the same.
import { z } from 'zod';
import { CLOSE_PAPER_STATES, DAY_PAPERS } from '../domain/close-papers.ts';
import { type Access, APPROVAL_FAULTS, call } from './call.ts';
import { dayFigures, lateArrival, receivableMovement } from './day-figures.ts';
import { approvalSchema } from './topups.ts';
import { faultDataSchema, fenSchema, idSchema, wordsSchema } from './values.ts';

/** Who looks at the whole counter, and who closes its day. */
const OVERSEERS = ['supervisor', 'manager'] as const satisfies Access;
const MANAGER = ['manager'] as const satisfies Access;

const who = { accountNo: z.string(), customerName: z.string() };
const dateSchema = z.iso.date();
const place = { closeNo: z.int(), fromSeq: z.int(), toSeq: z.int() };

const { open, differences, ...sums } = dayFigures;
const figures = {
  ...sums,
  receivable: receivableMovement,
  late: z.array(lateArrival),
  differences: z.array(differences.element.extend(who)),
  /** Purchases that were paid for and are on no card. */
  undelivered: z.array(open.element.extend(who)),
};

export const closeBriefSchema = z.strictObject({
  ...place,
  closeId: z.string(),
  counterId: z.string(),
  closedDate: z.string(),
  nextDate: z.string(),
  operations: z.int(),
  /** Of the close in the journal: what its papers bear. */
  hash: z.string(),
  clerk: z.string(),
  approvedBy: z.string(),
  closedAtMs: z.int(),
  openDifferences: z.int(),
  /** Net, over the counter. */
  takenFen: z.int(),
});

const closeSchema = z.strictObject({
  ...figures,
  ...place,
  closeId: z.string(),
  counterId: z.string(),
  closedDate: z.string(),
  nextDate: z.string(),
  toHash: z.string(),
  feedPosition: z.int(),
  approvedBy: z.string(),
  seq: z.int(),
  hash: z.string(),
  clerk: z.string(),
  closedAtMs: z.int(),
});

const nowSchema = z.strictObject({
  ...figures,
  ...place,
  feedPosition: z.int(),
  businessDate: z.string(),
  /** What the business date would be afterwards; the same where the next day has not begun. */
  nextDate: z.string(),
  /** Signatures that the close takes. */
  signatures: z.union([z.literal(1), z.literal(2)]),
  openDrawers: z.array(
    z.strictObject({ shiftId: z.string(), clerk: z.string(), openedAtMs: z.int(), state: z.enum(['open', 'counted', 'closed']) }),
  ),
  /** By the ledger, fen. */
  safeFen: z.int(),
  /** Where cash was taken last; '' before the first time. */
  lastBankAccount: z.string(),
  lastClose: closeBriefSchema.nullable(),
});

const sumsOfKind = z.strictObject({ count: z.int(), debitFen: z.int(), hash: z.string() });

export const agreementSchema = z.strictObject({
  /** `confirmed`: headquarters holds exactly these operations. `not-held`: not all of them yet. `unknown`: it could not be asked. */
  state: z.enum(['confirmed', 'differs', 'not-held', 'unknown']),
  heldSeq: z.int(),
  kinds: z.array(z.strictObject({ kind: z.string(), ours: sumsOfKind.nullable(), theirs: sumsOfKind.nullable() })),
  fault: faultDataSchema.nullable(),
});

const papersSchema = z.strictObject({
  /** false where the counter has none to hand anything to. */
  hasHeadquarters: z.boolean(),
  papers: z.array(
    z.strictObject({
      paper: z.enum(DAY_PAPERS),
      /**
       * `held`: headquarters has just said that it holds this paper; `said-held`: it said so at `changedAtMs`. `waiting`: made and on its way. `due`: being
       * made. `refused`: it will not take it. `none`: nobody has handed it over.
       */
      state: z.enum(['none', 'said-held', ...CLOSE_PAPER_STATES]),
      sizeBytes: z.int(),
      changedAtMs: z.int(),
      /** Why it could not be made or has not gone yet. */
      fault: faultDataSchema.nullable(),
    }),
  ),
  /** Why headquarters could not be asked. */
  fault: faultDataSchema.nullable(),
});

export const dayContract = {
  /** The day since the last close, and what keeps it from being closed. */
  now: call({ access: OVERSEERS }).input(z.strictObject({})).output(nowSchema),
  close: call({
    access: MANAGER,
    faults: ['DRAWERS_OPEN', 'DAY_MOVED_ON', 'DAY_NOT_OVER', 'DAY_CLOSED', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        closeId: idSchema,
        /** The business date from here on; that of today where the day goes on. */
        nextDate: dateSchema,
        /** The last operation of the figures that were looked at. */
        seenSeq: z.int().min(0),
        approval: approvalSchema.optional(),
      }),
    )
    .output(closeSchema),
  /** Of this counter, newest first. */
  closes: call({ access: OVERSEERS })
    .input(z.strictObject({ limit: z.int().min(1).max(400).default(60) }))
    .output(z.array(closeBriefSchema)),
  get: call({ access: OVERSEERS, faults: ['DAY_CLOSE_UNKNOWN'] })
    .input(z.strictObject({ closeId: idSchema }))
    .output(closeSchema),
  /** The close that a code on its papers leads to: the hash of its operation. */
  find: call({ access: OVERSEERS, faults: ['DAY_CLOSE_UNKNOWN'] })
    .input(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(closeBriefSchema),
  /** Asks headquarters for its own sums over the operations of the close, and compares. */
  agree: call({ access: OVERSEERS, faults: ['DAY_CLOSE_UNKNOWN'] })
    .input(z.strictObject({ closeId: idSchema }))
    .output(agreementSchema),
  /** How far the papers of the close are on their way to headquarters. */
  papers: call({ access: OVERSEERS, faults: ['DAY_CLOSE_UNKNOWN'] })
    .input(z.strictObject({ closeId: idSchema }))
    .output(papersSchema),
  /** Hands the papers of the close over that are not on their way: those of a close from before there was a headquarters. */
  handOver: call({ access: OVERSEERS, faults: ['DAY_CLOSE_UNKNOWN'] })
    .input(z.strictObject({ closeId: idSchema }))
    .output(papersSchema),
  /** Cash out of the safe into the bank, once per id. A slip number is the bank's, and used once. */
  bank: call({ access: MANAGER, faults: ['SAFE_SHORT', ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        depositId: idSchema,
        amountFen: fenSchema.min(1),
        slipNo: wordsSchema(60),
        bankedOn: dateSchema.optional(),
        bankAccount: wordsSchema(60).optional(),
        approval: approvalSchema.optional(),
      }),
    )
    .output(z.strictObject({ safeFen: z.int() })),
};
