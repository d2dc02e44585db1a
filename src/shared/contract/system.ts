// Area system: what this counter is, for the sign-in screen and for support.
import { z } from 'zod';
import { call } from './call.ts';

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
};
