// Contract of headquarters over real HTTP on loopback, on the embedded database and on a real PostgreSQL.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolDirectly, memoryKey, signatureOf } from '../../tests/support/counter-keys.ts';
import { TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import {
  cashPayment,
  factsOf,
  intention,
  type MemoryJournal,
  memoryJournal,
  seal,
  theAccount,
  uuidOf,
} from '../../tests/support/journal.ts';
import { GENESIS_HASH, type Operation } from '../shared/domain/operation.ts';
import { type Answer, answerSchema, MAX_BATCH_OPERATIONS, MAX_BODY_BYTES, rejectionSchema } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { createService } from './service.ts';
import type { Tables } from './tables.ts';
import { branchTotals } from './totals.ts';

const TABLES = [
  ...['branches', 'counters', 'enrolment_codes', 'operations', 'entries', 'postings', 'balances', 'projections', 'cases'],
  'unseen_conflicts',
] as const as readonly (keyof Tables)[];

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  let service: FastifyInstance;
  let url: string;
  const logged: Readonly<Record<string, string | number>>[] = [];

  beforeAll(async () => {
    ({ db, close } = await open());
    service = createService({ db, nowMs: () => 1_772_400_000_500, log: (entry) => logged.push(entry) });
    url = await service.listen({ port: 0, host: '127.0.0.1' });
  }, 120_000);
  afterAll(async () => {
    await service.close();
    await close();
  });

  let branchCount = 0;
  let journal: MemoryJournal;
  /** Account and shift opened, a top-up paid in cash, intended and verified: five operations. */
  beforeEach(async () => {
    branchCount += 1;
    logged.length = 0;
    journal = memoryJournal({ branchNo: `B${branchCount}`, counterId: 'C1' });
    await enrolDirectly(db, journal);
    const facts = (serial: number) => factsOf(uuidOf({ of: branchCount, serial }));
    const topupId = 'top-1';
    journal.append({ ...facts(1), kind: 'account.opened', payload: theAccount() });
    journal.append({ ...facts(2), kind: 'shift.opened', payload: { shiftId: 'S1', floatFen: 50_000 } });
    journal.append({ ...facts(3), kind: 'topup.paid', payload: cashPayment({ topupId, amountFen: 10_000 }) });
    journal.append({ ...facts(4), kind: 'topup.intended', payload: intention({ topupId, sequence: 1 }) });
    journal.append({ ...facts(5), kind: 'topup.verified', payload: { topupId, proof: 'written' } });
  });

  function batchOf(operations: readonly unknown[], fromSeq = 1): Record<string, unknown> {
    const { branchNo, counterId } = journal;
    return { version: 1, branchNo, counterId, fromSeq, toSeq: fromSeq + operations.length - 1, heard: [], operations };
  }

  /** Posts a body; `plain` is what was signed where the body is packed. */
  function post(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
    plain: string | Uint8Array = body,
  ): Promise<Response> {
    const path = '/v1/operations';
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureOf(plain, path), ...headers },
      body,
    });
  }

  async function send(operations: readonly unknown[], fromSeq = 1): Promise<Answer> {
    const response = await post(JSON.stringify(batchOf(operations, fromSeq)));
    expect(response.status).toBe(200);
    return answerSchema.parse(await response.json());
  }

  async function rejected(response: Response): Promise<{ readonly status: number; readonly code: string }> {
    return { status: response.status, code: rejectionSchema.parse(await response.json()).code };
  }

  const operation = (seq: number): Operation => {
    const found = journal.operations[seq - 1];
    if (found === undefined) throw new RangeError(`no operation ${seq}`);
    return found;
  };
  const upTo = (seq: number) => ({ heldSeq: seq, heldHash: seq === 0 ? GENESIS_HASH : operation(seq).hash });

  async function held(): Promise<readonly string[]> {
    const rows = await db.selectFrom('operations').select('hash').where('branch_no', '=', journal.branchNo).orderBy('seq').execute();
    return rows.map((row) => row.hash);
  }
  const hashes = (count: number) => journal.operations.slice(0, count).map(({ hash }) => hash);
  const totals = async () => (await branchTotals(db)).find(({ branchNo }) => branchNo === journal.branchNo);

  describe('a good batch', () => {
    it('is held with its postings', async () => {
      expect(await send(journal.operations)).toEqual({ version: 1, counterId: 'C1', nowMs: 1_772_400_000_500, ...upTo(5) });
      expect(await held()).toEqual(hashes(5));
      const response = (await (await fetch(`${url}/v1/branches`)).json()) as { branches: { branchNo: string }[] };
      expect(response.branches.find(({ branchNo }) => branchNo === journal.branchNo)).toEqual({
        branchNo: journal.branchNo,
        operations: 5,
        counters: [{ counterId: 'C1', lastSeq: 5, lastHash: operation(5).hash }],
        // 10,000 fen at 9 % contain 826 fen of VAT.
        ledgerFen: { safe: -50_000, 'cash-drawer': 60_000, 'undelivered-purchase': 0, 'gas-revenue': -9_174, 'vat-payable': -826 },
      });
    });

    it('keeps the payload as it was hashed', async () => {
      await send(journal.operations);
      const row = await db
        .selectFrom('operations')
        .select('payload_json')
        .where('branch_no', '=', journal.branchNo)
        .where('seq', '=', 2)
        .executeTakeFirstOrThrow();
      expect(row.payload_json).toBe('{"floatFen":50000,"shiftId":"S1"}');
    });

    it('may come gzipped', async () => {
      const plain = JSON.stringify(batchOf(journal.operations));
      const response = await post(new Uint8Array(gzipSync(plain)), { 'content-encoding': 'gzip' }, plain);
      expect(answerSchema.parse(await response.json())).toMatchObject(upTo(5));
    });

    it('changes nothing the second time, also at the same time', async () => {
      await Promise.all([send(journal.operations), send(journal.operations), send(journal.operations)]);
      const before = await everything();
      expect(await send(journal.operations)).toMatchObject(upTo(5));
      expect(await everything()).toEqual(before);
      expect((await totals())?.operations).toBe(5);
    });

    it('may overlap what is held', async () => {
      await send(journal.operations.slice(0, 3));
      expect(await send(journal.operations.slice(1), 2)).toEqual({ version: 1, counterId: 'C1', nowMs: 1_772_400_000_500, ...upTo(5) });
      expect(await held()).toEqual(hashes(5));
    });

    it('may finish a top-up that was paid in an earlier one', async () => {
      await send(journal.operations.slice(0, 4));
      await send(journal.operations.slice(4), 5);
      expect((await totals())?.ledgerFen['gas-revenue']).toBe(-9_174);
    });

    it('after a gap keeps nothing and tells where to continue', async () => {
      await send(journal.operations.slice(0, 2));
      expect(await send(journal.operations.slice(3), 4)).toEqual({ version: 1, counterId: 'C1', nowMs: 1_772_400_000_500, ...upTo(2) });
      expect(await held()).toEqual(hashes(2));
    });

    it('without operations only asks', async () => {
      expect(await send([], 1)).toMatchObject(upTo(0));
      await send(journal.operations);
      expect(await send([], 3)).toMatchObject(upTo(5));
    });

    it('of another counter of the branch stands beside it', async () => {
      await send(journal.operations);
      const other = memoryJournal({ branchNo: journal.branchNo, counterId: 'C2' });
      await enrolDirectly(db, other);
      const facts = factsOf(uuidOf({ of: branchCount, serial: 99 }));
      const opened = other.append({ ...facts, kind: 'shift.opened', payload: { shiftId: 'S2', floatFen: 1 } });
      const response = await post(JSON.stringify({ ...batchOf([opened]), counterId: 'C2' }));
      expect(answerSchema.parse(await response.json())).toMatchObject({ counterId: 'C2', heldSeq: 1, heldHash: opened.hash });
      expect((await totals())?.ledgerFen.safe).toBe(-50_001);
    });
  });

  const third = (): Operation => {
    const paid = operation(3);
    if (paid.kind !== 'topup.paid') throw new RangeError('not the payment');
    return paid;
  };

  describe('a chain that is not sound stops there, and what was before it is held', () => {
    const cases: readonly [string, string, () => unknown][] = [
      ['changed after it was hashed', 'HASH_WRONG', () => ({ ...third(), clerk: '1002' })],
      ['with a changed payload', 'HASH_WRONG', () => ({ ...third(), payload: cashPayment({ topupId: 'top-1', amountFen: 1 }) })],
      ['off the chain', 'CHAIN_BROKEN', () => seal({ ...third(), previousHash: 'ab'.repeat(32) })],
      [
        'that opens another branch',
        'BRANCH_WRONG',
        () =>
          seal({
            ...third(),
            kind: 'branch.opened',
            payload: { branchNo: 'B0', name: '', regionCode: '3301', businessDate: '2026-03-02' },
          }),
      ],
      ['of another counter', 'CHAIN_BROKEN', () => seal({ ...third(), counterId: 'C2' })],
      ['with another seq', 'CHAIN_BROKEN', () => seal({ ...third(), seq: 4 })],
      ['with a fraction, which has no canonical form', 'HASH_WRONG', () => ({ ...third(), payload: { amountFen: 0.5 } })],
      ['that is no object', 'CHAIN_BROKEN', () => null],
    ];

    it.each(cases)('%s: %s', async (_what, code, bad) => {
      const counted = await refusedOf(code);
      const answer = await send([operation(1), operation(2), bad(), operation(4)]);
      expect(answer).toMatchObject({ ...upTo(2), refused: { seq: 3, code } });
      expect(await refusedOf(code)).toBe(counted + 1);
      expect(await held()).toEqual(hashes(2));
      expect((await totals())?.ledgerFen).toEqual({ safe: -50_000, 'cash-drawer': 50_000 });
      expect(logged).toMatchObject([{ event: 'refused', branchNo: journal.branchNo, counterId: 'C1', seq: 3, code }]);
      expect(await send(journal.operations)).toMatchObject(upTo(5));
    });
  });

  describe('an operation that makes no sense is quarantined, and those behind it go on', () => {
    const cases: readonly [string, string, () => Operation][] = [
      [
        'that does not balance',
        'POSTINGS_UNBALANCED',
        () => ({ ...third(), kind: 'topup.paid', payload: { ...cashPayment({ topupId: 'top-1', amountFen: 10_000 }), tenders: [] } }),
      ],
      [
        'that delivers what nobody paid',
        'TOPUP_UNKNOWN',
        () => ({ ...third(), kind: 'topup.verified', payload: { topupId: 'top-9', proof: 'written' } }),
      ],
      ['under an id that is taken', 'OPERATION_ID_REUSED', () => ({ ...third(), id: operation(1).id })],
      ['of an unknown kind', 'OPERATION_INVALID', () => ({ ...third(), kind: 'topup.forgotten' }) as never],
      ['with an unknown field', 'OPERATION_INVALID', () => ({ ...third(), note: '' }) as never],
      ['of the wrong form', 'OPERATION_INVALID', () => ({ ...third(), payload: { topupId: '' } }) as never],
      [
        'about a request that nobody opened',
        'REFERENCE_UNKNOWN',
        () => ({
          ...third(),
          kind: 'request.moved',
          payload: { requestId: 'r1', from: 'open', to: 'completed', form: {}, note: '', approvedBy: '' },
        }),
      ],
    ];

    it.each(cases)('%s: %s', async (_what, code, bad) => {
      const poison = seal(bad());
      const facts = factsOf(uuidOf({ of: branchCount, serial: 77 }));
      const behind = seal({
        ...{ ...facts, counterId: 'C1', seq: 4, previousHash: poison.hash, hash: '' },
        kind: 'shift.opened',
        payload: { shiftId: 'S2', floatFen: 100 },
      });
      const answer = await send([operation(1), operation(2), poison, behind]);
      expect(answer).toMatchObject({ heldSeq: 4, heldHash: behind.hash });
      expect(answer.refused).toBeUndefined();
      expect(await held()).toEqual([operation(1).hash, operation(2).hash, poison.hash, behind.hash]);
      expect((await totals())?.ledgerFen).toEqual({ safe: -50_100, 'cash-drawer': 50_100 });
      expect(logged).toMatchObject([{ event: 'quarantined', branchNo: journal.branchNo, counterId: 'C1', seq: 3, code }]);
      const again = await send([operation(1), operation(2), poison, behind]);
      expect(again).toMatchObject({ heldSeq: 4, heldHash: behind.hash });
      expect((await totals())?.operations).toBe(4);
    });

    it('paying a top-up twice', async () => {
      await send(journal.operations);
      const facts = factsOf(uuidOf({ of: branchCount, serial: 6 }));
      const again = journal.append({ ...facts, kind: 'topup.paid', payload: cashPayment({ topupId: 'top-1', amountFen: 10_000 }) });
      const before = await totals();
      expect(await send([again], 6)).toMatchObject(upTo(6));
      expect((await totals())?.ledgerFen).toEqual(before?.ledgerFen);
      expect(logged).toMatchObject([{ event: 'quarantined', seq: 6, code: 'TOPUP_ID_REUSED' }]);
    });
  });

  describe('a request that is not signed by its counter', () => {
    it.each([
      ['without a signature', (): Record<string, string> => ({ 'countertop-signature': '' })],
      ['signed by another key', () => signatureOf(JSON.stringify(batchOf(journal.operations)), '/v1/operations', memoryKey())],
      ['signed for another address', () => signatureOf(JSON.stringify(batchOf(journal.operations)), '/v1/feed')],
      ['signed over other bytes', () => signatureOf('{}', '/v1/operations')],
    ])('%s changes nothing', async (_what, headers) => {
      const [before, counted] = [await everything(), await refusedOf('SIGNATURE_WRONG')];
      expect(await rejected(await post(JSON.stringify(batchOf(journal.operations)), headers()))).toEqual({
        status: 401,
        code: 'SIGNATURE_WRONG',
      });
      expect(await everything()).toEqual(before);
      expect(await refusedOf('SIGNATURE_WRONG')).toBe(counted + 1);
      expect(logged).toMatchObject([{ event: 'rejected', statusCode: 401, code: 'SIGNATURE_WRONG' }]);
    });

    it('of a counter that nobody knows is turned away', async () => {
      const response = await post(JSON.stringify({ ...batchOf(journal.operations), counterId: 'C9' }));
      expect(await rejected(response)).toEqual({ status: 401, code: 'COUNTER_UNKNOWN' });
    });
  });

  describe('the page for IT and finance', () => {
    it('shows branches, day totals and what is set aside, as text and never as markup', async () => {
      const poison = seal({ ...third(), id: '<script>' });
      await send([operation(1), operation(2), poison]);
      const page = await (await fetch(url)).text();
      expect(page).toContain('不可用于生产');
      expect(page).toContain(`<td>${journal.branchNo}</td>`);
      expect(page).toContain('OPERATION_INVALID');
      expect(page).toContain('-500.00');
      expect(page).not.toContain('<script');
      const json = (await (await fetch(`${url}/v1/overview`)).json()) as { readonly quarantine: readonly { readonly branchNo: string }[] };
      expect(json.quarantine.filter(({ branchNo }) => branchNo === journal.branchNo)).toHaveLength(1);
    });

    it('asks for its word where one is set', async () => {
      const guarded = createService({ db, nowMs: () => 0, log: () => {}, pageWord: 'open sesame' });
      const look = (word: string) =>
        guarded.inject({ url: '/', headers: { authorization: `Basic ${Buffer.from(`finance:${word}`).toString('base64')}` } });
      expect((await guarded.inject({ url: '/' })).statusCode).toBe(401);
      expect((await look('sesame')).statusCode).toBe(401);
      expect((await look('open sesame')).statusCode).toBe(200);
      await guarded.close();
    });

    it('is for this machine alone where no word is set', async () => {
      const answer = await service.inject({ url: '/v1/branches', remoteAddress: '192.0.2.7' });
      expect(answer.statusCode).toBe(401);
    });
  });

  describe('a fork', () => {
    it('is refused and changes nothing', async () => {
      await send(journal.operations);
      const other = seal({ ...operation(3), clerk: '1002' });
      const next = seal({ ...operation(4), previousHash: other.hash });
      expect(await send([operation(2), other, next], 2)).toMatchObject({ ...upTo(5), refused: { seq: 3, code: 'SEQUENCE_FORK' } });
      expect(await held()).toEqual(hashes(5));
    });

    it('is found where it leaves the chain, without any overlap', async () => {
      await send(journal.operations.slice(0, 3));
      const other = seal({ ...operation(3), clerk: '1002' });
      const next = seal({ ...operation(4), previousHash: other.hash });
      expect(await send([next], 4)).toMatchObject({ ...upTo(3), refused: { seq: 4, code: 'CHAIN_BROKEN' } });
      expect(await held()).toEqual(hashes(3));
    });
  });

  describe('a request that is no batch', () => {
    const big = () => JSON.stringify(batchOf([{ markup: 'x'.repeat(MAX_BODY_BYTES) }]));
    const cases: readonly [string, { readonly status: number; readonly code: string }, () => Promise<Response>][] = [
      ['garbage', { status: 400, code: 'BATCH_INVALID' }, () => post('{"version":1,')],
      ['an empty body', { status: 400, code: 'BATCH_INVALID' }, () => post('')],
      ['null', { status: 400, code: 'BATCH_INVALID' }, () => post('null')],
      ['another content type', { status: 415, code: 'BATCH_INVALID' }, () => post('version=1', { 'content-type': 'text/plain' })],
      ['another encoding', { status: 415, code: 'BATCH_INVALID' }, () => post('{}', { 'content-encoding': 'br' })],
      ['a false gzip', { status: 400, code: 'BATCH_INVALID' }, () => post('{}', { 'content-encoding': 'gzip' })],
      [
        'a version from the future',
        { status: 400, code: 'VERSION_UNSUPPORTED' },
        () => post(JSON.stringify({ ...batchOf([]), version: 2, news: true })),
      ],
      ['an unknown field', { status: 400, code: 'BATCH_INVALID' }, () => post(JSON.stringify({ ...batchOf([]), note: '' }))],
      ['a false range', { status: 400, code: 'BATCH_INVALID' }, () => post(JSON.stringify({ ...batchOf(journal.operations), toSeq: 4 }))],
      [
        'too many operations',
        { status: 400, code: 'BATCH_INVALID' },
        () => post(JSON.stringify(batchOf(new Array(MAX_BATCH_OPERATIONS + 1).fill(null)))),
      ],
      ['too many bytes', { status: 413, code: 'BATCH_TOO_LARGE' }, () => post(big())],
      [
        'too many bytes after unpacking',
        { status: 413, code: 'BATCH_TOO_LARGE' },
        () => post(new Uint8Array(gzipSync(big())), { 'content-encoding': 'gzip' }),
      ],
      [
        'a gzip bomb',
        { status: 413, code: 'BATCH_TOO_LARGE' },
        () => post(new Uint8Array(gzipSync(Buffer.alloc(128 * 1024 * 1024))), { 'content-encoding': 'gzip' }),
      ],
      [
        'a batch of another branch',
        { status: 401, code: 'COUNTER_UNKNOWN' },
        () => post(JSON.stringify({ ...batchOf(journal.operations), branchNo: 'B-other' })),
      ],
      ['another address', { status: 404, code: 'BATCH_INVALID' }, () => fetch(`${url}/v2/operations`)],
    ];
    it.each(cases)('%s is turned away, logged and counted, and changes nothing', async (_what, expected, request) => {
      const [before, counted] = [await everything(), await refusedOf(expected.code)];
      expect(await rejected(await request())).toEqual(expected);
      expect(await everything()).toEqual(before);
      expect(await refusedOf(expected.code)).toBe(counted + 1);
      expect(logged.filter(({ code }) => code === expected.code)).toMatchObject([{ event: 'rejected', statusCode: expected.status }]);
    });

    it('a body that trickles in is cut off, logged and counted, while others are served', async () => {
      const patience = createService({ db, nowMs: () => 0, log: (entry) => logged.push(entry), requestTimeoutMs: 500 });
      const own = new URL(await patience.listen({ port: 0, host: '127.0.0.1' }));
      const before = await everything();
      const socket = connect(Number(own.port), own.hostname);
      socket.write('POST /v1/operations HTTP/1.1\r\nhost: hq\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('{'), 50);
      socket.on('error', () => undefined);
      const others = await fetch(new URL('/health', own));
      expect(others.status).toBe(200);
      const answer = await text(socket);
      clearInterval(drip);
      expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"REQUEST_TOO_SLOW"/);
      expect(logged.filter(({ code }) => code === 'REQUEST_TOO_SLOW')).toHaveLength(1);
      expect(await (await fetch(new URL('/health', own))).json()).toMatchObject({ refused: { REQUEST_TOO_SLOW: 1 } });
      expect(await everything()).toEqual(before);
      await patience.close();
    });
  });

  /** Every row of headquarters. */
  async function everything(): Promise<unknown> {
    const rows: Record<string, unknown> = {};
    for (const table of TABLES) rows[table] = (await db.selectFrom(table).selectAll().execute()).map((row) => JSON.stringify(row)).sort();
    return rows;
  }

  async function refusedOf(code: string): Promise<number> {
    const health = (await (await fetch(`${url}/health`)).json()) as { readonly refused: Readonly<Record<string, number>> };
    return health.refused[code] ?? 0;
  }
});

it('says in /health that its database is away, and is well again with it', async () => {
  let isAway = true;
  const driver = new DummyDriver();
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async () => {
    if (isAway) throw new Error('no route');
    return acquire();
  };
  const dialect = {
    createDriver: () => driver,
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  const logged: unknown[] = [];
  const service = createService({ db: new Kysely<Tables>({ dialect }), nowMs: () => 0, log: (entry) => logged.push(entry) });
  const away = await service.inject('/health');
  expect([away.statusCode, away.json()]).toEqual([503, expect.objectContaining({ status: 'database-away' })]);
  expect(logged).toMatchObject([{ event: 'database-away' }]);
  isAway = false;
  const well = await service.inject('/health');
  expect([well.statusCode, well.json()]).toEqual([200, expect.objectContaining({ status: 'ok' })]);
  await service.close();
});
