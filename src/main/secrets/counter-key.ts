// The counter's own Ed25519 key at rest: AES-256-GCM under a key derived from the branch's first master key, in `counter-key.json`.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../shared/domain/fault.ts';
import type { CounterKey } from '../core/ports/sync.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';
import type { MasterKey } from './key-vault.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PUBLIC_KEY_BYTES = 32;
const fileSchema = z.strictObject({ format: z.literal(1), sealed: z.base64() });

/**
 * Returns the counter's key, making it on the first call. Throws KEY_VAULT_FAILED when it is there and cannot be opened: headquarters knows
 * the counter by it, so another one is never made in its place.
 */
export function openCounterKey(options: { readonly dataDir: string; readonly masters: readonly MasterKey[] }): CounterKey {
  const [first] = [...options.masters].sort((left, right) => left.version - right.version);
  if (first === undefined) throw new Fault('KEY_VAULT_FAILED', { reason: 'no-key' });
  const lock = createHmac('sha256', first.key).update('counter key').digest();
  const file = join(options.dataDir, 'counter-key.json');
  if (!existsSync(file)) {
    const made = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
    writeJsonAtomic(file, { format: 1, sealed: seal(lock, made) });
  }
  const privateKey = createPrivateKey({ key: open(lock, readFileSync(file, 'utf8')), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.subarray(-PUBLIC_KEY_BYTES).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  };
}

function seal(lock: Uint8Array, content: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', lock, nonce, { authTagLength: TAG_BYTES });
  const text = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
}

function open(lock: Uint8Array, fileText: string): Buffer {
  try {
    const bytes = Buffer.from(fileSchema.parse(JSON.parse(fileText)).sealed, 'base64');
    const cipher = createDecipheriv('aes-256-gcm', lock, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
  } catch {
    // Without its cause: what a cipher says of a key belongs in no log.
    throw new Fault('KEY_VAULT_FAILED', { reason: 'counter-key' });
  }
}
