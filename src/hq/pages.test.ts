// Headquarters' pages for IT and finance: closed days against its own sums, clearing as page, file and JSON, three languages, and who may look.
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleClose } from '../../tests/support/every-kind.ts';
import { TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import { factsOf, type MemoryJournal, memoryJournal, uuidOf } from '../../tests/support/journal.ts';
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { closedDays } from './day-closes.ts';
import { daySums } from './day-sums.ts';
import { insertCounter } from './enrolment.ts';
import { ingest } from './ingest.ts';
import { createService } from './service.ts';

const NOW_MS = Date.UTC(2026, 2, 3);
const TABS = ['/', '/search', '/clearing', '/days'];

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  let service: FastifyInstance;

  beforeAll(async () => {
    ({ db, close } = await open());
    service = createService({ db, nowMs: () => NOW_MS, log: () => {} });
  }, 120_000);
  afterAll(async () => {
    await service.close();
    await close();
  });

  const look = (url: string, accept = '') => service.inject({ url, headers: { 'accept-language': accept } });

  async function sendAll({ branchNo, counterId, operations }: MemoryJournal): Promise<void> {
    const range = { fromSeq: 1, toSeq: operations.length };
    const batch = { version: WIRE_VERSION, branchNo, counterId, ...range } as const;
    const { answer } = await ingest(db, { batch: { ...batch, heard: [], operations: [...operations] }, receivedAtMs: NOW_MS });
    expect(answer.heldSeq).toBe(operations.length);
  }

  it('hold each closed day against what headquarters itself has, and name the kinds that differ', async () => {
    const journal = memoryJournal({ branchNo: '01', counterId: 'C1' });
    await insertCounter(db, { ...journal, publicKey: 'x', nowMs: 1 });
    const facts = (serial: number) => factsOf(uuidOf({ of: 1, serial }));
    journal.append({ ...facts(1), kind: 'shift.opened', payload: { shiftId: 'S1', floatFen: 50_000 } });
    await sendAll(journal);
    const { kinds } = await daySums(db, { version: WIRE_VERSION, branchNo: '01', counterId: 'C1', fromSeq: 1, toSeq: 1 });
    expect(kinds).toMatchObject([{ kind: 'shift.opened', count: 1, debitFen: 50_000 }]);
    const books = [{ book: 'money', count: 3, expectedFen: 123_400, foundFen: 123_400, differenceFen: 0 }] as const;
    const closing = { ...sampleClose('close-1'), kinds, books, closedDate: '2026-03-02' };
    journal.append({ ...facts(2), kind: 'day.closed', payload: closing });
    const wrong = [{ ...kinds[0], kind: 'shift.opened', count: 2, debitFen: 50_000, hash: kinds[0]?.hash ?? '' }];
    journal.append({ ...facts(3), kind: 'day.closed', payload: { ...closing, closeId: 'close-2', closeNo: 2, kinds: wrong } });
    await sendAll(journal);

    expect(await closedDays(db, 10)).toMatchObject([
      { closeNo: 2, branchNo: '01', counterId: 'C1', unequal: ['shift.opened'] },
      { closeNo: 1, unequal: [], approvedBy: '2001', differences: 1, open: 1 },
    ]);
    const page = (await look('/days')).body;
    expect(page).toContain('<td class="t">▲ 不一致：开班</td>');
    expect(page).toContain('<td class="t">● 一致</td>');
    // The code on the close's papers leads to its line, and its takings stand beside it.
    const [, , last] = journal.operations;
    expect(page).toContain(`<td class="h">${last?.hash}</td>`);
    expect(page).toContain('<td class="n">1,234.00</td>');
  });

  it('speak the language that is chosen, else the browser’s, else Chinese, without a word of another one', async () => {
    for (const tab of TABS) {
      expect((await look(tab)).body).toContain('<html lang="zh-CN">');
      expect((await look(tab, 'zh-HK,en;q=0.5')).body).toContain('<html lang="zh-TW">');
      expect((await look(`${tab}?lang=xx`, 'fr,en;q=0.8')).body).toContain('<html lang="en">');
      const english = (await look(`${tab}?lang=en`, 'zh-CN')).body.replaceAll(/简体中文|繁體中文|Noto Sans \wC/g, '');
      expect(english).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('give the clearing as a file for a spreadsheet, and take a date that is none for not given', async () => {
    const file = await look('/clearing.csv?from=2026-03-01&to=2026-03-02&lang=en');
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers['content-disposition']).toBe('attachment; filename="clearing-2026-03-01-2026-03-02.csv"');
    expect(file.body).toBe('\uFEFFDate,Pays,Gets,Taken for it (¥),Taken by it (¥),Net to pay (¥),Under way (¥)\r\n');
    const page = await look(`/clearing?from=${encodeURIComponent('"><script>')}&to=2026-13-40`);
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain('<script');
    expect(page.body).toContain('value="2026-01-31"');
    expect(page.body).toContain('value="2026-03-04"');
  });

  it('bring their font, and nothing else of the machine', async () => {
    const style = await look('/fonts/wght.css');
    const [, name = ''] = /url\(\.\/files\/([\w-]+\.woff2)\)/.exec(style.body) ?? [];
    expect((await look(`/fonts/files/${name}`)).headers['content-type']).toBe('font/woff2');
    for (const other of ['..%2f..%2fpackage.json', '../package.json', 'none.woff2'])
      expect((await look(`/fonts/files/${other}`)).statusCode).toBe(404);
  });

  it('are for nobody else', async () => {
    for (const url of [...TABS, '/clearing.csv', '/v1/clearing'])
      expect((await service.inject({ url, remoteAddress: '192.0.2.7' })).statusCode, url).toBe(401);
  });
});
