// Calls on what else stands at a counter: reading head, customer display, satisfaction keypad; and the sign of life of any device.
import { z } from 'zod';
import { done } from '../../../drivers/kit/outcome.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { defineCall } from './call-kind.ts';
import { meterReadingSchema } from './results.ts';

const SHORT_LIMIT_MS = 5_000;
/** An optical head at 300 baud reads a whole meter in up to four minutes. */
const READING_LIMIT_MS = 5 * 60_000;
const LONGEST_QUESTION_MS = 5 * 60_000;

export const counterCalls = {
  'device.probe': defineCall({
    slot: 'reader',
    call: z.strictObject({ op: z.literal('device.probe') }),
    hasEffect: false,
    limitMs: SHORT_LIMIT_MS,
    result: z.null(),
    async work(device) {
      await device.probe();
      return done(null);
    },
  }),
  'meter.read': defineCall({
    slot: 'reading-head',
    call: z.strictObject({ op: z.literal('meter.read'), meterAddress: z.string().min(1) }),
    hasEffect: false,
    limitMs: READING_LIMIT_MS,
    result: meterReadingSchema,
    work: async ({ readingHead }, { meterAddress }, { signal }) =>
      done(await required(readingHead, 'not a reading head').read(meterAddress, signal)),
  }),
  'display.show': defineCall({
    slot: 'display',
    call: z.strictObject({ op: z.literal('display.show'), upper: z.string(), lower: z.string() }),
    hasEffect: false,
    limitMs: SHORT_LIMIT_MS,
    result: z.null(),
    async work({ customerDisplay }, { upper, lower }) {
      await required(customerDisplay, 'not a customer display').show({ upper, lower });
      return done(null);
    },
  }),
  'display.clear': defineCall({
    slot: 'display',
    call: z.strictObject({ op: z.literal('display.clear') }),
    hasEffect: false,
    limitMs: SHORT_LIMIT_MS,
    result: z.null(),
    async work({ customerDisplay }) {
      await required(customerDisplay, 'not a customer display').clear();
      return done(null);
    },
  }),
  'keypad.ask': defineCall({
    slot: 'keypad',
    call: z.strictObject({ op: z.literal('keypad.ask'), timeoutMs: z.int().min(1).max(LONGEST_QUESTION_MS) }),
    hasEffect: false,
    limitMs: ({ timeoutMs }) => timeoutMs + SHORT_LIMIT_MS,
    result: z.int().min(1).nullable(),
    work: async ({ satisfactionKeypad }, { timeoutMs }, { signal }) =>
      done(await required(satisfactionKeypad, 'not a satisfaction keypad').askRating({ timeoutMs, signal })),
  }),
} as const;

function required<T>(capability: T | undefined, reason: string): T {
  if (capability === undefined) throw new Fault('DEVICE_REJECTED', { reason });
  return capability;
}
