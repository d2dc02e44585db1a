// Card secrets: each card's PSC, derived from the branch's card key; the key lives in one file that only this user can read.
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../shared/domain/fault.ts';
import type { CardSecrets } from '../core/ports/cards.ts';

const KEY_BYTES = 32;

/** Returns the secrets derived from `key` (32 bytes): the first three bytes of HMAC-SHA256 over layout and card number. */
export function cardSecretsFromKey(key: Uint8Array): CardSecrets {
  return {
    psc({ cardNo, layoutId }) {
      const digest = createHmac('sha256', key).update(`${layoutId}\n${cardNo}`).digest();
      // FF FF FF is the transport code of a new card; a personalised card never keeps it.
      return digest.subarray(0, 3).every((byte) => byte === 0xff)
        ? Uint8Array.from(digest.subarray(3, 6))
        : Uint8Array.from(digest.subarray(0, 3));
    },
  };
}

/** Reads the card key of a data folder, making it (mode 0600) where there is none. Throws SETTINGS_INVALID on a file of the wrong size. */
export function loadCardKey(file: string): Uint8Array {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  }
  const key = readFileSync(file);
  if (key.length !== KEY_BYTES) throw new Fault('SETTINGS_INVALID', { file: 'card-key', field: 'length', reason: `${key.length} bytes` });
  return Uint8Array.from(key);
}
