// Pushed events: what a screen is told without asking.
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
import { deviceStateSchema } from './devices.ts';
import { syncStateSchema } from './sync.ts';

export const counterEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('device'), device: deviceStateSchema }),
  z.strictObject({ type: z.literal('card'), slot: z.int(), presence: z.enum(['present', 'absent', 'damaged']) }),
  /** A scanner at the counter has read a code, whole. */
  z.strictObject({ type: z.literal('scan'), text: z.string() }),
  z.strictObject({
    type: z.literal('topup-progress'),
    topupId: z.string(),
    step: z.enum(['reading', 'intent', 'writing', 'verifying', 'printing', 'done', 'stopped']),
    doneBytes: z.int(),
    totalBytes: z.int(),
  }),
  /** Something of this area changed; queries of it are stale. */
  z.strictObject({
    type: z.literal('changed'),
    area: z.enum(['topups', 'accounts', 'charging', 'requests', 'shift', 'hall', 'queue', 'approvals', 'cards', 'meters', 'day', 'prints']),
    accountId: z.string(),
  }),
  z.strictObject({ type: z.literal('sync'), sync: syncStateSchema }),
]);

export const eventsContract = {
  /** Everything that happens from now on. Slow listeners lose the oldest events first and must then ask again. */
  stream: call({ access: ALL_STAFF }).input(z.strictObject({})).output(eventIterator(counterEventSchema)),
};
