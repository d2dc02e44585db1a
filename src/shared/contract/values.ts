// Schemas of values that several areas share.
import { z } from 'zod';
import { COMMODITIES } from '../domain/commodity.ts';

/**
 * What no text holds that is typed: control characters (a printer takes them for commands, the hashed form for the end of a field), halves of a character
 * (UTF-8 cannot carry them), and what turns the direction of writing around (a name then reads as another one).
 */
const WRITABLE = /^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u;
const WRITABLE_LINES = /^(?:[\n\r\t]|[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069])*$/u;

/** One line as somebody types it, without the blanks around it; may be empty. */
export const lineSchema = (maxLength: number) => z.string().trim().max(maxLength, 'long').regex(WRITABLE, 'form');
/** One line that must not be empty. */
export const wordsSchema = (maxLength: number) => z.string().trim().min(1, 'empty').max(maxLength, 'long').regex(WRITABLE, 'form');
/** Several lines that must not all be empty. */
export const linesSchema = (maxLength: number) => z.string().trim().min(1, 'empty').max(maxLength, 'long').regex(WRITABLE_LINES, 'form');

/** Integer fen, 0 to ten million yuan. */
export const fenSchema = z.int().min(0).max(1_000_000_000);
/** Integer litres. */
export const litresSchema = z.int().min(0).max(1_000_000_000);
/** What an account is supplied with: its litres are watt-hours where it is power, its prices per kWh. */
export const commoditySchema = z.enum(COMMODITIES);
/** UUIDv7, made by whoever acts, before the act. */
export const idSchema = z.uuidv7();
/** What a change has seen: the version on the screen, and the id of what wrote that version; '' goes by the number alone. */
export const seenSchemas = { seenVersion: z.int().min(1), seenChangeId: z.string().max(64, 'long').regex(WRITABLE, 'form').default('') };
export const accountIdSchema = z.string().min(1).max(40).regex(WRITABLE, 'form');
export const slotSchema = z.int().min(1).max(8);

export const tenderKindSchema = z.enum(['cash', 'bank-card', 'wallet']);

export const tierLineSchema = z.strictObject({
  tier: z.int(),
  litres: litresSchema,
  priceFenPerM3: z.int(),
  amountFen: fenSchema,
});

export const faultDataSchema = z.strictObject({
  code: z.string(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** The volume on a card that its meter has not taken, and what a sale does with it: takes its place, or adds to it. */
export const unloadedSaleSchema = z.strictObject({ litres: litresSchema.min(1), way: z.enum(['warn', 'add']) });
