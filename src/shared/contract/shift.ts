// Area shift: the clerk's drawer from its float to its count. No call tells what should be in a drawer before it has been counted.
import { z } from 'zod';
import {
  DENOMINATIONS_FEN,
  DRAWER_REASONS,
  HAND_OPENINGS,
  MOVEMENT_ACCOUNTS,
  PENDING_KINDS,
  SHIFT_STATES,
  SLIP_TENDERS,
} from '../domain/shifts.ts';
import { APPROVAL_FAULTS, COUNTER_STAFF, call, ROLES, SHIFT_FAULTS } from './call.ts';
import { credentialsSchema } from './session.ts';
import { approvalSchema } from './topups.ts';
import { faultDataSchema, fenSchema, idSchema, lineSchema, tenderKindSchema } from './values.ts';

const SUPERVISING = ['supervisor', 'manager'] as const;
const reasonSchema = lineSchema(200);
const bagNoSchema = lineSchema(40);
/** Nobody holds a million notes in a drawer. */
const quantitySchema = z.int().min(0).max(9_999);

function eachOnce<T>(items: readonly T[], key: (item: T) => string | number): boolean {
  return new Set(items.map(key)).size === items.length;
}

/** Notes and coins by denomination; one that is left out was not there. */
const linesSchema = z
  .array(z.strictObject({ denominationFen: z.literal([...DENOMINATIONS_FEN]), count: quantitySchema }))
  .min(1)
  .max(DENOMINATIONS_FEN.length)
  .refine((lines) => eachOnce(lines, (line) => line.denominationFen), 'a denomination twice');

/** Slips as they lie there: how many, what those of sales add up to, and those of refunds. */
const slipSchema = z.strictObject({
  kind: z.enum(SLIP_TENDERS),
  count: quantitySchema,
  takenFen: fenSchema,
  returnedFen: fenSchema.default(0),
});
const slipsSchema = z
  .array(slipSchema)
  .max(SLIP_TENDERS.length)
  .refine((slips) => eachOnce(slips, (slip) => slip.kind), 'a tender twice');

const tenderBookSchema = z.strictObject({
  kind: tenderKindSchema,
  expectedCount: z.int(),
  expectedFen: z.int(),
  countedCount: z.int(),
  countedFen: z.int(),
  /** Counted less expected: over positive, short negative. */
  differenceFen: z.int(),
});

const countSchema = z.strictObject({
  countId: z.string(),
  countedBy: z.string(),
  atMs: z.int(),
  lines: z.array(z.strictObject({ denominationFen: z.int(), count: z.int() })),
  /** Cash, bank card, wallet. */
  tenders: z.array(tenderBookSchema),
});

export const pendingSchema = z.strictObject({
  kind: z.enum(PENDING_KINDS),
  subjectId: z.string(),
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  amountFen: fenSchema,
  /** Whether the company lets nobody close a shift with it. */
  forbids: z.boolean(),
});

export const shiftSchema = z.strictObject({
  shiftId: z.string(),
  counterId: z.string(),
  clerk: z.string(),
  clerkName: z.string(),
  businessDate: z.string(),
  /** False where it was left open on another business date: then it is counted and closed, and takes no more money. */
  isOfToday: z.boolean(),
  openedAtMs: z.int(),
  floatFen: fenSchema,
  state: z.enum(SHIFT_STATES),
  topups: z.int(),
  movements: z.array(
    z.strictObject({
      movementId: z.string(),
      kind: z.enum(['paid-in', 'paid-out', 'dropped']),
      category: z.string(),
      reason: z.string(),
      /** In positive, out negative. */
      amountFen: z.int(),
      bagNo: z.string(),
      approvedBy: z.string(),
      atMs: z.int(),
    }),
  ),
  /** Each blind count with what it should have been; the last one counts. */
  counts: z.array(countSchema),
  /** How often it may be counted again. */
  recountsLeft: z.int(),
  /** Null until it is closed or handed over. */
  ending: z
    .strictObject({
      how: z.enum(['closed', 'handed-over']),
      overShortFen: z.int(),
      countedFen: z.int(),
      carriedFen: z.int(),
      droppedFen: z.int(),
      nextShiftId: z.string(),
      reason: z.string(),
      approvedBy: z.string(),
      forced: z.boolean(),
      by: z.string(),
      atMs: z.int(),
      pending: z.array(pendingSchema),
    })
    .nullable(),
});

