// The branch's master keys at rest: AES-256-GCM in `key-vault.json`, under a key that the host keeps. A key is never written over another one.
//
// Where the keys are not what they were, a card's PSC would be wrong and its attempts would be spent. So a vault that is missing, damaged or locked by
// another key stops the counter with KEY_VAULT_FAILED; only a branch without a single operation is given new keys.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fromHex, sameBytes, toHex } from '../../shared/domain/card-image.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';
import type { MasterKey } from './key-vault.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const FORMAT = 1;

/** Where the key that locks the vault comes from. */
export interface VaultLock {
  /** Stands in the vault file, so that a vault is always opened by the lock that closed it. */
  readonly name: 'file' | 'system';
  /** Returns the 32 bytes; null when none was made yet. Rejects with KEY_VAULT_FAILED when there is one that cannot be had. */
  load(): Promise<Uint8Array | null>;
  /** Makes and keeps a new key, durably. */
  create(): Promise<Uint8Array>;
}

export interface VaultOptions {
  readonly dataDir: string;
  /** Locks of this host, the one for a new vault first. */
  readonly locks: readonly VaultLock[];
  /** Whether the branch is new, so that no card can have been made with older keys. */
  readonly isNewBranch: boolean;
}

const contentSchema = z.strictObject({
  keys: z.array(z.strictObject({ version: z.int().min(0), key: z.string().regex(/^[0-9A-F]{64}$/) })).min(1),
});
const vaultSchema = z.strictObject({
  format: z.literal(FORMAT),
  lock: z.enum(['file', 'system']),
  nonce: z.base64(),
  tag: z.base64(),
  content: z.base64(),
});
type VaultFile = z.infer<typeof vaultSchema>;

const failed = (reason: string, cause?: unknown) => new Fault('KEY_VAULT_FAILED', { reason }, { cause });

/** A lock whose key lies beside the vault in a file that only this user can read: it keeps the keys out of copies of single files and of logs. */
export function fileLock(dataDir: string): VaultLock {
  const file = join(dataDir, 'key-vault.key');
  return {
    name: 'file',
    async load() {
      if (!existsSync(file)) return null;
      const key = Uint8Array.from(readFileSync(file));
      if (key.length !== KEY_BYTES) throw failed('lock-length');
      return key;
    },
    async create() {
      const key = Uint8Array.from(randomBytes(KEY_BYTES));
      writeNew(file, key);
      return key;
    },
  };
}

/**
 * Returns the branch's master keys. A `card-key` file of an earlier version becomes key 0; a new branch is given a new key 0.
 * Rejects with KEY_VAULT_FAILED when the keys cannot be had; nothing has been changed then.
 */
export async function openVaultFile(options: VaultOptions): Promise<readonly MasterKey[]> {
  const { dataDir, locks, isNewBranch } = options;
  const file = join(dataDir, 'key-vault.json');
  const former = formerKey(dataDir);
  if (!existsSync(file)) {
    if (former === null && !isNewBranch) throw failed('missing');
    const [lock] = locks;
    if (lock === undefined) throw failed('no-lock');
    const lockKey = (await lock.load()) ?? (await lock.create());
    const keys = [{ version: 0, key: former ?? Uint8Array.from(randomBytes(KEY_BYTES)) }];
    save({ file, lock: lock.name, lockKey, keys });
  }
  const keys = await open(file, locks);
  if (former !== null) {
    const kept = keys.find(({ version }) => version === 0);
    if (kept === undefined || !sameBytes(kept.key, former)) throw failed('card-key-differs');
    // What was taken over has been read back from the vault.
    syncFolder(dataDir);
    rmSync(join(dataDir, 'card-key'));
  }
  return keys;
}

/** Adds a new key and returns all: cards are made with the newest from now on, and those that exist keep theirs. */
export async function addMasterKey(options: Pick<VaultOptions, 'dataDir' | 'locks'>): Promise<readonly MasterKey[]> {
  const file = join(options.dataDir, 'key-vault.json');
  const keys = await open(file, options.locks);
  const { lock, lockKey } = await unlock(parse(file), options.locks);
  const version = Math.max(...keys.map((each) => each.version)) + 1;
  save({ file, lock, lockKey, keys: [...keys, { version, key: Uint8Array.from(randomBytes(KEY_BYTES)) }] });
  return open(file, options.locks);
}

/** The key file of versions before the vault: 32 bytes as they are. */
function formerKey(dataDir: string): Uint8Array | null {
  const file = join(dataDir, 'card-key');
  if (!existsSync(file)) return null;
  const key = Uint8Array.from(readFileSync(file));
  if (key.length !== KEY_BYTES) throw failed('card-key-length');
  return key;
}

function parse(file: string): VaultFile {
  try {
    return vaultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw failed('unreadable', cause);
  }
}

async function unlock(vault: VaultFile, locks: readonly VaultLock[]) {
  const lock = locks.find(({ name }) => name === vault.lock);
  if (lock === undefined) throw failed(`locked-by-${vault.lock}`);
  const lockKey = await lock.load();
  if (lockKey === null) throw failed('lock-missing');
  return { lock: lock.name, lockKey };
}

async function open(file: string, locks: readonly VaultLock[]): Promise<readonly MasterKey[]> {
  const vault = parse(file);
  const { lockKey } = await unlock(vault, locks);
  try {
    const cipher = createDecipheriv('aes-256-gcm', lockKey, Buffer.from(vault.nonce, 'base64'), { authTagLength: 16 });
    cipher.setAAD(header(vault.lock)).setAuthTag(Buffer.from(vault.tag, 'base64'));
    const text = Buffer.concat([cipher.update(Buffer.from(vault.content, 'base64')), cipher.final()]).toString('utf8');
    return contentSchema.parse(JSON.parse(text)).keys.map(({ version, key }) => ({ version, key: fromHex(key) }));
  } catch {
    // Without its cause: what a cipher says of a key or a text belongs in no log.
    throw failed('damaged');
  }
}

function save(vault: {
  readonly file: string;
  readonly lock: VaultLock['name'];
  readonly lockKey: Uint8Array;
  readonly keys: readonly MasterKey[];
}): void {
  const { file, lock, lockKey, keys } = vault;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', lockKey, nonce, { authTagLength: 16 });
  cipher.setAAD(header(lock));
  const text = JSON.stringify({ keys: keys.map(({ version, key }) => ({ version, key: toHex(key) })) });
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  writeJsonAtomic(file, {
    format: FORMAT,
    lock,
    nonce: base64(nonce),
    tag: base64(cipher.getAuthTag()),
    content: base64(content),
  } satisfies VaultFile);
  syncFolder(dirname(file));
}

/** What is said in the clear is authenticated with the rest. */
function header(lock: VaultLock['name']): Buffer {
  return Buffer.from(`countertop key vault ${FORMAT} ${lock}`, 'utf8');
}

/** Writes a file that must not be there yet, for this user only, and durably. */
export function writeNew(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dirname(file));
}

/** Makes names in a folder durable; Windows knows no such thing and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
