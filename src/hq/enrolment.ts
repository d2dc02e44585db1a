// Who may speak: one-time codes, the keys of enrolled counters, and the signature on every request.
import { createHash, createPublicKey, randomInt, verify } from 'node:crypto';
import { isOfHeadquarters } from '../shared/domain/cross-branch.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import {
  type EnrolAnswer,
  type EnrolRequest,
  publicJwk,
  type RenewAnswer,
  type RenewRequest,
  signedText,
} from '../shared/wire/enrolment.ts';
import type { RefusalCode } from '../shared/wire/envelope.ts';
import { type EnrolAgainRequest, enrolmentText } from '../shared/wire/feed-return.ts';
import type { Authority } from './authority.ts';
import type { Database } from './database.ts';
import { isLocked, lockOn } from './locks.ts';

/** How long a code is good, ms: a day, because somebody carries it to the hall. */
export const CODE_LIFE_MS = 24 * 60 * 60 * 1000;
/** Without letters and digits that look alike. */
const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CODE_LENGTH = 12;

/** Returns a new code of twelve characters in groups of four. */
export function newCode(): string {
  const letters = Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]);
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/** Only its hash is kept: who reads the database cannot enrol. */
function codeHash(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest('hex');
}

/** Makes a code good for one counter of the branch. */
export async function allowCode(
  db: Database,
  code: { readonly branchNo: string; readonly code: string; readonly nowMs: number },
): Promise<void> {
  await db
    .insertInto('enrolment_codes')
    .values({ branch_no: code.branchNo, code_hash: codeHash(code.code), expires_at_ms: code.nowMs + CODE_LIFE_MS, used_by: '' })
    .onConflict((conflict) => conflict.columns(['branch_no', 'code_hash']).doNothing())
    .execute();
}

/** Why a counter is not enrolled; with a code where it is none of ENROLMENT_REFUSED. */
interface EnrolRefused {
  readonly refused: string;
  readonly code?: RefusalCode;
}

/**
 * Enrols a counter and uses the code up; the same request again gives the same answer. Returns the reason when it is refused: a wrong,
 * used or expired code, or a counter number that another key holds, because two counters under one number would fork its journal.
 */
export async function enrol(
  db: Database,
  { request, nowMs }: { readonly request: EnrolRequest; readonly nowMs: number },
): Promise<EnrolAnswer | EnrolRefused> {
  const { counterId, publicKey } = request;
  if (isOfHeadquarters(counterId)) return { refused: 'this number is headquarters’ own' };
  return db.transaction().execute(async (tx) => {
    const code = await tx
      .selectFrom('enrolment_codes')
      .selectAll()
      .where('code_hash', '=', codeHash(request.code))
      .forUpdate()
      .executeTakeFirst();
    if (code === undefined) return { refused: 'the code is not known' };
    const branchNo = code.branch_no;
    const locked = await lockOn(tx, { branchNo, counterId, publicKey });
    if (locked !== null) return { refused: locked, code: 'COUNTER_LOCKED' };
    const knownKey = await keyOf(tx, { branchNo, counterId });
    if (knownKey !== null && knownKey !== '' && knownKey !== publicKey) return { refused: NUMBER_TAKEN };
    const isRepeated = knownKey === publicKey && code.used_by === counterId;
    if (!isRepeated && code.used_by !== '') return { refused: 'the code has been used' };
    if (!isRepeated && Number(code.expires_at_ms) < nowMs) return { refused: 'the code has expired' };
    await tx
      .updateTable('enrolment_codes')
      .set({ used_by: counterId })
      .where('branch_no', '=', branchNo)
      .where('code_hash', '=', code.code_hash)
      .execute();
    await keepKey(tx, { branchNo, counterId, publicKey, nowMs, isKnown: knownKey !== null });
    return { version: request.version, branchNo, counterId };
  });
}

/**
 * Enrols a counter that headquarters has forgotten, by its own word that it had enrolled it. Returns the reason when it is refused. The caller has checked
 * that the request is signed with the key that it names.
 */
