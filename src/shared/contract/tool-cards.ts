// Area toolCards: maker's tool cards, made by two people and kept in a register until each is accounted for.
import { z } from 'zod';
import { TOOL_KINDS } from '../domain/card-layout.ts';
import { TOOL_CARD_ENDS, TOOL_CARD_STATES } from '../domain/tool-cards.ts';
import { APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import { approvalSchema } from './topups.ts';
import { faultDataSchema, idSchema, slotSchema } from './values.ts';

const wordsSchema = z.string().trim().min(1).max(200);
const act = { access: COUNTER_STAFF } as const;

export const toolCardSchema = z.strictObject({
  toolId: z.string(),
  /** The number on the card. */
  toolNo: z.string(),
  tool: z.enum(TOOL_KINDS),
  layoutId: z.string(),
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
  /** Layouts that have tool cards, and which. */
  layouts: call(act)
    .input(z.strictObject({}))
    .output(z.array(z.strictObject({ layoutId: z.string(), tools: z.array(z.enum(TOOL_KINDS)) }))),
  /**
   * Makes a tool card out of the blank one in the slot, or out of one of ours that came back. Takes a second person, a supervisor or higher, at every try. The
   * same id again goes on with a card that was torn. Returns how the card stands and what stopped it; `card` is null when nothing was begun.
   */
  make: call({ ...act, faults: ['TOOL_CARD_STATE_REFUSES', ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        toolId: idSchema,
        slot: slotSchema.default(1),
        layoutId: z.string().min(1).max(64),
        tool: z.enum(TOOL_KINDS),
        forWhat: wordsSchema,
        reason: wordsSchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(z.strictObject({ card: toolCardSchema.nullable(), fault: faultDataSchema.nullable() })),
  /** Accounts for a card. That it was destroyed or lost takes a second person. The same end again changes nothing. */
  close: call({ ...act, faults: ['TOOL_CARD_UNKNOWN', 'TOOL_CARD_STATE_REFUSES', ...APPROVAL_FAULTS] })
    .input(z.strictObject({ toolId: idSchema, state: z.enum(TOOL_CARD_ENDS), note: wordsSchema, approval: approvalSchema.optional() }))
    .output(toolCardSchema),
};
