// Enrolment: one code, one counter, one key.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryKey } from '../../tests/support/counter-keys.ts';
import { TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import type { Database } from './database.ts';
import { allowCode, CODE_LIFE_MS, enrol, newCode } from './enrolment.ts';

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ db, close } = await open());
  });
  afterAll(() => close());

  const key = memoryKey();
  const ask = (code: string, counterId: string, publicKey = key.publicKey, nowMs = 1) =>
    enrol(db, { request: { version: 1, code, counterId, publicKey }, nowMs });

  it('a code enrols one counter, however it is typed, and the same request again', async () => {
    const code = newCode();
    await allowCode(db, { branchNo: 'B1', code, nowMs: 0 });
    expect(await ask(` ${code.toLowerCase().replaceAll('-', ' ')}`, 'C1')).toEqual({ version: 1, branchNo: 'B1', counterId: 'C1' });
    expect(await ask(code, 'C1')).toEqual({ version: 1, branchNo: 'B1', counterId: 'C1' });
    expect(await ask(code, 'C2')).toEqual({ refused: 'the code has been used' });
  });

  it('a wrong code, one that has expired and a number that another key holds are refused', async () => {
    const [late, other] = [newCode(), newCode()];
    await allowCode(db, { branchNo: 'B2', code: late, nowMs: 0 });
    await allowCode(db, { branchNo: 'B1', code: other, nowMs: 0 });
    expect(await ask('AAAA-AAAA-AAAA', 'C3')).toEqual({ refused: 'the code is not known' });
    expect(await ask(late, 'C3', key.publicKey, CODE_LIFE_MS + 1)).toEqual({ refused: 'the code has expired' });
    expect(await ask(other, 'C1', memoryKey().publicKey)).toEqual({ refused: 'another counter has this number' });
    expect(await ask(other, 'C3')).toMatchObject({ branchNo: 'B1', counterId: 'C3' });
  });

  it('no code can be read from the database', async () => {
    const code = newCode();
    await allowCode(db, { branchNo: 'B3', code, nowMs: 0 });
    const rows = JSON.stringify(await db.selectFrom('enrolment_codes').selectAll().execute());
    expect(rows).not.toContain(code);
    expect(rows).not.toContain(code.replaceAll('-', ''));
  });
});
