// Card keys from IT's file to a card: kept sealed at headquarters, handed to enrolled counters of the branches that IT names, held in their vaults, and used by
// one counter for a card that another one made.
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAuthority } from '../../src/hq/authority.ts';
import { putCardKeys } from '../../src/hq/card-keys.ts';
import { type Database, openDatabase } from '../../src/hq/database.ts';
import { insertCounter } from '../../src/hq/enrolment.ts';
import { keyLock } from '../../src/hq/key-file.ts';
import { createService } from '../../src/hq/service.ts';
import { loadCard } from '../../src/main/core/usecases/load-card.ts';
import { makeCard } from '../../src/main/core/usecases/make-card.ts';
import { createCheckIn } from '../../src/main/replication/check-in.ts';
import { type DeliveredKeys, openDeliveredKeys } from '../../src/main/secrets/delivered-keys.ts';
import { createKeyVault } from '../../src/main/secrets/key-vault.ts';
import { fileLock, openVaultFile } from '../../src/main/secrets/vault-file.ts';
import { fetchFrom } from '../support/branch-at-headquarters.ts';
import { buy, CardTaskHall, SUPERVISOR, TASK_ID, TASK_KINDS } from '../support/card-task-hall.ts';
import { publishPolicy } from '../support/card-task-suite.ts';
import { ACCOUNT_ID, type Bench, CARD_KEY, CARD_NO } from '../support/counter-bench.ts';
import { memoryKey } from '../support/counter-keys.ts';
import { emptyDatabase } from '../support/headquarters-databases.ts';

const KEY_HEX = '5A'.repeat(32);
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const NOW_MS = 1_795_000_000_000;
const LOCK = keyLock(new Uint8Array(32).fill(9));

let db: Database;
let service: FastifyInstance;
let headquartersKey = '';
const logged: unknown[] = [];
let dir: string;

beforeAll(async () => {
  db = await openDatabase({ kind: 'memory' });
}, 120_000);
afterAll(() => db.destroy());
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'countertop-keys-'));
  await emptyDatabase(db);
  logged.length = 0;
  service = createService({ db, nowMs: () => NOW_MS, log: (entry) => logged.push(entry), keyLock: LOCK });
  headquartersKey = (await openAuthority(db, LOCK)).publicKey;
  vi.spyOn(console, 'info').mockImplementation((...words) => void logged.push(words));
  vi.spyOn(console, 'error').mockImplementation((...words) => void logged.push(words));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await service.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Counter {
  readonly keys: DeliveredKeys;
  /** Tells headquarters once how it is. `changed` is what somebody in between makes of the answer. */
  checkIn(changed?: (answer: Record<string, unknown>) => void): Promise<void>;
}

const isSigned = (text: string, signature: string): boolean => {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, Buffer.from(headquartersKey, 'base64')]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
};

/** A counter with a vault of its own; `cardKey` is one from before there were vaults. */
async function openCounter(of: {
  readonly branchNo: string;
  readonly counterId: string;
  readonly cardKey?: Uint8Array;
  readonly made?: boolean;
}): Promise<Counter> {
  const { branchNo, counterId } = of;
  const dataDir = mkdtempSync(join(dir, `${counterId}-`));
  if (of.cardKey !== undefined) writeFileSync(join(dataDir, 'card-key'), of.cardKey);
  const masters = await openVaultFile({ dataDir, locks: [fileLock(dataDir)], isNewBranch: of.cardKey === undefined });
  const keys = openDeliveredKeys({ dataDir, masters, hasMadeCards: () => of.made ?? false });
  const key = memoryKey();
  await insertCounter(db, { branchNo, counterId, publicKey: key.publicKey, nowMs: 0 });
  return {
    keys,
    async checkIn(changed) {
      const reach = fetchFrom(service);
      const pending: (() => void)[] = [];
      let ended: () => void = () => {};
      const done = new Promise<void>((resolve) => {
        ended = resolve;
      });
      const rounds = createCheckIn({
        ...{ counterId: () => counterId, branchNo: () => branchNo, waiting: () => 3, programVersion: '1.2.3', cardKeys: keys.inbox },
        ...{ authority: { isSigned }, online: () => true, clock: { nowMs: () => NOW_MS + 4_000 } },
        line: {
          ...{ url: 'http://headquarters', key },
          async fetch(input, init) {
            const answer = await reach(input, init);
            if (changed === undefined) return answer;
            const json = (await answer.json()) as Record<string, unknown>;
            changed(json);
            return new Response(JSON.stringify(json), { status: answer.status });
          },
        },
        timers: {
          setTimeout(callback, delayMs) {
            // The next round is a minute or a moment away; the time limit of a question is not run here.
            if (pending.push(callback) > 1 && delayMs !== 15_000) ended();
            return callback;
          },
          clearTimeout() {},
        },
      });
      rounds.start();
      pending[0]?.();
      await done;
      await rounds.stop();
    },
  };
}

const put = (branches: readonly string[], version = 1, key = KEY_HEX) =>
  putCardKeys(db, { json: { keys: [{ version, key }] }, branches, lock: LOCK, nowMs: NOW_MS });
const versionsOf = ({ keys }: Counter) => createKeyVault(keys.masters).versions;

