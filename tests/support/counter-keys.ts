// Keys of counters in tests, and the signature that every request to headquarters bears.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Database } from '../../src/hq/database.ts';
import { insertCounter } from '../../src/hq/enrolment.ts';
import type { CounterKey } from '../../src/main/core/ports/sync.ts';
import { SIGNATURE_HEADER, signedText } from '../../src/shared/wire/enrolment.ts';

/** Returns a counter's key that lives in memory. */
export function memoryKey(): CounterKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return keyOf({ publicKey, privateKey });
}

function keyOf({ publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): CounterKey {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    publicKey: raw.toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

/** One key for all counters of tests that are about something else. */
export const TEST_KEY = memoryKey();

/** Makes a counter known to headquarters without a code. */
export async function enrolDirectly(db: Database, counter: { readonly branchNo: string; readonly counterId: string }): Promise<void> {
  await insertCounter(db, { ...counter, publicKey: TEST_KEY.publicKey, nowMs: 0 });
}

/** Returns the header that signs a body. */
export function signatureOf(body: string | Uint8Array, path: string, key: CounterKey = TEST_KEY): Record<string, string> {
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  return { [SIGNATURE_HEADER]: key.sign(signedText({ path, bodySha256 })) };
}