export async function enrolAgain(
  db: Database,
  { request, authority, nowMs }: { readonly request: EnrolAgainRequest; readonly authority: Authority; readonly nowMs: number },
): Promise<EnrolAnswer | EnrolRefused> {
  const { branchNo, counterId, publicKey, enrolment } = request;
  const text = enrolmentText({ branchNo, counterId, publicKey });
  if (!isSignedBy({ publicKey: authority.publicKey, text, signature: enrolment }))
    return { refused: 'headquarters has not enrolled this counter' };
  return db.transaction().execute(async (tx) => {
    const locked = await lockOn(tx, { branchNo, counterId, publicKey });
    if (locked !== null) return { refused: locked, code: 'COUNTER_LOCKED' };
    const knownKey = await keyOf(tx, { branchNo, counterId });
    if (knownKey !== null && knownKey !== '' && knownKey !== publicKey) return { refused: NUMBER_TAKEN };
    await keepKey(tx, { branchNo, counterId, publicKey, nowMs, isKnown: knownKey !== null });
    return { version: request.version, branchNo, counterId };
  });
}

const NUMBER_TAKEN = 'another counter has this number';

/** A counter may be known without its key: its operations came back before itself. */
async function keepKey(
  tx: Pick<Database, 'insertInto' | 'updateTable'>,
  counter: Parameters<typeof insertCounter>[1] & { readonly isKnown: boolean },
): Promise<void> {
  const { branchNo, counterId, publicKey, isKnown } = counter;
  if (!isKnown) return insertCounter(tx, counter);
  await tx
    .updateTable('counters')
    .set({ public_key: publicKey })
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .execute();
}

/** How many numbers are tried before the branch is taken to be full. */
const NUMBER_TRIES = 1_000;

/**
 * Gives a counter another number and uses the code up; the same request again gives the same answer. Returns the reason when it is refused.
 * The caller has checked the signature. The new number's last four digits are nobody else's in the branch: cards are numbered by them.
 */
export async function renew(
  db: Database,
  { request, nowMs }: { readonly request: RenewRequest; readonly nowMs: number },
): Promise<RenewAnswer | { readonly refused: string }> {
  const { branchNo, counterId: formerId } = request;
  const answer = (counterId: string): RenewAnswer => ({ version: request.version, branchNo, formerId, counterId });
  return db.transaction().execute(async (tx) => {
    const code = await tx
      .selectFrom('enrolment_codes')
      .selectAll()
      .where('branch_no', '=', branchNo)
      .where('code_hash', '=', codeHash(request.code))
      .forUpdate()
      .executeTakeFirst();
    if (code === undefined) return { refused: 'the code is not known in this branch' };
    const counters = await tx
      .selectFrom('counters')
      .select(['counter_id', 'public_key', 'former_id'])
      .where('branch_no', '=', branchNo)
      .execute();
    if (code.used_by !== '') {
      const isRepeated = counters.some((one) => one.counter_id === code.used_by && one.former_id === formerId);
      if (isRepeated) await renewedAgain(tx, { branchNo, counterId: code.used_by, nowMs });
      return isRepeated ? answer(code.used_by) : { refused: 'the code has been used' };
    }
    if (Number(code.expires_at_ms) < nowMs) return { refused: 'the code has expired' };
    const publicKey = counters.find((one) => one.counter_id === formerId)?.public_key ?? '';
    const tails = new Set(counters.map((one) => lastDigits(one.counter_id)));
    for (let tries = 0; tries < NUMBER_TRIES; tries += 1) {
      const counterId = `C${randomInt(100_000_000).toString().padStart(8, '0')}`;
      if (tails.has(lastDigits(counterId))) continue;
      await insertCounter(tx, { branchNo, counterId, publicKey, nowMs, formerId });
      await tx
        .updateTable('enrolment_codes')
        .set({ used_by: counterId })
        .where('branch_no', '=', branchNo)
        .where('code_hash', '=', code.code_hash)
        .execute();
      return answer(counterId);
    }
    return { refused: 'the branch has no free counter number' };
  });
}

