// Area session: signing in and out, and who is there.
import { z } from 'zod';
import { ALL_STAFF, call, ROLES } from './call.ts';

export const credentialsSchema = z.strictObject({ staffNo: z.string().min(1).max(20), password: z.string().min(1).max(200) });

export const staffSchema = z.strictObject({ staffNo: z.string(), name: z.string(), role: z.enum(ROLES) });

export const sessionSchema = z.strictObject({
  /** Opaque; lets the same window continue after a reload. */
  sessionId: z.string(),
  staff: staffSchema,
  expiresAtMs: z.int(),
});

export const sessionContract = {
  /** Somebody with an open shift stands at one window at a time. */
  signIn: call({ access: 'anyone', faults: ['CREDENTIALS_WRONG', 'SIGN_IN_LOCKED', 'SIGNED_IN_ELSEWHERE'] })
    .input(credentialsSchema)
    .output(sessionSchema),
  /** Continues a session in a window that was reloaded. */
  resume: call({ access: 'anyone' })
    .input(z.strictObject({ sessionId: z.string().min(16).max(100) }))
    .output(sessionSchema),
  signOut: call({ access: ALL_STAFF }).input(z.strictObject({})).output(z.strictObject({})),
};
