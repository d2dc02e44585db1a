// The counter's own Ed25519 key at rest: AES-256-GCM under a key derived from the branch's first master key, in `counter-key.json`.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import type { CounterKey } from '../core/ports/sync.ts';
import type { MasterKey } from './key-vault.ts';
import { sealedFile } from './sealed-file.ts';

const PUBLIC_KEY_BYTES = 32;

/**
 * Returns the counter's key, making it on the first call. Throws KEY_VAULT_FAILED when it is there and cannot be opened: headquarters knows
 * the counter by it, so another one is never made in its place.
 */
export function openCounterKey(options: { readonly dataDir: string; readonly masters: readonly MasterKey[] }): CounterKey {
  const kept = sealedFile({ file: join(options.dataDir, 'counter-key.json'), masters: options.masters, purpose: 'counter key' });
  if (kept.read() === null) kept.write(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
  const privateKey = createPrivateKey({ key: kept.read() ?? Buffer.alloc(0), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.subarray(-PUBLIC_KEY_BYTES).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  };
}