/** What broke off was under the former number until now. */
async function renewedAgain(
  tx: Pick<Database, 'updateTable'>,
  { branchNo, counterId, nowMs }: { readonly branchNo: string; readonly counterId: string; readonly nowMs: number },
): Promise<void> {
  const own = tx.updateTable('counters').where('branch_no', '=', branchNo).where('counter_id', '=', counterId);
  await own.set({ renewed_at_ms: nowMs }).execute();
}

const lastDigits = (counterId: string) => counterId.replace(/\D/g, '').slice(-4).padStart(4, '0');

/** Makes a counter known without a code. */
export async function insertCounter(
  db: Pick<Database, 'insertInto'>,
  counter: {
    readonly branchNo: string;
    readonly counterId: string;
    readonly publicKey: string;
    readonly nowMs: number;
    readonly formerId?: string;
  },
): Promise<void> {
  await db
    .insertInto('counters')
    .values({
      branch_no: counter.branchNo,
      counter_id: counter.counterId,
      public_key: counter.publicKey,
      held_seq: 0,
      held_hash: GENESIS_HASH,
      seen_position: 0,
      last_contact_ms: counter.nowMs,
      ...(counter.formerId === undefined ? {} : { former_id: counter.formerId, renewed_at_ms: counter.nowMs }),
    })
    .execute();
}

type OfCounter = { readonly branchNo: string; readonly counterId: string };

/** Returns a counter's key, base64; '' where only its operations are known, null where nothing is. */
async function keyOf(db: Pick<Database, 'selectFrom'>, { branchNo, counterId }: OfCounter): Promise<string | null> {
  const row = await db
    .selectFrom('counters')
    .select('public_key')
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .executeTakeFirst();
  return row?.public_key ?? null;
}

/** Returns a counter's key, base64, '' where it is not known; and why the counter is locked out, null where it is not. */
export async function counterKeyOf(
  db: Database,
  { branchNo, counterId }: OfCounter,
): Promise<{ readonly publicKey: string; readonly locked: string | null }> {
  const row = await db
    .selectFrom('counters')
    .select(['public_key', (eb) => isLocked(eb).as('is_locked')])
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .executeTakeFirst();
  const publicKey = row?.public_key ?? '';
  return { publicKey, locked: row?.is_locked === true ? await lockOn(db, { branchNo, counterId, publicKey }) : null };
}

/** Returns why a request is not its counter's own; null for one that is. */
export async function signatureFault(
  db: Database,
  signed: {
    readonly branchNo: string;
    readonly counterId: string;
    readonly path: string;
    readonly bodySha256: string;
    readonly signature: string;
  },
): Promise<{ readonly code: RefusalCode; readonly reason: string } | null> {
  const { path, bodySha256 } = signed;
  const { publicKey, locked } = await counterKeyOf(db, signed);
  if (publicKey === '') return { code: 'COUNTER_UNKNOWN', reason: 'this counter is not enrolled in this branch' };
  const text = signedText({ path, bodySha256 });
  if (!isSignedBy({ publicKey, text, signature: signed.signature }))
    return { code: 'SIGNATURE_WRONG', reason: 'not signed with the key of this counter' };
  // Only to the counter itself: nobody else is told which ones are locked, and why.
  return locked === null ? null : { code: 'COUNTER_LOCKED', reason: locked };
}

/** Whether the base64 Ed25519 signature over `text` is by the key, base64 of its 32 bytes. */
export function isSignedBy(signed: { readonly publicKey: string; readonly text: string; readonly signature: string }): boolean {
  const signature = Buffer.from(signed.signature, 'base64');
  const key = createPublicKey({ key: publicJwk('Ed25519', signed.publicKey), format: 'jwk' });
  return signature.length === 64 && verify(null, Buffer.from(signed.text), key, signature);
}
