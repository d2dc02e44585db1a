// The branch store: journal, projections, transactions, numbers and faults.
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openAccount,
  openBranch,
  openShift,
  SAMPLE_TARIFF,
  sampleAccount,
  sampleId,
  sampleOperation,
  sampleTopup,
} from '../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../tests/support/temp-store.ts';
import { NEW_ACCOUNT_DETAIL } from '../../shared/domain/customers.ts';
import { GENESIS_HASH } from '../../shared/domain/operation.ts';
import { openStore } from './index.ts';

let temp: TempStore;
const account = sampleAccount(7, { tierUsedLitres: 120_000 });
const shiftId = sampleId(2_000_001);

beforeEach(async () => {
  temp = await tempStore();
  temp.store.importOperations([...openBranch(), openAccount(account), openShift(1)]);
});
afterEach(() => temp.remove());

/** Runs SQL beside the store, as a tool would. */
function beside(act: (db: Database.Database) => void): void {
  const db = new Database(temp.file);
  try {
    act(db);
  } finally {
    db.close();
  }
}

describe('reading what was folded', () => {
  it('gives branch, tariff, account, meter, card, tier use and shift', () => {
    const { store } = temp;
    expect(store.counterId()).toBe('C01');
    expect(store.branch()).toEqual({ branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: '2026-03-02' });
    expect(store.tariff('residential')).toEqual(SAMPLE_TARIFF);
    expect(store.tariff('none')).toBeNull();
    expect(store.account(account.accountId)).toEqual({
      ...{ ...account, status: 'active', version: 1, holder: 1, detail: NEW_ACCOUNT_DETAIL },
      changeId: expect.any(String),
    });
    expect(store.metersOf(account.accountId)).toEqual([store.meter('HY2600000007')]);
    expect(store.cardsOf(account.accountId)).toEqual([store.card('6200000007')]);
    expect(store.tierUse(account.accountId, 2026)).toBe(120_000);
    expect(store.tierUse(account.accountId, 2025)).toBe(0);
    expect(store.openShiftOf('1001')).toMatchObject({ shiftId, floatFen: 50_000 });
    expect(store.openShiftOf('1002')).toBeNull();
    expect(store.balance('cash-drawer', shiftId)).toBe(50_000);
    expect(store.balance('safe')).toBe(-50_000);
  });

  it('follows a top-up step by step', () => {
    const { store } = temp;
    const steps = sampleTopup(0, account, shiftId);
    const states = steps.map((step) => {
      store.write((tx) => tx.append(step));
      const topup = store.topup(sampleId(10_000_000));
      return [topup?.state, store.openTopups(5).total, store.undeliveredOfCard('6200000007')?.state ?? null];
    });
    expect(states).toEqual([
      ['paid', 1, 'paid'],
      ['intent', 1, 'intent'],
      ['writing', 1, 'writing'],
      ['verified', 1, null],
      ['verified', 1, null],
      ['receipted', 0, null],
    ]);
    expect(store.topup(sampleId(10_000_000))).toMatchObject({
      accountId: account.accountId,
      lastSeq: store.lastSeq(),
      attempts: 1,
      payment: steps[0]?.payload,
      intent: steps[1]?.payload,
    });
    expect(store.receiptOfTopup(sampleId(10_000_000))).toMatchObject({ state: 'printed', reprints: 0, receiptNo: 'C01-00000000' });
    expect(store.card('6200000007')).toMatchObject({ sequence: 1, cumulativeLitres: 100_000 });
    expect(store.tierUse(account.accountId, 2026)).toBe(220_000);
    expect(store.balance('undelivered-purchase', account.accountId)).toBe(0);
    expect(store.balance('gas-revenue') + store.balance('vat-payable')).toBe(-19_800);
    expect(store.topupsInShift(shiftId)).toBe(1);
    expect(store.operationsOf(account.accountId, 3).map((operation) => operation.kind)).toEqual([
      'receipt.printed',
      'receipt.issued',
      'topup.verified',
    ]);
  });
});

