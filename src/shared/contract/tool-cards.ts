// Area toolCards: maker's tool cards, made by two people and kept in a register until each is accounted for.
import { z } from 'zod';
import { TOOL_KINDS } from '../domain/card-layout.ts';
import { TOOL_CARD_ENDS, TOOL_CARD_STATES } from '../domain/tool-cards.ts';
import { APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import { approvalSchema } from './topups.ts';
import { commoditySchema, faultDataSchema, idSchema, litresSchema, slotSchema, wordsSchema } from './values.ts';

const act = { access: COUNTER_STAFF } as const;

export const toolCardSchema = z.strictObject({
  toolId: z.string(),
  /** The number on the card. */
  toolNo: z.string(),
  tool: z.enum(TOOL_KINDS),
  layoutId: z.string(),
  /** Of a price-set card: the version of the plan that it carries and its first day; '' on every other card. */
  versionId: z.string(),
  pricesFrom: z.string(),
  /** A meter's number, or the work it is for. */
  forWhat: z.string(),
  reason: z.string(),
  state: z.enum(TOOL_CARD_STATES),
  clerk: z.string(),
  /** Who allowed it to be made, and who stood by when it was destroyed or written off; '' for nobody yet. */
  approvedBy: z.string(),
  endApprovedBy: z.string(),
  attempts: z.int(),
  begunAtMs: z.int(),
  /** 0 until it was handed out. */
  madeAtMs: z.int(),
  /** Whole days since it was handed out; 0 where it is not out. */
  daysOut: z.int(),
  /** 0 until it has ended. */
  endedAtMs: z.int(),
  note: z.string(),
});

export const toolCardsContract = {
  /** The register: what is out or unfinished, the longest out first, or what has ended, the latest first; at most 200. */
  list: call(act)
    .input(z.strictObject({ ended: z.boolean().default(false) }))
    .output(z.array(toolCardSchema)),
  /** The layouts and the tool cards of each; none where its maker alone makes them. `numberPrinted`: the number on the blank card must be typed. */
  layouts: call(act)
    .input(z.strictObject({}))
    .output(z.array(z.strictObject({ layoutId: z.string(), tools: z.array(z.enum(TOOL_KINDS)), numberPrinted: z.boolean() }))),
  /** The price tables for a price-set card: the version of each plan that holds today, and those to come; the newest first. */
  prices: call(act)
    .input(z.strictObject({}))
    .output(
      z.array(
        z.strictObject({
          versionId: z.string(),
          name: z.string(),
          commodity: commoditySchema,
          effectiveFrom: z.string(),
          limitsLitres: z.array(litresSchema),
          pricesFenPerM3: z.array(z.int()),
        }),
      ),
    ),
  /**
   * Makes a tool card out of the blank one in the slot, or out of one of ours that came back. Takes a second person, a supervisor or higher, at every try. The
   * same id again goes on with a card that was torn. Returns how the card stands and what stopped it; `card` is null when nothing was begun.
   */
  make: call({ ...act, faults: ['TOOL_CARD_STATE_REFUSES', 'TOOL_CARD_LAYOUT', ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        toolId: idSchema,
        slot: slotSchema.default(1),
        layoutId: z.string().min(1).max(64),
        tool: z.enum(TOOL_KINDS),
        /** The number printed on the blank card, where its keys go by it. */
        printedNo: z
          .string()
          .regex(/^\d{0,16}$/, 'form')
          .default(''),
        /** Of a price-set card: the version of a plan whose prices it carries. */
        versionId: z.string().max(64, 'long').default(''),
        forWhat: wordsSchema(200),
        reason: wordsSchema(200),
        approval: approvalSchema.optional(),
      }),
    )
    .output(z.strictObject({ card: toolCardSchema.nullable(), fault: faultDataSchema.nullable() })),
  /** Accounts for a card. That it was destroyed or lost takes a second person. The same end again changes nothing. */
  close: call({ ...act, faults: ['TOOL_CARD_UNKNOWN', 'TOOL_CARD_STATE_REFUSES', ...APPROVAL_FAULTS] })
    .input(z.strictObject({ toolId: idSchema, state: z.enum(TOOL_CARD_ENDS), note: wordsSchema(200), approval: approvalSchema.optional() }))
    .output(toolCardSchema),
};
