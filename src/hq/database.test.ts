// The database of headquarters: migrations, refusal of a newer one, one process per folder; and the program around it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hqMigrations } from '../../migrations/hq/index.ts';
import { signatureOf, TEST_KEY } from '../../tests/support/counter-keys.ts';
import { factsOf, memoryJournal, uuidOf } from '../../tests/support/journal.ts';
import { openDatabase } from './database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-hq-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the database folder', () => {
  it('is migrated once and opens again', async () => {
    const first = await openDatabase({ kind: 'folder', path: folder });
    const place = { branch_no: 'B1', counter_id: 'C1', public_key: '' };
    const counter = { ...place, held_seq: 7, held_hash: 'x', seen_position: 0, last_contact_ms: 0 };
    await first.insertInto('counters').values(counter).execute();
    await first.destroy();
    const second = await openDatabase({ kind: 'folder', path: folder });
    expect(await second.selectFrom('counters').select('held_seq').execute()).toEqual([{ held_seq: 7 }]);
    await second.destroy();
  });

  it('of a program that did not keep what wrote a version learns it from the operations', async () => {
    const db = await openDatabase({ kind: 'memory' });
    const place = { branch_no: 'B1', counter_id: 'C1', account_id: 'A1' };
    const facts = { business_date: '2026-03-02', shift_id: '', clerk: '', recorded_at_ms: 0, received_at_ms: 0, payload_json: '{}' };
    const sound = { ...place, ...facts, previous_hash: '', hash: '', verdict: 'applied', code: '', reason: '' } as const;
    const rows = [
      { seq: 1, id: 'o-1', kind: 'account.corrected', row_key: 'account/A1' },
      { seq: 2, id: 'o-2', kind: 'customer.changed', row_key: 'record-customer/K1' },
      { seq: 3, id: 'o-3', kind: 'customer.merged', row_key: 'record-customer/K2' },
      { seq: 4, id: 'o-4', kind: 'note.added', row_key: 'record-note/N1' },
    ];
    for (const { row_key, ...own } of rows) {
      await db
        .insertInto('operations')
        .values({ ...sound, ...own })
        .execute();
      await db
        .insertInto('projections')
        .values({ ...place, seq: own.seq, row_key, body: '{"version":2}' })
        .execute();
    }
    await hqMigrations['0011-change-ids']?.up(db);
    const kept = await db.selectFrom('projections').select('body').orderBy('seq').execute();
    expect(kept.map(({ body }) => (JSON.parse(body) as { readonly changeId?: string }).changeId)).toEqual([
      'o-1',
      'o-2',
      undefined,
      undefined,
    ]);
    await db.destroy();
  });

  it('of a newer version is refused and left alone', async () => {
    const newer = { ...hqMigrations, '9999-later': { up: async () => undefined } };
    await (await openDatabase({ kind: 'folder', path: folder }, newer)).destroy();
    await expect(openDatabase({ kind: 'folder', path: folder })).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      context: { migration: '9999-later' },
    });
    await (await openDatabase({ kind: 'folder', path: folder }, newer)).destroy();
  });

  it('belongs to one process at a time', async () => {
    const first = await openDatabase({ kind: 'folder', path: folder });
    await expect(openDatabase({ kind: 'folder', path: folder })).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      context: { reason: 'in-use' },
    });
    await first.destroy();
    await (await openDatabase({ kind: 'folder', path: folder })).destroy();
  });

  it('with a failing migration is an error, not half a database', async () => {
    const failing = { ...hqMigrations, '0009-fails': { up: () => Promise.reject(new Error('no')) } };
    await expect(openDatabase({ kind: 'folder', path: folder }, failing)).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    const db = await openDatabase({ kind: 'folder', path: folder });
    expect(await db.selectFrom('counters').selectAll().execute()).toEqual([]);
    await db.destroy();
  });
});

