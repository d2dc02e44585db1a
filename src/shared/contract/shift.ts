// Area shift: the clerk's drawer.
import { z } from 'zod';
import { COUNTER_STAFF, call } from './call.ts';
import { fenSchema, idSchema } from './values.ts';

export const shiftSchema = z.strictObject({
  shiftId: z.string(),
  clerk: z.string(),
  businessDate: z.string(),
  openedAtMs: z.int(),
  floatFen: fenSchema,
  /** Cash that should be in the drawer now, from the ledger. */
  drawerFen: z.int(),
  topups: z.int(),
});

export const shiftContract = {
  /** The caller's open shift, or null. */
  current: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(shiftSchema.nullable()),
  open: call({ access: COUNTER_STAFF, faults: ['SHIFT_ALREADY_OPEN'] })
    .input(z.strictObject({ shiftId: idSchema, floatFen: fenSchema }))
    .output(shiftSchema),
};
