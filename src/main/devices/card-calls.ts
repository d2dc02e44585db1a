// Calls on the card reader.
import { z } from 'zod';
import type { MemoryCardReader } from '../../../drivers/kit/card-reader.ts';
import { memoryReaderOf } from '../../../drivers/kit/chip-reader.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import { done } from '../../../drivers/kit/outcome.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { bytesSchema, defineCall } from './call-kind.ts';
import { readCard, writeCard } from './card-write.ts';
import { cardSnapshotSchema, imageSchema } from './results.ts';

const cardSlot = z.int().min(1);

export const cardCalls = {
  'card.read': defineCall({
    slot: 'reader',
    call: z.strictObject({ op: z.literal('card.read'), cardSlot }),
    hasEffect: false,
    limitMs: 10_000,
    result: cardSnapshotSchema,
    async work(device, call, { notePresence }) {
      const snapshot = await readCard(requireReader(device, call.cardSlot), call.cardSlot);
      notePresence(call.cardSlot, snapshot.presence);
      return done(snapshot);
    },
  }),
  'card.write': defineCall({
    slot: 'reader',
    call: z.strictObject({
      op: z.literal('card.write'),
      cardSlot,
      expected: bytesSchema,
      writes: z.array(z.strictObject({ address: z.int().min(0), data: bytesSchema })),
      psc: bytesSchema,
      allowLastAttempt: z.boolean(),
    }),
    hasEffect: true,
    // A card write moves 256 bytes at 2.5 to 5 ms each, and frames between.
    limitMs: 60_000,
    result: imageSchema,
    work: (device, call, context) => writeCard(requireReader(device, call.cardSlot), call, context),
  }),
} as const;

function requireReader(device: OpenDevice, slot: number): MemoryCardReader {
  const reader = memoryReaderOf(device);
  if (reader === null) throw new Fault('DEVICE_REJECTED', { reason: 'not a card reader' });
  if (slot > reader.slots) throw new Fault('INPUT_INVALID', { field: 'slot', slot });
  return reader;
}
