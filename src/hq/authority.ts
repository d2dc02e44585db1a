// Headquarters' own key: what bears its signature was said by headquarters, wherever it is read.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Database } from './database.ts';
import { KeyFileWrong, type KeyLock, sealedBy } from './key-file.ts';

export interface Authority {
  /** Base64 of the 32 bytes. */
  readonly publicKey: string;
  /** Returns the Ed25519 signature over the UTF-8 of `text`, base64. */
  sign(text: string): string;
}

const PURPOSE = 'signing-key';

/**
 * Returns headquarters' key, made on the first call. It lies in the database, sealed by the key file; one from before there was a key file is sealed now.
 * Throws KeyFileWrong when it, or a card key, is sealed and this key file does not open it: counters know headquarters by it, so another one is never made
 * in its place, and nothing is sealed by two.
 */
export async function openAuthority(db: Database, lock: KeyLock | null): Promise<Authority> {
  const cardKey = await db.selectFrom('card_keys').select('sealed').limit(1).executeTakeFirst();
  if (cardKey !== undefined) mustBeOf(cardKey.sealed, lock);
  const made = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  await db
    .insertInto('authority')
    .values({ only_row: 1, private_key: lock?.seal(made, PURPOSE) ?? made })
    .onConflict((conflict) => conflict.column('only_row').doNothing())
    .execute();
  const { private_key: kept } = await db.selectFrom('authority').select('private_key').where('only_row', '=', 1).executeTakeFirstOrThrow();
  const key: KeyObject = createPrivateKey({ key: Buffer.from(opened(kept, lock), 'base64'), format: 'der', type: 'pkcs8' });
  if (lock !== null && sealedBy(kept) === null) {
    await db
      .updateTable('authority')
      .set({ private_key: lock.seal(kept, PURPOSE) })
      .where('private_key', '=', kept)
      .execute();
  }
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64'),
  };
}

/** Returns the id of the key file that has sealed headquarters' key; null while nobody has. */
export async function authoritySealedBy(db: Database): Promise<string | null> {
  const row = await db.selectFrom('authority').select('private_key').where('only_row', '=', 1).executeTakeFirst();
  return row === undefined ? null : sealedBy(row.private_key);
}

/** Seals headquarters' key anew in a transaction of the caller's. Throws KeyFileWrong. */
export async function resealAuthority(
  tx: Pick<Database, 'selectFrom' | 'updateTable'>,
  { from, to }: { readonly from: KeyLock | null; readonly to: KeyLock },
) {
  const row = await tx.selectFrom('authority').select('private_key').where('only_row', '=', 1).forUpdate().executeTakeFirst();
  if (row === undefined) return;
  const private_key = to.seal(opened(row.private_key, from), PURPOSE);
  await tx.updateTable('authority').set({ private_key }).where('only_row', '=', 1).execute();
}

function opened(kept: string, lock: KeyLock | null): string {
  return sealedBy(kept) === null ? kept : mustBeOf(kept, lock).open(kept, PURPOSE);
}

/** Returns the lock that has sealed a text. Throws KeyFileWrong where it was another one. */
function mustBeOf(sealed: string, lock: KeyLock | null): KeyLock {
  const by = sealedBy(sealed);
  if (lock === null) {
    throw new KeyFileWrong(`The database is sealed by the key ${by}: give its key file with --key-file or in COUNTERTOP_HQ_KEY_FILE.`);
  }
  if (by !== lock.id)
    throw new KeyFileWrong(`The database is sealed by the key ${by}, and the key file given is ${lock.id}: give the right one.`);
  return lock;
}
