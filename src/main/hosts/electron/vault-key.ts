// The key that locks the card keys, kept by the system's own store for secrets: on disk it stands as ciphertext of safeStorage only.

import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import type { VaultKeyAnswer, VaultKeyAsked } from './messages.ts';

const KEY_BYTES = 32;

/** Whether the system encrypts with more than a constant: a Linux without a key ring does not. */
function isAvailable(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}

/** Answers the core. Only the system can open the file; when it does not, `key` is null although `exists` says that there is one. */
export function answerVaultKey(asked: VaultKeyAsked['act'], dataDir: string): Omit<VaultKeyAnswer, 'type'> {
  const file = join(dataDir, 'key-vault.sealed');
  const exists = existsSync(file);
  const available = isAvailable();
  if (asked === 'look' || !available) return { available, exists, key: null };
  if (asked === 'create' && !exists) seal(file);
  try {
    const key = Uint8Array.from(Buffer.from(safeStorage.decryptString(readFileSync(file)), 'base64'));
    return { available, exists: true, key: key.length === KEY_BYTES ? key : null };
  } catch {
    return { available, exists: existsSync(file), key: null };
  }
}

/** Makes a new key; never in place of another one. */
function seal(file: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, safeStorage.encryptString(randomBytes(KEY_BYTES).toString('base64')));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
