// Headquarters' own key: what bears its signature was said by headquarters, wherever it is read.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Database } from './database.ts';

export interface Authority {
  /** Base64 of the 32 bytes. */
  readonly publicKey: string;
  /** Returns the Ed25519 signature over the UTF-8 of `text`, base64. */
  sign(text: string): string;
}

/** Returns headquarters' key, made on the first call. It lies in the database: who can write there can say what he likes anyway. */
export async function openAuthority(db: Database): Promise<Authority> {
  const made = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  await db
    .insertInto('authority')
    .values({ only_row: 1, private_key: made })
    .onConflict((conflict) => conflict.column('only_row').doNothing())
    .execute();
  const row = await db.selectFrom('authority').select('private_key').where('only_row', '=', 1).executeTakeFirstOrThrow();
  const key: KeyObject = createPrivateKey({ key: Buffer.from(row.private_key, 'base64'), format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64'),
  };
}
