// Area system: what this counter is, for the sign-in screen and for support.
import { z } from 'zod';
import { call } from './call.ts';
import { loadProgressSchema, syncStateSchema } from './sync.ts';

const firstStartSchema = z
  .strictObject({
    counterId: z.string(),
    /** '' until the first piece of the books is here. */
    branchName: z.string(),
    state: syncStateSchema.shape.state,
    lastError: syncStateSchema.shape.lastError,
    load: loadProgressSchema.nullable(),
  })
  .nullable();

export const systemContract = {
  info: call({ access: 'anyone' })
    .input(z.strictObject({}))
    .output(
      z.strictObject({
        product: z.literal('countertop'),
        version: z.string(),
        host: z.enum(['electron', 'loopback']),
        branchNo: z.string(),
        branchName: z.string(),
        counterId: z.string(),
        businessDate: z.string(),
        demo: z.boolean(),
        /** Sign-ins offered by the demo hall; empty on a real counter. */
        demoStaff: z.array(z.strictObject({ staffNo: z.string(), name: z.string(), role: z.string(), password: z.string() })),
      }),
    ),
  /** How far the first start of a counter without books is; null on one that can do business. */
  firstStart: call({ access: 'anyone' }).input(z.strictObject({})).output(firstStartSchema),
  /** Makes a counter without books known at headquarters with a one-time code; then they come by themselves. Only there: ROLE_DENIED. */
  begin: call({ access: 'anyone', faults: ['ENROLMENT_REFUSED', 'HEADQUARTERS_UNREACHABLE', 'HEADQUARTERS_REFUSED'] })
    .input(z.strictObject({ code: z.string().min(8).max(64) }))
    .output(firstStartSchema),
};
