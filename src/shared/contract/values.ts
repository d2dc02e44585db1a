// Schemas of values that several areas share.
import { z } from 'zod';
import { COMMODITIES } from '../domain/commodity.ts';

/** Integer fen, 0 to ten million yuan. */
export const fenSchema = z.int().min(0).max(1_000_000_000);
/** Integer litres. */
export const litresSchema = z.int().min(0).max(1_000_000_000);
/** What an account is supplied with: its litres are watt-hours where it is power, its prices per kWh. */
export const commoditySchema = z.enum(COMMODITIES);
/** UUIDv7, made by whoever acts, before the act. */
export const idSchema = z.uuidv7();
export const accountIdSchema = z.string().min(1).max(40);
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
