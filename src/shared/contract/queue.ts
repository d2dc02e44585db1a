// Area queue: tickets called at this counter, and what was done for each.
import { z } from 'zod';
import { TICKET_KINDS } from '../domain/queue.ts';
import { COUNTER_STAFF, call } from './call.ts';
import { idSchema } from './values.ts';

export const ticketSchema = z.strictObject({
  ticketId: z.string(),
  ticketNo: z.string(),
  ticketKind: z.string(),
  calledAtMs: z.int(),
  /** When the customer stood at the counter; null while they have not come. */
  servedSinceMs: z.int().nullable(),
});

export const queueSchema = z.strictObject({
  /** The ticket at this counter; null while nobody is called. */
  current: ticketSchema.nullable(),
  /** Of the open business date, all clerks of this counter. */
  today: z.array(
    z.strictObject({
      ticketKind: z.string(),
      served: z.int(),
      absent: z.int(),
      /** Mean handling time of those served, ms; null while there is none. */
      averageMs: z.int().nullable(),
    }),
  ),
});

const one = z.strictObject({ ticketId: idSchema });
const ticketFaults = ['TICKET_UNKNOWN', 'TICKET_FINISHED'] as const;

export const queueContract = {
  state: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(queueSchema),
  /** Calls a customer: by the number of the hall's ticket machine, or by the next one of the counter's own for that kind. */
  next: call({ access: COUNTER_STAFF, faults: ['TICKET_OPEN'] })
    .input(
      z.strictObject({
        ticketId: idSchema,
        ticketKind: z.enum(TICKET_KINDS),
        ticketNo: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9-]{1,8}$/)
          .nullable()
          .default(null),
      }),
    )
    .output(ticketSchema),
  /** Calls the same customer again. */
  again: call({ access: COUNTER_STAFF, faults: ticketFaults }).input(one).output(ticketSchema),
  /** The customer has come to the counter; handling time runs from here. */
  serve: call({ access: COUNTER_STAFF, faults: ticketFaults }).input(one).output(ticketSchema),
  /** The customer has not come. */
  absent: call({ access: COUNTER_STAFF, faults: ticketFaults }).input(one).output(queueSchema),
  /** The customer is done with. Where there is a keypad they are asked for a rating first, for a few seconds at most. */
  finish: call({ access: COUNTER_STAFF, faults: ticketFaults }).input(one).output(queueSchema),
  /** Waits no longer for a rating. */
  skipRating: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(z.strictObject({})),
};
