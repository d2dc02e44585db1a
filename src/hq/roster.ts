// The roster of a branch: who its counters are and where, and its staff, which IT brings from a file.
import { hash } from '@node-rs/argon2';
import { type ExpressionBuilder, sql } from 'kysely';
import { z } from 'zod';
import { Fault } from '../shared/domain/fault.ts';
import { peerPlaceSchema, type RosterAnswer, type RosterRequest, staffSchema } from '../shared/wire/roster.ts';
import type { Database } from './database.ts';
import { isLocked } from './locks.ts';
import type { Tables } from './tables.ts';

/** A counter that has not been heard of for so long is not named as a neighbour any more, ms: thirty days. */
const FORGET_MS = 30 * 24 * 60 * 60 * 1000;

/** A question that was under way when the number was given may arrive so much later, ms. */
const UNDER_WAY_MS = 60_000;

/** Whether a counter's number has been left for another one, and not been heard of since. */
export function isLeft(eb: Pick<ExpressionBuilder<Tables, 'counters'>, 'exists' | 'selectFrom'>) {
  return eb.exists(
    eb
      .selectFrom('counters as next')
      .select('next.counter_id')
      .whereRef('next.branch_no', '=', 'counters.branch_no')
      .whereRef('next.former_id', '=', 'counters.counter_id')
      .where(sql<boolean>`next.renewed_at_ms + ${UNDER_WAY_MS} >= counters.last_contact_ms`),
  );
}

/** Remembers where the asking counter is and returns the roster of its branch. */
export async function rosterOf(
  db: Database,
  { request, nowMs }: { readonly request: RosterRequest; readonly nowMs: number },
): Promise<RosterAnswer> {
  const { version, branchNo, counterId, place } = request;
  if (place !== null) {
    await db
      .insertInto('counter_places')
      .values({ branch_no: branchNo, counter_id: counterId, place_json: JSON.stringify(place), seen_at_ms: nowMs })
      .onConflict((conflict) =>
        conflict
          .columns(['branch_no', 'counter_id'])
          .doUpdateSet((eb) => ({ place_json: eb.ref('excluded.place_json'), seen_at_ms: eb.ref('excluded.seen_at_ms') })),
      )
      .execute();
  }
  const places = await db.selectFrom('counter_places').selectAll().where('branch_no', '=', branchNo).execute();
  const placeOf = new Map(places.map((row) => [row.counter_id, row]));
  const counters = await db
    .selectFrom('counters')
    .select(['counter_id', 'public_key', 'last_contact_ms'])
    .where('branch_no', '=', branchNo)
    .where('public_key', '<>', '')
    .where('last_contact_ms', '>', Math.max(0, nowMs - FORGET_MS) - 1)
    // A number that a counter has left is nobody's, unless somebody goes on under it: then there were two of one data folder.
    .where((eb) => eb.not(isLeft(eb)))
    // Whom the roster does not name the others neither ask nor answer.
    .where((eb) => eb.not(isLocked(eb)))
    .orderBy('counter_id')
    .limit(200)
    .execute();
  const staff = await db.selectFrom('staff').selectAll().where('branch_no', '=', branchNo).orderBy('staff_no').execute();
  return {
    version,
    counters: counters.map((row) => {
      const told = placeOf.get(row.counter_id);
      return {
        counterId: row.counter_id,
        publicKey: row.public_key,
        place: told === undefined ? null : peerPlaceSchema.parse(JSON.parse(told.place_json)),
        seenAtMs: Number(told?.seen_at_ms ?? row.last_contact_ms),
      };
    }),
    staff: staff.map((row) => ({ staffNo: row.staff_no, name: row.name, role: row.role, passwordHash: row.password_hash })),
  };
}

const staffFileSchema = z
  .array(z.strictObject({ ...staffSchema.omit({ passwordHash: true }).shape, password: z.string().min(8).max(200) }))
  .min(1)
  .max(2_000);

/**
 * Puts the staff of a branch in place of those that headquarters keeps: a JSON list of `{ staffNo, name, role, password }`. Only hashes are kept.
 * Returns how many. Throws DOCUMENT_INVALID for a list of another form.
 */
export async function importStaff(db: Database, from: { readonly branchNo: string; readonly json: unknown }): Promise<number> {
  const parsed = staffFileSchema.safeParse(from.json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Fault('DOCUMENT_INVALID', { field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' });
  }
  const people = parsed.data;
  const rows = await Promise.all(
    people.map(async ({ staffNo, name, role, password }) => ({
      ...{ branch_no: from.branchNo, staff_no: staffNo, name, role },
      password_hash: await hash(password),
    })),
  );
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('staff').where('branch_no', '=', from.branchNo).execute();
    await tx.insertInto('staff').values(rows).execute();
  });
  return rows.length;
}