export const openingSchema = z.strictObject({
  openingId: z.string(),
  why: z.enum(DRAWER_REASONS),
  reason: z.string(),
  by: z.string(),
  approvedBy: z.string(),
  atMs: z.int(),
});

const clerk = { access: COUNTER_STAFF, needsShift: true } as const;
const ENDING_FAULTS = ['SHIFT_UNKNOWN', 'SHIFT_NOT_YOURS', 'SHIFT_STATE_REFUSES', 'SHIFT_NOT_COUNTED', 'SHIFT_PENDING'] as const;
const moneySchema = z.strictObject({
  movementId: idSchema,
  category: z.string().min(1).max(64),
  reason: reasonSchema.min(1),
  amountFen: fenSchema.min(1),
  approval: approvalSchema.optional(),
});
const MOVEMENT_FAULTS = [...SHIFT_FAULTS, 'SHIFT_ID_REUSED', ...APPROVAL_FAULTS] as const;

export const shiftContract = {
  /** The caller's open shift at this counter, or null. */
  current: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(shiftSchema.nullable()),
  /** What the company says about drawers, and what opening one finds here. */
  options: call({ access: COUNTER_STAFF })
    .input(z.strictObject({}))
    .output(
      z.strictObject({
        categories: z.array(
          z.strictObject({
            code: z.string(),
            name: z.string(),
            direction: z.enum(['in', 'out']),
            against: z.enum(MOVEMENT_ACCOUNTS),
          }),
        ),
        dropNeedsWitness: z.boolean(),
        noSaleRole: z.enum(ROLES),
        signedFromFen: fenSchema,
        denominationsFen: z.array(z.int()),
        /** Cash that the last shift left in this drawer. */
        carriedFen: fenSchema,
        /** Whoever has a shift open at this counter so that no other can be; '' for nobody. */
        drawerOf: z.string(),
      }),
    ),
  /**
   * Opens the drawer with its float, which contains what the last shift left in it. Less than that, or a shift of the clerk that still seems open at
   * another counter, takes a supervisor.
   */
  open: call({
    access: COUNTER_STAFF,
    faults: ['SHIFT_ALREADY_OPEN', 'SHIFT_ELSEWHERE', 'DRAWER_IN_USE', 'SHIFT_ID_REUSED', ...APPROVAL_FAULTS],
  })
    .input(z.strictObject({ shiftId: idSchema, floatFen: fenSchema, approval: approvalSchema.optional() }))
    .output(shiftSchema),
  /** Cash into the drawer that no customer brings. Above the role's limit with a supervisor. */
  payIn: call({ ...clerk, faults: ['CATEGORY_UNKNOWN', ...MOVEMENT_FAULTS] })
    .input(moneySchema)
    .output(shiftSchema),
  /** Cash out of the drawer that no customer gets. Above the role's limit with a supervisor. */
  payOut: call({ ...clerk, faults: ['CATEGORY_UNKNOWN', ...MOVEMENT_FAULTS] })
    .input(moneySchema)
    .output(shiftSchema),
  /** Counted cash out of the drawer into the safe, with a second person where the policy wants one. */
  drop: call({ ...clerk, faults: MOVEMENT_FAULTS })
    .input(
      z.strictObject({ movementId: idSchema, lines: linesSchema, bagNo: bagNoSchema.default(''), approval: approvalSchema.optional() }),
    )
    .output(shiftSchema),
  /** Opens the drawer without any business. Logged before the pulse; returns what kept the drawer from obeying, or null. */
  openDrawer: call({ ...clerk, faults: [...SHIFT_FAULTS, ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        openingId: idSchema,
        why: z.enum(HAND_OPENINGS),
        reason: reasonSchema.min(1),
        approval: approvalSchema.optional(),
      }),
    )
    .output(z.strictObject({ fault: faultDataSchema.nullable() })),
  /** What is not finished and will be named in the close. */
  pending: call({ access: COUNTER_STAFF, faults: ['SHIFT_UNKNOWN', 'SHIFT_NOT_YOURS'] })
    .input(z.strictObject({ shiftId: idSchema }))
    .output(z.array(pendingSchema)),
  /**
   * Takes a blind count: by the clerk, by the one who takes over and signs in for it, or by the manager for a clerk who cannot. From then on the shift
   * takes no more money; only now it is told what should have been there.
   */
  count: call({
    access: COUNTER_STAFF,
    faults: [
      'SHIFT_UNKNOWN',
      'SHIFT_NOT_YOURS',
      'SHIFT_STATE_REFUSES',
      'COUNTED_TOO_OFTEN',
      'SHIFT_ID_REUSED',
      'TAKER_REFUSED',
      'CREDENTIALS_WRONG',
      'SIGN_IN_LOCKED',
    ],
  })
    .input(
      z.strictObject({
        shiftId: idSchema,
        countId: idSchema,
        lines: linesSchema,
        slips: slipsSchema.default([]),
        taker: credentialsSchema.optional(),
      }),
    )
    .output(shiftSchema),
  /**
   * Closes a counted shift: the difference is posted, `carriedFen` stays in the drawer for the next one, the rest goes into the safe. A difference takes a
   * reason, and from the policy's sum on a supervisor. The manager closes somebody else's, with a reason.
   */
  close: call({ access: COUNTER_STAFF, faults: [...ENDING_FAULTS, 'CARRIED_TOO_MUCH', ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        shiftId: idSchema,
        closeId: idSchema,
        carriedFen: fenSchema.default(0),
        bagNo: bagNoSchema.default(''),
        reason: reasonSchema.default(''),
        approval: approvalSchema.optional(),
      }),
    )
    .output(shiftSchema),
  /** Gives the drawer with its cash to the clerk who has counted it; returns the shift that has ended. */
  handOver: call({ access: COUNTER_STAFF, faults: [...ENDING_FAULTS, 'TAKER_REFUSED', 'SHIFT_ID_REUSED', ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        shiftId: idSchema,
        handoverId: idSchema,
        newShiftId: idSchema,
        reason: reasonSchema.default(''),
        approval: approvalSchema.optional(),
      }),
    )
    .output(shiftSchema),
  /** Shifts of the branch that are not closed, as far as this counter knows, oldest first. */
  unclosed: call({ access: SUPERVISING }).input(z.strictObject({})).output(z.array(shiftSchema)),
  /** The caller's shifts of the open business date at this counter; for those who supervise, everybody's. */
  today: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(z.array(shiftSchema)),
  /** The ended shift that the code on its report leads to: the hash of the operation that ended it. Of the caller, or anybody's for the manager. */
  find: call({ access: COUNTER_STAFF, faults: ['SHIFT_UNKNOWN', 'SHIFT_NOT_YOURS'] })
    .input(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(shiftSchema),
  /** One shift of this counter, by the same rule. */
  get: call({ access: COUNTER_STAFF, faults: ['SHIFT_UNKNOWN', 'SHIFT_NOT_YOURS'] })
    .input(z.strictObject({ shiftId: idSchema }))
    .output(shiftSchema),
  /** Every opening of the shift's drawer, oldest first. */
  openings: call({ access: COUNTER_STAFF, faults: ['SHIFT_UNKNOWN', 'SHIFT_NOT_YOURS'] })
    .input(z.strictObject({ shiftId: idSchema }))
    .output(z.array(openingSchema)),
};
