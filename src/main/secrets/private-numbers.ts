// Private numbers at rest: AES-256-GCM under a key derived from the branch's first master key, named by an HMAC under another.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Fault } from '../../shared/domain/fault.ts';
import { maskNumber } from '../../shared/domain/identity.ts';
import type { PrivateNumbers, SealedNumbers } from '../core/ports/private-numbers.ts';
import type { MasterKey } from './key-vault.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Returns the numbers over these master keys, of which the one with the lowest version is used: it is never taken away, so no digest ever changes. */
export function createPrivateNumbers(options: { readonly masters: readonly MasterKey[]; readonly table: SealedNumbers }): PrivateNumbers {
  const [first] = [...options.masters].sort((left, right) => left.version - right.version);
  if (first === undefined) throw new Fault('KEY_VAULT_FAILED', { reason: 'no-key' });
  const derived = (use: string) => createHmac('sha256', first.key).update(`private numbers\n${use}`).digest();
  const sealKey = derived('seal');
  const digestKey = derived('digest');
  const digestOf = (number: string): string => createHmac('sha256', digestKey).update(number, 'utf8').digest('hex');
  return {
    digestOf,
    keep(number) {
      const digest = digestOf(number);
      options.table.put({ digest, sealed: seal(sealKey, { digest, number }) });
      return { masked: maskNumber(number), digest };
    },
    reveal(digest) {
      const sealed = options.table.get(digest);
      return sealed === null ? null : open(sealKey, { digest, sealed });
    },
  };
}

/** Nonce, tag and cipher text in base64; the digest is authenticated with it, so that no number can stand under another's name. */
function seal(key: Uint8Array, from: { readonly digest: string; readonly number: string }): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(from.digest, 'utf8'));
  const content = Buffer.concat([cipher.update(from.number, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64');
}

function open(key: Uint8Array, from: { readonly digest: string; readonly sealed: string }): string {
  const bytes = Buffer.from(from.sealed, 'base64');
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(from.digest, 'utf8')).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString('utf8');
  } catch {
    // Without its cause: what a cipher says of a key or a text belongs in no log.
    throw new Fault('KEY_VAULT_FAILED', { reason: 'number-damaged' });
  }
}
