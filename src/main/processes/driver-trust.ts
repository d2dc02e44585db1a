// Whether a driver folder from outside the program may run: every byte of it must be signed by a key that is allowed.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../shared/domain/fault.ts';

/** Where drivers from outside the program lie, and whose signature is good. */
export interface OutsideDrivers {
  /** Folders that hold driver folders. */
  readonly roots: readonly string[];
  /** Public Ed25519 keys, 32 bytes as base64url. */
  readonly keys: readonly string[];
}

/** A folder whose signature was good, with the very bytes that were checked: what runs is taken from here, never read again. */
export interface SignedFolder {
  readonly folder: string;
  /** Changes with every byte of the folder. */
  readonly version: string;
  /** By path inside the folder, with `/`. Without signature.json. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export const SIGNATURE_FILE = 'signature.json';
/** A driver is a few hundred kilobytes; a folder of this size is something else. */
const LARGEST_FOLDER_BYTES = 32 * 1024 * 1024;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const signatureSchema = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** The public key, 32 bytes as base64url. */
  key: z.string(),
  files: z.record(z.string(), sha256Hex),
  /** 64 bytes as base64url, over `signedText`. */
  signature: z.string(),
});

/**
 * Reads a driver folder once and checks it. Throws DRIVER_UNTRUSTED { driver, reason }: unsigned, signed by another key, a file altered, missing
 * or more than was signed.
 */
export function readSignedFolder(folder: string, keys: readonly string[]): SignedFolder {
  const driver = basename(folder);
  const refuse = (reason: string) => new Fault('DRIVER_UNTRUSTED', { driver, reason });
  const files = new Map(filesOf(folder, refuse));
  const signature = signatureIn(files.get(SIGNATURE_FILE), refuse);
  files.delete(SIGNATURE_FILE);
  if (!keys.includes(signature.key)) throw refuse('signed by a key that is not allowed');
  const text = signedText(driver, signature.files);
  if (!verify(null, text, publicKeyOf(signature.key, refuse), Buffer.from(signature.signature, 'base64url'))) {
    throw refuse('the signature does not fit its list of files');
  }
  for (const [path, sum] of Object.entries(signature.files)) {
    const bytes = files.get(path);
    if (bytes === undefined) throw refuse(`${path} is missing`);
    if (sha256(bytes) !== sum) throw refuse(`${path} was altered`);
  }
  const extra = [...files.keys()].find((path) => !Object.hasOwn(signature.files, path));
  if (extra !== undefined) throw refuse(`${extra} was not signed`);
  return { folder, version: sha256(text).slice(0, 16), files };
}

/** Returns the text of signature.json for a driver folder as it stands. `privateKey` is PKCS#8 PEM of an Ed25519 key. */
export function signFolder(folder: string, privateKey: string): string {
  const driver = basename(folder);
  const key = createPrivateKey(privateKey);
  const files: Record<string, string> = {};
  const refuse = (reason: string) => new Fault('INPUT_INVALID', { field: 'folder', reason });
  for (const [path, bytes] of filesOf(folder, refuse)) if (path !== SIGNATURE_FILE) files[path] = sha256(bytes);
  const signature = sign(null, signedText(driver, files), key).toString('base64url');
  return `${JSON.stringify({ algorithm: 'Ed25519', key: publicTextOf(key), files, signature }, null, 2)}\n`;
}

/** Returns the public half as it stands in settings and signatures: 32 bytes as base64url. */
export function publicTextOf(privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Fault('INPUT_INVALID', { field: 'key', reason: 'not an Ed25519 key' });
  return x;
}

/** What is signed: a heading, so that the signature is good for nothing else, the driver's name, and a line per file in the order of their paths. */
function signedText(driver: string, files: Readonly<Record<string, string>>): Buffer {
  const lines = Object.keys(files)
    .sort()
    .map((path) => `${files[path]}  ${path}\n`);
  return Buffer.from(`countertop driver signature 1\n${driver}\n${lines.join('')}`);
}

type Refuse = (reason: string) => Fault;

function* filesOf(folder: string, refuse: Refuse): Generator<[string, Uint8Array]> {
  let total = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(folder.length + 1).replaceAll('\\', '/');
    // What a link points to can change under the signature.
    if (!entry.isFile()) throw refuse(`${path} is no plain file`);
    total += statSync(file).size;
    if (total > LARGEST_FOLDER_BYTES) throw refuse('the folder is too large');
    yield [path, readFileSync(file)];
  }
}

function signatureIn(bytes: Uint8Array | undefined, refuse: Refuse): z.infer<typeof signatureSchema> {
  if (bytes === undefined) throw refuse('not signed');
  try {
    return signatureSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw refuse(`${SIGNATURE_FILE} cannot be read`);
  }
}

function publicKeyOf(x: string, refuse: Refuse): KeyObject {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    throw refuse('its key is none');
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
