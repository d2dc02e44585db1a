// Papers of closes at headquarters: taken in parts, whole and once, opened by finance; what is forged, damaged, too large or of no close is turned away.
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolDirectly, memoryKey, signatureOf, TEST_KEY } from '../../tests/support/counter-keys.ts';
import { sampleClose } from '../../tests/support/every-kind.ts';
import { TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import { factsOf, memoryJournal, uuidOf } from '../../tests/support/journal.ts';
import { DAY_PAPER_PART_PATH, DAY_PAPERS_PATH, MAX_DAY_PAPER_BYTES } from '../shared/wire/day-papers.ts';
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { ingest } from './ingest.ts';
import { createService } from './service.ts';

const CLOSE = uuidOf({ of: 1, serial: 1 });
const pdf = (text: string) => Buffer.from(`%PDF-1.3\n${text}\n%%EOF\n`);
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  let service: FastifyInstance;
  const journal = memoryJournal({ branchNo: '01', counterId: 'C1' });
  const paper = pdf('x'.repeat(300));

  beforeAll(async () => {
    ({ db, close } = await open());
    service = createService({ db, nowMs: () => 5, log: () => {} });
    await enrolDirectly(db, journal);
    await enrolDirectly(db, { branchNo: '01', counterId: 'C2' });
    journal.append({ ...factsOf(uuidOf({ of: 1, serial: 2 })), kind: 'shift.opened', payload: { shiftId: 'S1', floatFen: 50_000 } });
    journal.append({ ...factsOf(CLOSE), kind: 'day.closed', payload: { ...sampleClose(CLOSE), closedDate: '2026-03-02' } });
    const batch = { version: WIRE_VERSION, branchNo: '01', counterId: 'C1', fromSeq: 1, toSeq: 2 } as const;
    const { answer, judged } = await ingest(db, { batch: { ...batch, heard: [], operations: [...journal.operations] }, receivedAtMs: 5 });
    expect(judged).toMatchObject([{ verdict: 'applied' }, { verdict: 'applied' }]);
    expect(answer.heldSeq).toBe(2);
  }, 120_000);
  afterAll(async () => {
    await service.close();
    await close();
  });

  async function post(path: string, content: object, key = TEST_KEY): Promise<unknown> {
    const payload = JSON.stringify({ version: WIRE_VERSION, branchNo: '01', counterId: 'C1', closeId: CLOSE, ...content });
    const headers = { 'content-type': 'application/json', ...signatureOf(payload, path, key) };
    const { statusCode, body } = await service.inject({ method: 'POST', url: path, headers, payload });
    const { version: _, reason: _why, ...answer } = JSON.parse(body) as Record<string, unknown>;
    return [statusCode, answer];
  }
  /** A part of a paper, which says of the whole what is true of `whole`. */
  const part = (
    whole: Buffer,
    { from = 0, until = whole.length, ...other }: Readonly<Record<string, unknown>> & { from?: number; until?: number } = {},
  ) => ({
    ...{ paper: 'daily-reconciliation', sha256: sha256Of(whole), sizeBytes: whole.length, fromByte: from },
    part: whole.subarray(from, until).toString('base64'),
    ...other,
  });
  const send = (content: object, key = TEST_KEY) => post(DAY_PAPER_PART_PATH, content, key);
  const held = async () => ((await post(DAY_PAPERS_PATH, {})) as [number, { held: { paper: string }[] }])[1].held;
  const refused = (statusCode: number, code: string) => [statusCode, { code }];
  const has = (receivedBytes: number, isHeld = false) => [200, { receivedBytes, isHeld }];

  it('turns away what is not signed by its counter, too large, of no close or of another counter’s, and what is no part', async () => {
    expect(await send(part(paper), memoryKey())).toEqual(refused(401, 'SIGNATURE_WRONG'));
    expect(await send(part(paper, { counterId: 'C9' }))).toEqual(refused(401, 'COUNTER_UNKNOWN'));
    expect(await send(part(paper, { sizeBytes: MAX_DAY_PAPER_BYTES + 1, part: '' }))).toEqual(refused(413, 'BATCH_TOO_LARGE'));
    expect(await send(part(paper, { closeId: 'close-2' }))).toEqual(refused(409, 'CLOSE_UNKNOWN'));
    expect(await send(part(paper, { counterId: 'C2' }))).toEqual(refused(409, 'CLOSE_UNKNOWN'));
    expect(await send(part(paper, { sizeBytes: paper.length - 1 }))).toEqual(refused(400, 'BATCH_INVALID'));
    for (const wrong of [{ paper: '../x' }, { sha256: 'x' }, { fromByte: -1 }, { part: '@' }, { more: 1 }])
      expect(await send(part(paper, wrong)), JSON.stringify(wrong)).toEqual(refused(400, 'BATCH_INVALID'));
    expect(await held()).toEqual([]);
  });

  it('turns away what is not what its hash says and what is no PDF, and takes the right one afterwards', async () => {
    const damaged = Buffer.from(paper);
    damaged[200] = 0x79;
    expect(await send(part(damaged, { sha256: sha256Of(paper) }))).toEqual(refused(422, 'HASH_WRONG'));
    for (const none of ['MZ%%EOF', '%PDF-1.3 cut off']) {
      expect(await send(part(Buffer.from(none), { paper: 'exceptions' }))).toEqual(refused(422, 'PAPER_INVALID'));
    }
    expect(await held()).toEqual([]);
    expect(await send(part(paper, { part: '' }))).toEqual(has(0));
  });

  it('takes parts in order, says where to go on, and keeps the whole once', async () => {
    expect(await send(part(paper, { until: 100 }))).toEqual(has(100));
    // Again, because the answer was lost; and one that lies further on.
    expect(await send(part(paper, { until: 100 }))).toEqual(has(100));
    expect(await send(part(paper, { from: 200 }))).toEqual(has(100));
    expect(await held()).toEqual([]);
    expect(await send(part(paper, { from: 100, until: 250 }))).toEqual(has(250));
    expect(await send(part(paper, { from: 250 }))).toEqual(has(paper.length, true));
    expect(await held()).toEqual([{ paper: 'daily-reconciliation', sha256: sha256Of(paper), sizeBytes: paper.length }]);
    expect(await db.selectFrom('day_paper_parts').select('from_byte').execute()).toEqual([]);
    // The same once more is there already; another one does not take its place.
    expect(await send(part(paper, { until: 100 }))).toEqual(has(paper.length, true));
    expect(await send(part(pdf('another')))).toEqual(refused(409, 'PAPER_DIFFERS'));
    // One that was begun and made anew begins anew.
    expect(await send(part(paper, { paper: 'exceptions', until: 100 }))).toEqual(has(100));
    const anew = pdf('made anew, later');
    expect(await send(part(anew, { paper: 'exceptions' }))).toEqual(has(anew.length, true));
    expect((await held()).map((one) => one.paper)).toEqual(['daily-reconciliation', 'exceptions']);
    // What another counter asks about is not its own.
    expect(await post(DAY_PAPERS_PATH, { counterId: 'C2' })).toEqual([200, { held: [] }]);
  });

  it('shows the papers at their close, and gives finance the very bytes', async () => {
    const page = (await service.inject({ url: '/days?lang=en' })).body;
    const address = /<a href="([^"]+)">Reconciliation<\/a>/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(page).toContain('>Exceptions</a>');
    expect(page).not.toContain('>Tender list</a>');
    const file = await service.inject({ url: address });
    expect(file.rawPayload.equals(paper)).toBe(true);
    expect(file.headers).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' });
    for (const wrong of ['/days/paper', address.replace(CLOSE, 'close-2'), address.replace('branch=01', 'branch=02')])
      expect((await service.inject({ url: wrong })).statusCode, wrong).toBe(404);
    expect((await service.inject({ url: address, remoteAddress: '192.0.2.7' })).statusCode).toBe(401);
  });
});
