// Calls on the card reader.
import { z } from 'zod';
import { type ChipReader, chipReaderOf } from '../../../drivers/kit/chip-reader.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import { done } from '../../../drivers/kit/outcome.ts';
import type { CardAccess } from '../../shared/domain/card-access.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { CardKeys } from '../core/ports/cards.ts';
import { bytesSchema, defineCall } from './call-kind.ts';
import { readCard, writeCard } from './cards/index.ts';
import { cardSnapshotSchema, imageSchema } from './results.ts';

const cardSlot = z.int().min(1);
const int = z.int().min(0);

const accessSchema: z.ZodType<CardAccess> = z.discriminatedUnion('chip', [
  z.strictObject({ chip: z.literal('SLE4442') }),
  z.strictObject({ chip: z.literal('AT24C02') }),
  z.strictObject({ chip: z.literal('MIFARE-S50'), sectors: z.array(int) }),
  z.strictObject({
    chip: z.literal('CPU'),
    applicationId: z.string(),
    files: z.array(z.strictObject({ sfi: int, bytes: int })),
    keyId: int,
    psamApplicationId: z.string(),
  }),
  z.strictObject({ chip: z.literal('TRADE-DLL') }),
]);

const keysSchema: z.ZodType<CardKeys> = z.discriminatedUnion('chip', [
  z.strictObject({ chip: z.literal('SLE4442'), psc: bytesSchema }),
  z.strictObject({ chip: z.literal('AT24C02') }),
  z.strictObject({
    chip: z.literal('MIFARE-S50'),
    sectors: z.array(z.strictObject({ sector: int, keyA: bytesSchema, keyB: bytesSchema })),
  }),
  z.strictObject({ chip: z.literal('CPU'), diversifier: bytesSchema, keyVersion: int }),
  z.strictObject({ chip: z.literal('TRADE-DLL') }),
]);

const choiceSchema = z.strictObject({
  layoutId: z.string(),
  access: accessSchema,
  keyVersion: int.nullable(),
  keys: keysSchema.nullable(),
});

export const cardCalls = {
  'card.read': defineCall({
    slot: 'reader',
    call: z.strictObject({ op: z.literal('card.read'), cardSlot, choices: z.array(choiceSchema) }),
    hasEffect: false,
    limitMs: 10_000,
    result: cardSnapshotSchema,
    async work(device, call, { notePresence }) {
      const snapshot = await readCard(requireReader(device, call.cardSlot), call);
      notePresence(call.cardSlot, snapshot.presence);
      return done(snapshot);
    },
  }),
  'card.write': defineCall({
    slot: 'reader',
    call: z.strictObject({
      op: z.literal('card.write'),
      cardSlot,
      access: accessSchema,
      keys: keysSchema,
      newKeys: keysSchema.optional(),
      expected: bytesSchema,
      writes: z.array(z.strictObject({ address: int, data: bytesSchema })),
      allowLastAttempt: z.boolean(),
    }),
    hasEffect: true,
    // A card write moves 256 bytes at 2.5 to 5 ms each, and frames between.
    limitMs: 60_000,
    result: imageSchema,
    work: (device, call, context) => writeCard(requireReader(device, call.cardSlot), call, context),
  }),
} as const;

function requireReader(device: OpenDevice, slot: number): ChipReader {
  const reader = chipReaderOf(device);
  if (reader === null) throw new Fault('DEVICE_REJECTED', { reason: 'not a card reader' });
  if (slot > reader.slots) throw new Fault('INPUT_INVALID', { field: 'slot', slot });
  return reader;
}
