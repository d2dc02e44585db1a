// The vault: what was derived stays derived, what is damaged says so, and no key is ever written over another one.
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '../../shared/domain/card-image.ts';
import { createKeyVault } from './key-vault.ts';
import { addMasterKey, fileLock, openVaultFile, type VaultLock } from './vault-file.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'countertop-vault-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = (isNewBranch = false, locks: readonly VaultLock[] = [fileLock(dataDir)]) => openVaultFile({ dataDir, locks, isNewBranch });
const vaultFile = () => join(dataDir, 'key-vault.json');
const card = { layoutId: 'countertop-card', access: { chip: 'SLE4442' }, cardNo: '6200000000000001', uid: null, keyVersion: 0 } as const;

describe('the file', () => {
  it('is made for a new branch and gives the same keys ever after', async () => {
    const made = await open(true);
    expect(made).toMatchObject([{ version: 0 }]);
    expect(await open()).toEqual(made);
    expect(await open(true)).toEqual(made);
  });

  it('holds no key in the clear, in a file for this user alone', async () => {
    const [made] = await open(true);
    for (const name of readdirSync(dataDir)) {
      const content = readFileSync(join(dataDir, name));
      expect(content.includes(Buffer.from(made?.key ?? []))).toBe(false);
      expect(content.toString('latin1').toUpperCase()).not.toContain(toHex(made?.key ?? new Uint8Array()));
      if (process.platform !== 'win32') expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
    }
  });

  it('takes the key file of earlier versions over without changing a PSC, and removes it only then', async () => {
    const former = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
    writeFileSync(join(dataDir, 'card-key'), former);
    const keys = await open();
    expect(keys).toEqual([{ version: 0, key: former }]);
    expect(existsSync(join(dataDir, 'card-key'))).toBe(false);
    const psc = Uint8Array.from(createHmac('sha256', former).update('countertop-card\n6200000000000001').digest().subarray(0, 3));
    expect(createKeyVault(await open()).cardKeys(card)).toEqual({ chip: 'SLE4442', psc });
  });

  it('finishes a taking over that was cut short, and refuses a key file that is another one', async () => {
    const former = new Uint8Array(32).fill(5);
    writeFileSync(join(dataDir, 'card-key'), former);
    await open();
    writeFileSync(join(dataDir, 'card-key'), former);
    await open();
    expect(existsSync(join(dataDir, 'card-key'))).toBe(false);
    writeFileSync(join(dataDir, 'card-key'), new Uint8Array(32).fill(6));
    await expect(open()).rejects.toMatchObject({ code: 'KEY_VAULT_FAILED', context: { reason: 'card-key-differs' } });
    expect(existsSync(join(dataDir, 'card-key'))).toBe(true);
  });

  it('uses a lock that was made before the power failed', async () => {
    const lockKey = await fileLock(dataDir).create();
    await open(true);
    expect(await fileLock(dataDir).load()).toEqual(lockKey);
  });

  it.each([
    ['missing', () => rmSync(vaultFile())],
    ['unreadable', () => writeFileSync(vaultFile(), readFileSync(vaultFile()).subarray(0, 60))],
    ['unreadable', () => writeFileSync(vaultFile(), '')],
    ['lock-missing', () => rmSync(join(dataDir, 'key-vault.key'))],
    ['lock-length', () => writeFileSync(join(dataDir, 'key-vault.key'), new Uint8Array(31))],
    ['damaged', () => writeFileSync(join(dataDir, 'key-vault.key'), new Uint8Array(32))],
    [
      'damaged',
      () => change((vault) => ({ ...vault, content: `${vault.content?.startsWith('A') ? 'B' : 'A'}${vault.content?.slice(1)}` })),
    ],
    ['locked-by-system', () => change((vault) => ({ ...vault, lock: 'system' }))],
    ['card-key-length', () => writeFileSync(join(dataDir, 'card-key'), new Uint8Array(16))],
  ])('that is %s is a fault that changes nothing', async (reason, spoil) => {
    await open(true);
    spoil();
    const before = files();
    await expect(open()).rejects.toMatchObject({ code: 'KEY_VAULT_FAILED', context: { reason } });
    expect(files()).toEqual(before);
  });

  it('refuses every single byte of its secret part changed', async () => {
    await open(true);
    const { content = '' } = JSON.parse(readFileSync(vaultFile(), 'utf8')) as Record<string, string>;
    const bytes = Buffer.from(content, 'base64');
    for (const at of bytes.keys()) {
      const spoilt = Buffer.from(bytes);
      spoilt[at] = (spoilt[at] ?? 0) ^ 1;
      change((vault) => ({ ...vault, content: spoilt.toString('base64') }));
      await expect(open()).rejects.toMatchObject({ code: 'KEY_VAULT_FAILED' });
    }
  });

  it('is opened by the lock that closed it, whichever comes first', async () => {
    const key = new Uint8Array(32).fill(9);
    const system: VaultLock = { name: 'system', load: async () => key, create: async () => key };
    const made = await open(true, [system, fileLock(dataDir)]);
    expect(existsSync(join(dataDir, 'key-vault.key'))).toBe(false);
    expect(await open(false, [fileLock(dataDir), system])).toEqual(made);
  });

  it('gains a version when keys are rotated, and keeps the old ones', async () => {
    const [old] = await open(true);
    const keys = await addMasterKey({ dataDir, locks: [fileLock(dataDir)] });
    expect(keys.map(({ version }) => version)).toEqual([0, 1]);
    expect(keys[0]).toEqual(old);
    expect(await open()).toEqual(keys);
    const vault = createKeyVault(keys);
    expect(vault.versions).toEqual([1, 0]);
    expect(vault.cardKeys({ ...card, keyVersion: 1 })).not.toEqual(vault.cardKeys(card));
    expect(() => vault.cardKeys({ ...card, keyVersion: 2 })).toThrow('CARD_KEY_REFUSED');
  });
});

