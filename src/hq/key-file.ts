// The key file of headquarters: what its own keys are sealed with in the database (AES-256-GCM). IT keeps it apart from the database and its backups.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What stands before everything that is sealed, with the id of the key after it. */
const SEALED = 'sealed-1';

/** The key file is missing, wrong or open to others; the message is for IT. */
export class KeyFileWrong extends Error {}

/** Seals and opens what headquarters keeps. `purpose` is authenticated with it, so that nothing can stand in another one's place. */
export interface KeyLock {
  /** Names the key without telling it: stands in front of what it has sealed, and in the log. */
  readonly id: string;
  seal(text: string, purpose: string): string;
  /** Throws KeyFileWrong for what another key has sealed, or nobody. */
  open(sealed: string, purpose: string): string;
}

/** Whether a text is one that a key file has sealed; the id of the key is its second word. */
export function sealedBy(text: string): string | null {
  const [head, id = ''] = text.split('.');
  return head === SEALED ? id : null;
}

/** Returns the lock over 32 bytes. */
export function keyLock(key: Uint8Array): KeyLock {
  const id = createHash('sha256').update('countertop headquarters key id').update(key).digest('hex').slice(0, 8);
  const header = (purpose: string) => Buffer.from(`countertop headquarters\n${id}\n${purpose}`, 'utf8');
  return {
    id,
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(header(purpose));
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${SEALED}.${id}.${Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64')}`;
    },
    open(sealed, purpose) {
      const by = sealedBy(sealed);
      if (by !== id)
        throw new KeyFileWrong(`The database is sealed by the key ${by ?? '(none)'}, and the key file given is ${id}: give the right one.`);
      const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64');
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(
          header(purpose),
        );
        cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString('utf8');
      } catch {
        // Without its cause: what a cipher says of a key belongs in no log.
        throw new KeyFileWrong(`What the database keeps sealed (${purpose.split(' ')[0]}) is damaged.`);
      }
    },
  };
}

/** Returns the lock of a key file. Throws KeyFileWrong with a sentence: it is missing, of another form, or others than its owner can read it. */
export function readKeyFile(file: string): KeyLock {
  if (!existsSync(file)) throw new KeyFileWrong(`The key file ${file} is not there.`);
  // Windows keeps rights elsewhere.
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new KeyFileWrong(`The key file ${file} can be read by others than its owner: chmod 600.`);
  }
  const text = readFileSync(file, 'utf8').trim();
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64') !== text) {
    throw new KeyFileWrong(`The key file ${file} is none: it holds ${KEY_BYTES} bytes in base64.`);
  }
  return keyLock(key);
}

/** Makes a key file that only its owner can read, durably, and returns its lock. Throws KeyFileWrong when there is a file already. */
export function makeKeyFile(file: string): KeyLock {
  if (existsSync(file)) throw new KeyFileWrong(`There is a file ${file} already; nothing was changed.`);
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return readKeyFile(file);
}