describe('the program', () => {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  function start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], { stdio: 'pipe' });
    children.push(child);
    return child;
  }

  async function readyUrl(child: ChildProcess): Promise<string> {
    const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const line = /^ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(chunk.toString());
    if (line?.[1] === undefined) throw new Error(`not the ready line: ${chunk}`);
    return line[1];
  }

  it('holds what it took when it is stopped by SIGTERM and started again', async () => {
    const journal = memoryJournal({ branchNo: 'B1', counterId: 'C1' });
    const payload = { shiftId: 'S1', floatFen: 100 };
    const operation = journal.append({ ...factsOf(uuidOf({ of: 1, serial: 1 })), kind: 'shift.opened', payload });
    const first = start('--port', '0', '--data', folder, '--enrol', 'B1:a-code-of-one-use');
    const url = await readyUrl(first);
    const json = { 'content-type': 'application/json' };
    const enrolment = { version: 1, code: 'A-CODE-OF-ONE-USE', counterId: 'C1', publicKey: TEST_KEY.publicKey };
    const enrolled = await fetch(`${url}/v1/enrol`, { method: 'POST', headers: json, body: JSON.stringify(enrolment) });
    expect(await enrolled.json()).toEqual({
      version: 1,
      branchNo: 'B1',
      counterId: 'C1',
      headquartersKey: expect.stringMatching(/^[\w+/]{43}=$/),
    });
    const batch = { version: 1, branchNo: 'B1', counterId: 'C1', fromSeq: 1, toSeq: 1, heard: [], operations: [operation] };
    const body = JSON.stringify(batch);
    const headers = { ...json, ...signatureOf(body, '/v1/operations') };
    await fetch(`${url}/v1/operations`, { method: 'POST', headers, body });
    first.kill('SIGTERM');
    expect(await once(first, 'exit')).toEqual([0, null]);

    const second = start('--port', '0', '--data', folder);
    expect(await (await fetch(`${await readyUrl(second)}/v1/branches`)).json()).toMatchObject({
      branches: [{ branchNo: 'B1', operations: 1, counters: [{ counterId: 'C1', lastSeq: 1, lastHash: operation.hash }] }],
    });
  });

  /** Runs the program to its end; returns its exit code and what it wrote. */
  async function toEnd(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
    const child = start('--data', join(folder, 'data'), ...args);
    const said = Promise.all([text(child.stdout as NodeJS.ReadableStream), text(child.stderr as NodeJS.ReadableStream)]);
    const [code] = (await once(child, 'exit')) as [number];
    return { code, said: (await said).join('') };
  }

  it('brings in staff and publishes a document from files, and says what is wrong with one that is not in order', {
    timeout: 90_000,
  }, async () => {
    const file = (name: string, content: unknown) => {
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
      return join(folder, name);
    };
    const limit = { amountFen: 50_000, count: 3 };
    const dates = { documentId: 'limit', version: 1, effectiveFrom: '2026-01-01', validUntil: '2026-12-31' };
    const content = { limit: { perDay: limit, perClerk: limit, perCard: limit, ownCards: true } };
    const document = { documentKind: 'offline-limit', ...dates, content };
    const person = { staffNo: '1001', name: '李静', role: 'clerk', password: 'a-pass-word' };
    expect(await toEnd('publish', join(folder, 'absent.json'))).toMatchObject({ code: 1, said: expect.stringContaining('cannot be read') });
    expect(await toEnd('--staff', `01:${file('torn.json', '[{')}`)).toMatchObject({
      code: 1,
      said: expect.stringContaining('is not JSON'),
    });
    const wrong = await toEnd('--staff', `01:${file('short.json', [{ ...person, password: 'short' }])}`);
    expect(wrong).toMatchObject({ code: 1, said: expect.stringMatching(/^The file is not in order, nothing was taken: 0\.password: /) });
    expect(await toEnd('--staff', `01:${file('staff.json', [person])}`)).toEqual({ code: 0, said: 'staff 1\n' });
    expect(await toEnd('publish', file('limit.json', document))).toEqual({
      code: 0,
      said: 'published limit version 1, new in 0 branches\n',
    });
    const again = await toEnd('publish', file('other.json', { ...document, validUntil: '2026-06-30' }));
    expect(again).toMatchObject({ code: 1, said: expect.stringContaining('version 1 of limit is out with another content') });
    const db = await openDatabase({ kind: 'folder', path: join(folder, 'data') });
    expect(await db.selectFrom('staff').select(['branch_no', 'staff_no', 'name']).execute()).toEqual([
      { branch_no: '01', staff_no: '1001', name: '李静' },
    ]);
    expect(JSON.stringify(await db.selectFrom('staff').selectAll().execute())).not.toContain(person.password);
    const [held] = await db.selectFrom('documents').select(['document_id', 'body']).execute();
    expect(held).toMatchObject({ document_id: 'limit', body: expect.stringContaining('signature') });
    await db.destroy();
  });

  it('makes a code for a counter and ends', async () => {
    const child = start('--data', folder, '--new-code', 'B7');
    const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^code (?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}\n$/);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when its parent closes its stdin', async () => {
    const child = start('--data', folder, '--exit-with-parent');
    await readyUrl(child);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([[[]], [['--port', 'x', '--data', 'd']], [['--data', 'd', '--database', 'u']], [['--unknown']]])(
    'explains itself for %j',
    async (args) => {
      const child = start(...args);
      const [chunk] = (await once(child.stderr as NodeJS.ReadableStream, 'data')) as [Buffer];
      expect(chunk.toString()).toMatch(/^usage: /);
      expect(await once(child, 'exit')).toEqual([2, null]);
    },
  );
});
