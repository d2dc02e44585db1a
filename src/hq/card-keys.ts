// Master keys of cards: IT hands them in for branches, they lie sealed under the key file, and enrolled counters of those branches get what they lack.
import { createCipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { Fault } from '../shared/domain/fault.ts';
import {
  type CardKeyFile,
  type CheckInAnswer,
  type CheckInRequest,
  cardKeysSchema,
  deliveryHeader,
  deliveryText,
  FINGERPRINT_TEXT,
  type HeldKey,
  type KeyDelivery,
} from '../shared/wire/check-in.ts';
import { publicJwk } from '../shared/wire/enrolment.ts';
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Authority } from './authority.ts';
import type { Database } from './database.ts';
import { KeyFileWrong, type KeyLock } from './key-file.ts';

const PUBLIC_KEY_BYTES = 32;
const NONCE_BYTES = 12;

const purposeOf = (branchNo: string, version: number) => `card-key ${branchNo} ${version}`;
const fingerprintOf = (keyHex: string) =>
  createHmac('sha256', Buffer.from(keyHex, 'hex')).update(FINGERPRINT_TEXT).digest('hex').slice(0, 16);

/**
 * Keeps the keys of a file for the branches; the same again changes nothing. Returns how many are new. Throws DOCUMENT_INVALID for a file of another form,
 * without a branch, or with another key under a version that a branch has: cards are made with that one. Throws KeyFileWrong without a key file.
 */
export async function putCardKeys(
  db: Database,
  from: { readonly json: unknown; readonly branches: readonly string[]; readonly lock: KeyLock | null; readonly nowMs: number },
): Promise<number> {
  const { branches, lock, nowMs } = from;
  if (lock === null)
    throw new KeyFileWrong('Card keys are kept under a key file only: make one with new-key FILE, and give it with --key-file.');
  const parsed = cardKeysSchema.safeParse(from.json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Fault('DOCUMENT_INVALID', { field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' });
  }
  if (branches.length === 0)
    throw new Fault('DOCUMENT_INVALID', { field: '--branch', reason: 'name each branch that is to have these keys' });
  return db.transaction().execute(async (tx) => {
    let added = 0;
    for (const branchNo of branches) {
      for (const { version, key } of parsed.data.keys) {
        const fingerprint = fingerprintOf(key);
        const row = { branch_no: branchNo, version, fingerprint, sealed: lock.seal(key, purposeOf(branchNo, version)), put_at_ms: nowMs };
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('card_keys')
          .values(row)
          .onConflict((conflict) => conflict.columns(['branch_no', 'version']).doNothing())
          .executeTakeFirstOrThrow();
        added += Number(numInsertedOrUpdatedRows ?? 0n);
        const held = await tx
          .selectFrom('card_keys')
          .select('fingerprint')
          .where('branch_no', '=', branchNo)
          .where('version', '=', version)
          .executeTakeFirstOrThrow();
        if (held.fingerprint !== fingerprint) {
          throw new Fault('DOCUMENT_INVALID', {
            field: `keys.${version}`,
            reason: `branch ${branchNo} has another key under this version`,
          });
        }
      }
    }
    return added;
  });
}

/** Seals all card keys anew in a transaction of the caller's. Throws KeyFileWrong. */
export async function resealCardKeys(
  tx: Pick<Database, 'selectFrom' | 'updateTable'>,
  { from, to }: { readonly from: KeyLock | null; readonly to: KeyLock },
): Promise<void> {
  for (const row of await tx.selectFrom('card_keys').selectAll().execute()) {
    if (from === null) throw new KeyFileWrong('There are card keys, sealed by a key file that was not given.');
    const purpose = purposeOf(row.branch_no, row.version);
    await tx
      .updateTable('card_keys')
      .set({ sealed: to.seal(from.open(row.sealed, purpose), purpose) })
      .where('branch_no', '=', row.branch_no)
      .where('version', '=', row.version)
      .execute();
  }
}

/**
 * Remembers what a counter says of itself and returns the card keys that it lacks, and which were sent. The caller has checked the signature, so it is an
 * enrolled counter of the branch. Throws KeyFileWrong when there are keys for it that the key file does not open.
 */
export async function checkIn(
  db: Database,
  from: { readonly request: CheckInRequest; readonly lock: KeyLock | null; readonly authority: Authority; readonly nowMs: number },
): Promise<{ readonly answer: CheckInAnswer; readonly sent: readonly HeldKey[] }> {
  const { request, lock, authority, nowMs } = from;
  const { branchNo, counterId } = request;
  const report = {
    ...{ program_version: request.programVersion, clock_difference_ms: request.nowMs - nowMs, waiting: request.waiting },
    ...{ card_keys: JSON.stringify(request.cardKeys), reported_at_ms: nowMs },
  };
  await db
    .insertInto('counter_reports')
    .values({ branch_no: branchNo, counter_id: counterId, ...report })
    .onConflict((conflict) => conflict.columns(['branch_no', 'counter_id']).doUpdateSet(report))
    .execute();
  const rows = await db.selectFrom('card_keys').selectAll().where('branch_no', '=', branchNo).orderBy('version').execute();
  const lacking = rows.filter(({ version }) => request.cardKeys.every((held) => held.version !== version));
  const answer = { version: WIRE_VERSION, nowMs } as const;
  if (lacking.length === 0) return { answer: { ...answer, cardKeys: null }, sent: [] };
  if (lock === null) throw new KeyFileWrong('There are card keys, and the key file that sealed them was not given.');
  const keys = lacking.map(({ version, sealed }) => ({ version, key: lock.open(sealed, purposeOf(branchNo, version)) }));
  const cardKeys = sealFor(request, { keys }, authority);
  // Before it leaves: who may have a key is known even where the answer does not arrive.
  await db
    .insertInto('card_key_deliveries')
    .values(
      lacking.map(({ version, fingerprint }) => ({
        branch_no: branchNo,
        counter_id: counterId,
        version,
        fingerprint,
        delivered_at_ms: nowMs,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return { answer: { ...answer, cardKeys }, sent: lacking.map(({ version, fingerprint }) => ({ version, fingerprint })) };
}

function sealFor(request: CheckInRequest, file: CardKeyFile, authority: Authority): KeyDelivery {
  const { branchNo, counterId, sealTo } = request;
  const own = generateKeyPairSync('x25519');
  const publicKey = own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES).toString('base64');
  const header = deliveryHeader({ branchNo, counterId, sealTo, publicKey });
  const theirs = createPublicKey({ key: publicJwk('X25519', sealTo), format: 'jwk' });
  const secret = diffieHellman({ privateKey: own.privateKey, publicKey: theirs });
  const key = Buffer.from(hkdfSync('sha256', secret, '', header, 32));
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(Buffer.from(header, 'utf8'));
  const content = Buffer.concat([cipher.update(JSON.stringify(file), 'utf8'), cipher.final()]);
  const sealed = Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64');
  return { publicKey, sealed, signature: authority.sign(deliveryText(header, sealed)) };
}