describe('card keys of headquarters', { timeout: 60_000 }, () => {
  it('reach every counter of the named branches and no other, are told by version only, and are asked for no more', async () => {
    await put(['01']);
    const [one, two, other] = [
      await openCounter({ branchNo: '01', counterId: 'C1' }),
      await openCounter({ branchNo: '01', counterId: 'C2' }),
      await openCounter({ branchNo: '02', counterId: 'C3' }),
    ];
    for (const counter of [one, two, other, one]) await counter.checkIn();
    expect([one, two, other].map(versionsOf)).toEqual([[1, 0], [1, 0], [0]]);
    const sent = await db.selectFrom('card_key_deliveries').select(['branch_no', 'counter_id', 'version']).orderBy('counter_id').execute();
    expect(sent).toEqual(['C1', 'C2'].map((counter_id) => ({ branch_no: '01', counter_id, version: 1 })));
    expect(logged).toContainEqual(expect.objectContaining({ event: 'card-key-sent', branchNo: '01', counterId: 'C1', version: 1 }));
    const page = (await service.inject({ url: '/' })).body;
    expect(page).toContain('1.2.3');
    expect(page).toContain('快 4 秒');
    const inTheClear = new RegExp(`${KEY_HEX}|${Buffer.from(KEY_HEX, 'hex').toString('base64')}`, 'i');
    expect(JSON.stringify(logged)).not.toMatch(inTheClear);
    expect(page).not.toMatch(inTheClear);
    for (const file of readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect(bytes.toString('latin1')).not.toMatch(inTheClear);
      expect(bytes.includes(Buffer.from(KEY_HEX, 'hex'))).toBe(false);
    }
  });

  it('make and write cards: what one counter made, another one of the branch loads, and one without the key does not', async () => {
    await put(['01']);
    const [kind] = TASK_KINDS;
    if (kind === undefined) throw new Error('a layout is wanted');
    const hall = new CardTaskHall(kind);
    const bench = await hall.start();
    try {
      publishPolicy(bench);
      const maker = await openCounter({ branchNo: '01', counterId: 'C1', cardKey: CARD_KEY, made: true });
      const loader = await openCounter({ branchNo: '01', counterId: 'C2' });
      const stranger = await openCounter({ branchNo: '02', counterId: 'C3' });
      for (const counter of [maker, loader, stranger]) await counter.checkIn();
      const at = ({ keys }: Counter): Bench => {
        const ports = { ...bench.context.ports, keys: createKeyVault(keys.masters) };
        return { ...bench, context: { ...bench.context, ports } };
      };
      const base = { accountId: ACCOUNT_ID, slot: 1, reason: '客户申请' };
      // Its own old key still opens the cards from before.
      await buy(hall, at(maker));
      hall.insert('blank');
      const made = {
        ...base,
        taskId: TASK_ID,
        purpose: 'reissue' as const,
        oldCardNo: CARD_NO,
        cardNo: '',
        meterFigures: null,
        requestId: '',
      };
      expect((await makeCard(at(maker).context, made, null)).fault).toBeNull();
      const cardNo = hall.truth('blank')?.cardNo ?? '';
      expect(hall.stage.hasOwnSecret('blank', cardNo)).toBe(false);
      hall.meterTakes('blank');
      const taskId = '01890000-0000-7000-8000-0000000000b1';
      const load = (counter: Counter) =>
        loadCard(at(counter).context, { ...base, taskId, purpose: 'correct', volumeLitres: 50_000 }, SUPERVISOR);
      const before = hall.stage.attemptsLeft('blank');
      expect((await load(stranger)).fault).toMatchObject({ code: 'CARD_KEY_REFUSED' });
      expect(hall.stage.attemptsLeft('blank')).toBe(before);
      expect((await load(loader)).fault).toBeNull();
      expect(hall.truth('blank')).toMatchObject({ cardNo, volumeLitres: 50_000 });
    } finally {
      await bench.close();
    }
  });

  it('replace a key of the same version only where no card was made with it, and the page names the counter where they do not', async () => {
    await put(['01'], 0);
    const fresh = await openCounter({ branchNo: '01', counterId: 'C1' });
    const busy = await openCounter({ branchNo: '01', counterId: 'C2', cardKey: CARD_KEY, made: true });
    const same = await openCounter({ branchNo: '01', counterId: 'C3', cardKey: Buffer.from(KEY_HEX, 'hex'), made: true });
    for (const counter of [fresh, busy, same]) await counter.checkIn();
    const keyOf = ({ keys }: Counter) => Buffer.from(keys.masters()[0]?.key ?? []).toString('hex');
    expect([fresh, busy, same].map(keyOf)).toEqual([KEY_HEX.toLowerCase(), Buffer.from(CARD_KEY).toString('hex'), KEY_HEX.toLowerCase()]);
    await busy.checkIn();
    expect((await db.selectFrom('card_key_deliveries').selectAll().where('counter_id', '=', 'C2').execute()).length).toBe(1);
    expect((await service.inject({ url: '/?lang=en' })).body).toContain('v0 differs from headquarters');
  });

  it('that are forged, changed on the way or meant for another counter are not taken', async () => {
    await put(['01']);
    const one = await openCounter({ branchNo: '01', counterId: 'C1' });
    const two = await openCounter({ branchNo: '01', counterId: 'C2' });
    let caught: unknown;
    await two.checkIn((answer) => {
      caught = structuredClone(answer.cardKeys);
      const delivery = answer.cardKeys as { sealed: string };
      delivery.sealed = `${delivery.sealed.startsWith('A') ? 'B' : 'A'}${delivery.sealed.slice(1)}`;
    });
    await one.checkIn((answer) => {
      answer.cardKeys = caught;
    });
    const right = headquartersKey;
    headquartersKey = memoryKey().publicKey;
    await one.checkIn();
    headquartersKey = right;
    expect([one, two].map(versionsOf)).toEqual([[0], [0]]);
    expect(
      logged.filter((entry) => JSON.stringify(entry).includes('SIGNATURE_WRONG') || JSON.stringify(entry).includes('has not signed')),
    ).toHaveLength(3);
    await one.checkIn();
    expect(versionsOf(one)).toEqual([1, 0]);
  });
});
