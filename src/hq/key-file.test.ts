// The key file of headquarters: what it seals, what it refuses, and headquarters' own keys over its first start with one, a wrong one and another one.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase } from '../../tests/support/headquarters-databases.ts';
import { openAuthority, resealAuthority } from './authority.ts';
import { checkIn, putCardKeys, resealCardKeys } from './card-keys.ts';
import { type Database, openDatabase } from './database.ts';
import { KeyFileWrong, keyLock, makeKeyFile, readKeyFile, sealedBy } from './key-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'countertop-hq-key-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const [first, second] = [1, 2].map((byte) => keyLock(new Uint8Array(32).fill(byte))) as [
  ReturnType<typeof keyLock>,
  ReturnType<typeof keyLock>,
];

describe('a key file', () => {
  it('is made for its owner only, once, and opens what it has sealed for the same purpose', () => {
    const file = join(dir, 'new', 'headquarters.key');
    const lock = makeKeyFile(file);
    expect(statSync(file).mode & 0o077).toBe(0);
    const before = readFileSync(file, 'utf8');
    expect(() => makeKeyFile(file)).toThrow(KeyFileWrong);
    expect(readFileSync(file, 'utf8')).toBe(before);
    const sealed = lock.seal('秘密', 'a');
    expect(sealed).not.toContain('秘密');
    expect(sealedBy(sealed)).toBe(lock.id);
    expect(readKeyFile(file).open(sealed, 'a')).toBe('秘密');
    expect(() => lock.open(sealed, 'b')).toThrow('damaged');
    expect(() => first.open(sealed, 'a')).toThrow(`sealed by the key ${lock.id}, and the key file given is ${first.id}`);
  });

  it('that is missing, of another form or open to others is refused with its name', () => {
    const file = join(dir, 'key');
    expect(() => readKeyFile(file)).toThrow(`${file} is not there`);
    for (const text of ['', 'c2hvcnQ=', `${'A'.repeat(44)}`, 'x'.repeat(44)]) {
      writeFileSync(file, text, { mode: 0o600 });
      expect(() => readKeyFile(file), text).toThrow('32 bytes in base64');
    }
    rmSync(file);
    makeKeyFile(file);
    chmodSync(file, 0o640);
    expect(() => readKeyFile(file)).toThrow('chmod 600');
  });
});

describe('the keys of headquarters', { timeout: 60_000 }, () => {
  let db: Database;
  beforeAll(async () => {
    db = await openDatabase({ kind: 'memory' });
  }, 120_000);
  beforeEach(() => emptyDatabase(db));
  afterAll(() => db.destroy());

  const kept = async () => (await db.selectFrom('authority').select('private_key').executeTakeFirstOrThrow()).private_key;
  const KEY = 'AB'.repeat(32);
  const keysOf = (key: string) => ({ json: { keys: [{ version: 1, key }] }, branches: ['9A01'], nowMs: 1 });
  const request = {
    ...{ version: 1 as const, branchNo: '9A01', counterId: 'C1', programVersion: '1.0.0', nowMs: 5_000, waiting: 2, cardKeys: [] },
    sealTo: 'CSdBdO9pXTGzTzKFqPO0/+hKjYZZFTTmDvJZ2Ee3iSI=',
  };

  it('stay the same when the key file comes, and are then opened by it alone', async () => {
    const { publicKey } = await openAuthority(db, null);
    const plain = await kept();
    expect((await openAuthority(db, first)).publicKey).toBe(publicKey);
    const sealed = await kept();
    expect(sealed).not.toContain(plain);
    expect(sealedBy(sealed)).toBe(first.id);
    expect((await openAuthority(db, first)).publicKey).toBe(publicKey);
    await expect(openAuthority(db, second)).rejects.toThrow(`sealed by the key ${first.id}, and the key file given is ${second.id}`);
    await expect(openAuthority(db, null)).rejects.toThrow(`sealed by the key ${first.id}: give its key file`);
    expect(await kept()).toBe(sealed);
  });

  it('are sealed from the beginning where there is a key file, and anew by another one, all or none', async () => {
    const { publicKey } = await openAuthority(db, first);
    expect(sealedBy(await kept())).toBe(first.id);
    expect(await putCardKeys(db, { ...keysOf(KEY), lock: first })).toBe(1);
    const rotate = (from: typeof first | null) =>
      db.transaction().execute(async (tx) => {
        await resealAuthority(tx, { from, to: second });
        await resealCardKeys(tx, { from, to: second });
      });
    await expect(rotate(null)).rejects.toThrow(KeyFileWrong);
    await rotate(first);
    const authority = await openAuthority(db, second);
    expect(authority.publicKey).toBe(publicKey);
    const from = { request, authority, nowMs: 5_000 };
    expect((await checkIn(db, { ...from, lock: second })).sent).toMatchObject([{ version: 1 }]);
    await expect(checkIn(db, { ...from, lock: first })).rejects.toThrow(KeyFileWrong);
    await expect(checkIn(db, { ...from, lock: null })).rejects.toThrow(KeyFileWrong);
  });

  it('of cards are kept under a key file only, for named branches, and never replaced by others', async () => {
    await expect(putCardKeys(db, { ...keysOf(KEY), lock: null })).rejects.toThrow('under a key file only');
    await expect(putCardKeys(db, { ...keysOf(KEY), branches: [], lock: first })).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    await expect(putCardKeys(db, { ...keysOf('12'), lock: first })).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    expect(await putCardKeys(db, { ...keysOf(KEY), lock: first })).toBe(1);
    expect(await putCardKeys(db, { ...keysOf(KEY), lock: first })).toBe(0);
    await expect(putCardKeys(db, { ...keysOf('CD'.repeat(32)), lock: first })).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      context: { field: 'keys.1' },
    });
    const rows = await db.selectFrom('card_keys').selectAll().execute();
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(KEY, 'i'));
    const authority = await openAuthority(db, first);
    const others = await checkIn(db, { request: { ...request, branchNo: '9A02' }, lock: first, authority, nowMs: 5_000 });
    expect(others.answer.cardKeys).toBeNull();
  });

  it('of cards keep headquarters from starting with another key file too, where its own is not sealed by one', async () => {
    expect(await putCardKeys(db, { ...keysOf(KEY), lock: first })).toBe(1);
    await expect(openAuthority(db, second)).rejects.toThrow(`sealed by the key ${first.id}, and the key file given is ${second.id}`);
    await expect(openAuthority(db, null)).rejects.toThrow(`sealed by the key ${first.id}: give its key file`);
    expect(await db.selectFrom('authority').select('only_row').execute()).toEqual([]);
    await openAuthority(db, first);
  });

  it('keep headquarters from starting with another key file, and say so', { timeout: 120_000 }, async () => {
    const data = join(dir, 'data');
    const held = await openDatabase({ kind: 'folder', path: data });
    await openAuthority(held, first);
    await held.destroy();
    const other = join(dir, 'other.key');
    const { id } = makeKeyFile(other);
    const refused = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), '--data', data, '--key-file', other], {
      encoding: 'utf8',
    });
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toBe(`The database is sealed by the key ${first.id}, and the key file given is ${id}: give the right one.\n`);
  });
});