describe('the journal', () => {
  it('is gapless and chained from the genesis hash', () => {
    const operations = temp.store.operationsAfter(0, 100);
    expect(operations.map((operation) => operation.seq)).toEqual([1, 2, 3, 4]);
    expect(operations[0]?.previousHash).toBe(GENESIS_HASH);
    for (let index = 1; index < operations.length; index += 1) expect(operations[index]?.previousHash).toBe(operations[index - 1]?.hash);
    expect(temp.store.verifyJournal()).toEqual({ ok: true });
  });

  it('applies the same id once', () => {
    const [paid] = sampleTopup(0, account, shiftId);
    if (paid === undefined) throw new Error('no sample');
    expect(temp.store.write((tx) => tx.append(paid))?.seq).toBe(5);
    expect(temp.store.write((tx) => tx.append(paid))).toBeNull();
    expect(temp.store.lastSeq()).toBe(5);
    expect(temp.store.tierUse(account.accountId, 2026)).toBe(220_000);
    expect(temp.store.verifyJournal()).toEqual({ ok: true });
  });

  it('goes on with the right number and hash after a rollback', () => {
    const { store } = temp;
    const other = sampleAccount(8, { address: { ...account.address, community: '翠湖山庄' } });
    expect(() =>
      store.write((tx) => {
        tx.append(openAccount(other));
        tx.nextNumber('receipt');
        throw new Error('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(store.lastSeq()).toBe(4);
    expect(store.account(other.accountId)).toBeNull();
    store.write((tx) => tx.append(openAccount(other)));
    expect(store.verifyJournal()).toEqual({ ok: true });
    expect(store.search('湖山庄', 5)).toEqual([{ accountId: other.accountId, matched: 'address' }]);
    expect(store.write((tx) => tx.nextNumber('receipt'))).toBe(1);
    expect(store.write((tx) => tx.nextNumber('receipt'))).toBe(2);
  });

  it('never commits half an operation, even when the caller swallows the fault', () => {
    const { store } = temp;
    const steps = sampleTopup(0, account, shiftId);
    expect(() =>
      store.write((tx) => {
        try {
          tx.append(steps[3] ?? openShift(2));
        } catch {
          return 'swallowed';
        }
        return 'appended';
      }),
    ).toThrow(RangeError);
    expect(store.lastSeq()).toBe(4);
    expect(() => store.write((tx) => [tx.append(steps[0] ?? openShift(2)), tx.append(steps[3] ?? openShift(2))])).toThrow(
      expect.objectContaining({ code: 'TOPUP_STATE_REFUSES' }),
    );
    expect(store.lastSeq()).toBe(4);
  });

  it('refuses unbalanced postings', () => {
    const [paid] = sampleTopup(0, account, shiftId);
    if (paid?.kind !== 'topup.paid') throw new Error('no sample');
    const short = { ...paid, payload: { ...paid.payload, tenders: [{ kind: 'cash' as const, amountFen: 19_799, reference: '' }] } };
    expect(() => temp.store.write((tx) => tx.append(short))).toThrow(expect.objectContaining({ code: 'POSTINGS_UNBALANCED' }));
    expect(temp.store.lastSeq()).toBe(4);
  });

  it('cannot be changed, shortened or given a gap', () => {
    beside((db) => {
      db.pragma('recursive_triggers = ON');
      for (const statement of [
        "UPDATE operation SET clerk = 'x' WHERE seq = 2",
        'DELETE FROM operation WHERE seq = 4',
        'UPDATE posting SET amount_fen = 0',
        'DELETE FROM posting',
        'INSERT OR REPLACE INTO operation SELECT * FROM operation WHERE seq = 4',
        "INSERT INTO operation SELECT 99, 'x', counter_id, kind, business_date, shift_id, clerk, account_id, 0, '{}', hash, hash FROM operation WHERE seq = 4",
      ]) {
        expect(() => db.exec(statement), statement).toThrow(/append only|gapless/);
      }
    });
    expect(temp.store.verifyJournal()).toEqual({ ok: true });
  });

  it.each([
    ["UPDATE operation SET payload = replace(payload, '50000', '50001') WHERE seq = 4", 4],
    ["UPDATE operation SET clerk = '9999' WHERE seq = 3", 3],
    ['UPDATE operation SET seq = 9 WHERE seq = 4', 4],
    ['DELETE FROM posting WHERE seq = 4', 4],
    ["UPDATE posting SET dimension = 'elsewhere' WHERE seq = 4 AND line = 1", 4],
  ])('shows forgery once the triggers are gone: %s', (forgery, firstBadSeq) => {
    beside((db) => {
      db.pragma('foreign_keys = OFF');
      for (const trigger of ['operation_refuses_update', 'operation_refuses_delete', 'posting_refuses_update', 'posting_refuses_delete']) {
        db.exec(`DROP TRIGGER ${trigger}`);
      }
      db.exec(forgery);
    });
    expect(temp.store.verifyJournal()).toEqual({ ok: false, firstBadSeq });
  });
});

describe('transactions and faults', () => {
  it('lets a transaction see its own writes and the reader only what is committed', () => {
    const { store } = temp;
    const [paid] = sampleTopup(0, account, shiftId);
    store.write((tx) => {
      tx.append(paid ?? openShift(2));
      expect(tx.undeliveredOfCard('6200000007')?.state).toBe('paid');
      expect(tx.lastSeq()).toBe(5);
      expect(store.lastSeq()).toBe(4);
      expect(store.undeliveredOfCard('6200000007')).toBeNull();
    });
    expect(store.lastSeq()).toBe(5);
  });

  it('refuses a write inside a write and leaves the outer one alone', () => {
    const { store } = temp;
    store.write((tx) => {
      tx.append(openShift(2, '1002'));
      expect(() => store.write(() => 0)).toThrow(RangeError);
    });
    expect(store.openShiftOf('1002')).not.toBeNull();
  });

  it('reports a full disk as DATABASE_FAILED, loses nothing and goes on when there is room', async () => {
    const { store } = temp;
    const before = store.lastSeq();
    const operations = Array.from({ length: 400 }, (_, index) => openAccount(sampleAccount(100 + index)));
    const full = await openStore({ file: temp.file, backupDir: temp.dir, clock: { nowMs: () => 0 }, maxPages: 120 });
    try {
      expect(() => full.importOperations(operations)).toThrow(
        expect.objectContaining({ code: 'DATABASE_FAILED', context: { reason: 'SQLITE_FULL' } }),
      );
      expect(full.lastSeq()).toBe(before);
      expect(full.verifyJournal()).toEqual({ ok: true });
    } finally {
      full.close();
    }
    expect(store.importOperations(operations)).toBe(400);
    expect(store.importOperations(operations)).toBe(0);
    expect(store.verifyJournal()).toEqual({ ok: true });
  });

  it('maps a file that is no database to DATABASE_FAILED', async () => {
    const { writeFileSync } = await import('node:fs');
    const file = `${temp.dir}/other.sqlite`;
    writeFileSync(file, 'this is not a database, but it is long enough to look like a file with a header'.repeat(20));
    await expect(openStore({ file, backupDir: temp.dir, clock: { nowMs: () => 0 } })).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
  });

  it('keeps the counter id it was created with and its cursor, which goes back when headquarters has lost something', async () => {
    temp.store.setAcknowledgedSeq(5);
    temp.store.setAcknowledgedSeq(3);
    const again = await openStore({ file: temp.file, backupDir: temp.dir, counterId: 'C99', clock: { nowMs: () => 0 } });
    expect(again.counterId()).toBe('C01');
    expect(again.acknowledgedSeq()).toBe(3);
    again.close();
  });

  it('makes the search index good when an import was cut off before its end', async () => {
    const found = temp.store.search('阳光', 5);
    expect(found).toHaveLength(1);
    temp.store.close();
    beside((db) => db.exec("DELETE FROM search_term; INSERT INTO meta VALUES ('search-stale', 'yes')"));
    const again = await openStore({ file: temp.file, backupDir: temp.dir, clock: { nowMs: () => 0 } });
    expect(again.search('阳光', 5)).toEqual(found);
    beside((db) => expect(db.prepare("SELECT count(*) FROM meta WHERE key = 'search-stale'").pluck().get()).toBe(0));
    again.close();
  });

  it('keeps staff outside the journal', () => {
    const staff = { staffNo: '1001', name: '李静', role: 'clerk', passwordHash: '$argon2id$x' } as const;
    temp.store.seedStaff([staff]);
    expect(temp.store.staff('1001')).toEqual(staff);
    expect(temp.store.staff('1')).toBeNull();
    expect(JSON.stringify(temp.store.operationsAfter(0, 10))).not.toContain('argon2');
  });

  it('does not mistake a foreign operation for known', () => {
    const stray = sampleOperation('topup.verified', { topupId: 'none', proof: 'written' }, { id: sampleId(99) });
    expect(() => temp.store.write((tx) => tx.append(stray))).toThrow(RangeError);
    expect(temp.store.lastSeq()).toBe(4);
  });
});