function change(how: (vault: Record<string, string>) => Record<string, string>): void {
  writeFileSync(vaultFile(), JSON.stringify(how(JSON.parse(readFileSync(vaultFile(), 'utf8')) as Record<string, string>)));
}

function files(): Record<string, string> {
  return Object.fromEntries(readdirSync(dataDir).map((name) => [name, readFileSync(join(dataDir, name)).toString('hex')]));
}

describe('keys of cards', () => {
  const vault = createKeyVault([{ version: 0, key: new Uint8Array(32).fill(3) }]);
  const mifare = { layoutId: 'm', access: { chip: 'MIFARE-S50', sectors: [1, 2] }, cardNo: '', keyVersion: 0 } as const;

  it('differ by card, by layout, by sector and by use', () => {
    const uids = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 5)];
    const found = uids.flatMap((uid) => {
      const keys = vault.cardKeys({ ...mifare, uid });
      return keys.chip === 'MIFARE-S50' ? keys.sectors.flatMap(({ keyA, keyB }) => [toHex(keyA), toHex(keyB)]) : [];
    });
    expect(new Set(found).size).toBe(8);
    expect(found.every((key) => key.length === 12)).toBe(true);
    expect(vault.cardKeys({ ...card, layoutId: 'other' })).not.toEqual(vault.cardKeys(card));
    expect(() => vault.cardKeys({ ...mifare, uid: null })).toThrow('CARD_KEY_REFUSED');
  });

  it('of a CPU card are not here: the PSAM is told the card number', () => {
    const access = { chip: 'CPU', applicationId: '', files: [], keyId: 1, psamApplicationId: '' } as const;
    expect(vault.cardKeys({ ...card, access, keyVersion: 4 })).toEqual({
      chip: 'CPU',
      diversifier: Uint8Array.of(0x62, 0, 0, 0, 0, 0, 0, 0x01),
      keyVersion: 4,
    });
  });
});
