// Small secrets of a counter at rest: a file of format and AES-256-GCM text under a key derived from the branch's first master key.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from '../../shared/domain/fault.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';
import type { MasterKey } from './key-vault.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const fileSchema = z.strictObject({ format: z.literal(1), sealed: z.base64() });

export interface SealedFile {
  /** Returns the content; null where there is no file. Throws KEY_VAULT_FAILED when it cannot be opened. */
  read(): Buffer | null;
  /** Puts the content in place of what was there, whole or not at all. */
  write(content: Uint8Array): void;
}

/** Returns the file over these master keys, of which the one with the lowest version is used; `purpose` parts the files' keys and is the fault's reason. */
export function sealedFile(options: {
  readonly file: string;
  readonly masters: readonly MasterKey[];
  readonly purpose: string;
}): SealedFile {
  const { file, purpose } = options;
  const [first] = [...options.masters].sort((left, right) => left.version - right.version);
  if (first === undefined) throw new Fault('KEY_VAULT_FAILED', { reason: 'no-key' });
  const lock = createHmac('sha256', first.key).update(purpose).digest();
  return {
    read() {
      if (!existsSync(file)) return null;
      try {
        const bytes = Buffer.from(fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).sealed, 'base64');
        const cipher = createDecipheriv('aes-256-gcm', lock, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
        cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
      } catch {
        // Without its cause: what a cipher says of a key belongs in no log.
        throw new Fault('KEY_VAULT_FAILED', { reason: purpose.replaceAll(' ', '-') });
      }
    },
    write(content) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', lock, nonce, { authTagLength: TAG_BYTES });
      const text = Buffer.concat([cipher.update(content), cipher.final()]);
      writeJsonAtomic(file, { format: 1, sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64') });
    },
  };
}
