// The signature of a driver folder: what is signed loads, and any other byte does not.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicTextOf, readSignedFolder, SIGNATURE_FILE, signFolder } from './driver-trust.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEYS = [publicTextOf(privateKey)];

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countertop-signed-'));
  folder = join(root, 'acme-x200');
  mkdirSync(join(folder, 'parts'), { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), '{}');
  writeFileSync(join(folder, 'driver.js'), 'export default 1;\n');
  writeFileSync(join(folder, 'parts/frames.js'), 'export const x = 1;\n');
  writeFileSync(join(folder, SIGNATURE_FILE), signFolder(folder, PEM));
});
afterEach(() => rmSync(root, { recursive: true }));

function refusal(keys: readonly string[] = KEYS, where = folder): string {
  try {
    readSignedFolder(where, keys);
  } catch (error) {
    return String((error as { context?: { reason?: string } }).context?.reason);
  }
  return 'trusted';
}

describe('readSignedFolder', () => {
  it('gives the bytes that were checked', () => {
    const { files, version } = readSignedFolder(folder, KEYS);
    expect([...files.keys()].sort()).toEqual(['driver.js', 'manifest.json', 'parts/frames.js']);
    writeFileSync(join(folder, 'driver.js'), 'export default 2;\n');
    expect(Buffer.from(files.get('driver.js') ?? []).toString()).toBe('export default 1;\n');
    writeFileSync(join(folder, SIGNATURE_FILE), signFolder(folder, PEM));
    expect(readSignedFolder(folder, KEYS).version).not.toBe(version);
  });

  it('refuses every single byte that was changed, of the files and of the signature', () => {
    for (const path of ['manifest.json', 'driver.js', 'parts/frames.js', SIGNATURE_FILE]) {
      const whole = readFileSync(join(folder, path));
      for (let at = 0; at < whole.length; at += 1) {
        const altered = Buffer.from(whole);
        // Another letter of the same kind, so that the JSON stays JSON where it can.
        altered[at] = (altered[at] ?? 0) ^ 1;
        writeFileSync(join(folder, path), altered);
        const reason = refusal();
        // The last letter of a base64url text has bits that decode to nothing; the same signature is the same signature.
        if (reason === 'trusted') expect([path, whole.toString('latin1', at + 1, at + 2)]).toEqual([SIGNATURE_FILE, '"']);
      }
      writeFileSync(join(folder, path), whole);
    }
    expect(refusal()).toBe('trusted');
  });

  it('refuses what is unsigned, signed by somebody else, missing, more than was signed, renamed or a link', () => {
    expect(refusal([])).toBe('signed by a key that is not allowed');
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(refusal([publicTextOf(other)])).toBe('signed by a key that is not allowed');
    writeFileSync(join(folder, 'extra.js'), '');
    expect(refusal()).toBe('extra.js was not signed');
    rmSync(join(folder, 'extra.js'));
    rmSync(join(folder, 'driver.js'));
    expect(refusal()).toBe('driver.js is missing');
    symlinkSync('parts/frames.js', join(folder, 'driver.js'));
    expect(refusal()).toBe('driver.js is no plain file');
    rmSync(join(folder, 'driver.js'));
    writeFileSync(join(folder, 'driver.js'), 'export default 1;\n');
    expect(refusal()).toBe('trusted');
    rmSync(join(folder, SIGNATURE_FILE));
    expect(refusal()).toBe('not signed');
    writeFileSync(join(folder, SIGNATURE_FILE), signFolder(folder, PEM));
    renameSync(folder, join(root, 'acme-x300'));
    expect(refusal(KEYS, join(root, 'acme-x300'))).toBe('the signature does not fit its list of files');
  });
});

it('the command makes a key, and signs so that its printed key opens the folder', () => {
  const script = fileURLToPath(new URL('../../../scripts/sign-driver.ts', import.meta.url));
  const key = join(root, 'key.pem');
  const printed = execFileSync(process.execPath, [script, '--new-key', key], { encoding: 'utf8' });
  const settings = JSON.parse(printed.slice(printed.indexOf('{'))) as { drivers: { keys: string[] } };
  execFileSync(process.execPath, [script, folder, '--key', key]);
  expect(refusal()).toBe('signed by a key that is not allowed');
  expect(refusal(settings.drivers.keys)).toBe('trusted');
  expect(() => execFileSync(process.execPath, [script, '--new-key', key], { stdio: 'ignore' })).toThrow();
});
