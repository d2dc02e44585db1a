// Calls on the dock of the meter-reading handhelds.
import { z } from 'zod';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { DockControl, MeterDock } from '../../../drivers/kit/meter-dock.ts';
import { done, type Outcome, refused } from '../../../drivers/kit/outcome.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import { bytesSchema, type CallContext, defineCall } from './call-kind.ts';
import { dockFileIdentitySchema, dockReadinessSchema, dockReceiveResultSchema, dockSendResultSchema } from './results.ts';

/** A megabyte takes 18 minutes at 9600 baud. What has stopped moving, the driver ends long before. */
const TRANSFER_LIMIT_MS = 2 * 60 * 60_000;

const HANDSHAKE_LIMIT_MS = 30_000;

const whole = z.array(dockFileIdentitySchema);

export const dockCalls = {
  'dock.send': defineCall({
    slot: 'dock',
    call: z.strictObject({
      op: z.literal('dock.send'),
      files: z.array(z.strictObject({ name: z.string(), data: bytesSchema })),
      whole,
    }),
    hasEffect: true,
    limitMs: TRANSFER_LIMIT_MS,
    result: dockSendResultSchema,
    work: (device, call, context) =>
      transfer(context, () => requireDock(device).send(call.files, { ...controlOf(context), whole: call.whole })),
  }),
  'dock.receive': defineCall({
    slot: 'dock',
    call: z.strictObject({ op: z.literal('dock.receive'), whole }),
    // The handheld may clear its memory once it has handed everything over.
    hasEffect: true,
    limitMs: TRANSFER_LIMIT_MS,
    result: dockReceiveResultSchema,
    work: (device, call, context) => transfer(context, () => requireDock(device).receive({ ...controlOf(context), whole: call.whole })),
  }),
  'dock.handshake': defineCall({
    slot: 'dock',
    call: z.strictObject({ op: z.literal('dock.handshake') }),
    hasEffect: false,
    limitMs: HANDSHAKE_LIMIT_MS,
    result: dockReadinessSchema,
    work: async (device, _call, { signal }) => done(await requireDock(device).handshake(signal)),
  }),
} as const;

/** A transfer says itself what was whole when it broke off, also when it was cancelled. It rejects only when nothing was begun. */
async function transfer<T>(context: CallContext, act: () => Promise<T>): Promise<Outcome<T>> {
  context.effectBegins();
  try {
    return done(await act());
  } catch (error) {
    return refused(asFault(error).toData());
  }
}

function controlOf({ signal, progress }: CallContext): DockControl {
  return {
    signal,
    onProgress: ({ fileName, fileBytes, fileSizeBytes }) => progress({ fileName, doneBytes: fileBytes, totalBytes: fileSizeBytes }),
  };
}

function requireDock(device: OpenDevice): MeterDock {
  if (device.meterDock === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'not a dock' });
  return device.meterDock;
}
