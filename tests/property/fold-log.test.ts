// Random journals of three counters in random orders with random verdicts: folding again what is not ordered yet gives the rows that folding everything gives.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import DatabaseFile from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import { type Entry, entryPreimage, type Verdict } from '../../src/shared/domain/feed.ts';
import { GENESIS_HASH, type NewOperation, type Operation } from '../../src/shared/domain/operation.ts';
import { everyKind } from '../support/every-kind.ts';
import { memoryJournal, seeded, uuidOf } from '../support/journal.ts';
import { counterRows } from '../support/replica-rows.ts';

const OWN = 'C01';
/** Rows that no operation has written: a rebuild wipes them out, anything less leaves them. */
const MARK = "INSERT INTO volume_owed VALUES ('untouched', 1)";

const dir = mkdtempSync(join(tmpdir(), 'countertop-fold-log-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const open = (file: string) => openStore({ file, backupDir: join(dir, 'backup'), counterId: OWN, clock: { nowMs: () => 0 } });

function raw<T>(file: string, act: (db: DatabaseFile.Database) => T): T {
  const db = new DatabaseFile(file);
  try {
    db.pragma('foreign_keys = OFF');
    return act(db);
  } finally {
    db.close();
  }
}

/** Everything that the fold has made: the rows, what is found by which words, and what does not fit. */
function folded(file: string): Record<string, unknown> {
  return raw(file, (db) => ({
    ...counterRows(file),
    terms: db.prepare('SELECT kind, term, account_id FROM search_term JOIN account USING (account_key) ORDER BY 1, 2, 3').all(),
    keys: db.prepare('SELECT * FROM record_key ORDER BY 1, 2, 3, 4').all(),
    paid: db.prepare('SELECT pa.account_id, payment_id FROM payment_account pa JOIN payment USING (payment_key) ORDER BY 1, 2').all(),
    unfolded: db.prepare('SELECT * FROM unfolded ORDER BY 1, 2').all(),
  }));
}

async function foldedAnew(file: string, copy: string): Promise<Record<string, unknown>> {
  rmSync(copy, { force: true });
  raw(file, (db) => db.exec(`VACUUM INTO '${copy}'`));
  const store = await open(copy);
  store.rebuildProjections();
  store.close();
  return folded(copy);
}

/** What headquarters would say, from a store that folds in its order. */
function oracle(store: StoreHandle) {
  return ({ id, kind, businessDate, shiftId, clerk, accountId, recordedAtMs, payload }: Operation): Verdict => {
    const facts = { id, kind, businessDate, shiftId, clerk, accountId, recordedAtMs, payload } as NewOperation;
    try {
      store.write((tx) => tx.append(facts));
      return 'applied';
    } catch {
      return kind.startsWith('topup.') ? 'quarantined' : 'conflict';
    }
  };
}

interface Seen {
  noted: number;
  all: number;
}

async function live(seed: number, blank: string): Promise<Seen> {
  const random = seeded(seed);
  const chance = (of: number) => random() < of;
  const folder = mkdtempSync(join(dir, 'life-'));
  const [file, hqFile] = [join(folder, 'own.sqlite'), join(folder, 'hq.sqlite')];
  raw(blank, (db) => db.exec(`VACUUM INTO '${file}'`));
  raw(blank, (db) => db.exec(`VACUUM INTO '${hqFile}'`));
  const [store, hq] = [await open(file), await open(hqFile)];
  store.replica.setEnrolledBranch('01');
  store.replica.follow([], { upToDate: true });
  const judge = oracle(hq);
  const others = ['C02', 'C03'].map((counterId) => memoryJournal({ branchNo: '01', counterId }));
  const waiting: Operation[] = [];
  const seen: Seen = { noted: 0, all: 0 };
  let feed: Entry[] = [];
  let last = { position: 0, hash: GENESIS_HASH };
  let serial = 0;

  const write = (facts: NewOperation): void => {
    if (chance(0.6)) {
      try {
        const made = store.write((tx) => tx.append(facts));
        if (made !== null) waiting.push(made);
        return;
      } catch {
        // Not with what this counter knows: somebody else does it.
      }
    }
    const journal = others[chance(0.5) ? 0 : 1];
    if (journal !== undefined) waiting.push(journal.append(facts));
  };
  const order = (): void => {
    // Of each counter in its order, else mostly as things were done.
    const counterId = waiting[chance(0.7) ? 0 : Math.floor(random() * waiting.length)]?.counterId;
    const index = waiting.findIndex((one) => one.counterId === counterId);
    const [operation] = waiting.splice(index, 1);
    if (operation === undefined) return;
    const verdict = judge(operation);
    const said = { counterId: operation.counterId, seq: operation.seq, operationHash: operation.hash, verdict, code: '' };
    const hash = createHash('sha256').update(entryPreimage(last.hash, said)).digest('hex');
    last = { position: last.position + 1, hash };
    const link = operation.counterId === OWN || verdict === 'quarantined' ? {} : { operation };
    feed.push({ ...said, ...last, reason: '', ...link });
  };
  const meet = (): void => {
    for (const { counterId, operations } of others) {
      const held = store.replica.neighbours.held()[counterId] ?? 0;
      const run = operations.slice(held, held + 1 + Math.floor(random() * 4));
      const end = run.at(-1);
      if (end === undefined) continue;
      try {
        store.replica.neighbours.take({ counterId, operations: run, head: { seq: end.seq, hash: end.hash, signature: 's' } });
      } catch {
        // A payment for a top-up that is not known here yet: it comes with the feed.
      }
    }
  };
  const follow = async (): Promise<void> => {
    store.replica.follow(feed, { upToDate: false });
    feed = [];
    const due = raw(file, (db) => {
      db.exec(MARK);
      return db.prepare("SELECT value FROM meta WHERE key = 'refold-due'").pluck().get() as keyof Seen | undefined;
    });
    store.replica.follow([], { upToDate: true });
    const marked = raw(file, (db) => db.prepare("DELETE FROM volume_owed WHERE account_id = 'untouched'").run().changes);
    expect(marked, `a rebuild where ${due} was due`).toBe(due === 'all' ? 0 : 1);
    if (due === undefined) return;
    seen[due] += 1;
    expect(folded(file)).toEqual(await foldedAnew(file, join(folder, 'copy.sqlite')));
  };

  store.replica.neighbours.putRoster(others.map(({ counterId }) => ({ counterId, publicKey: '', place: null })));
  for (const facts of everyKind()) {
    write(facts);
    if (chance(0.3)) {
      serial += 1;
      write({ ...facts, id: uuidOf({ of: 900 + seed, serial }) });
    }
    if (chance(0.1)) meet();
    while (waiting.length > 0 && chance(0.5)) order();
    if (chance(0.1)) await follow();
  }
  while (waiting.length > 0) order();
  await follow();
  expect(folded(file)).toEqual(await foldedAnew(file, join(folder, 'copy.sqlite')));
  // Everything has its final place: nothing is kept to take back.
  expect(raw(file, (db) => db.prepare('SELECT (SELECT count(*) FROM fold_step) + (SELECT count(*) FROM fold_undo)').pluck().get())).toBe(0);
  store.close();
  hq.close();
  return seen;
}

describe('the log of folds', () => {
  const blank = join(dir, 'blank.sqlite');
  beforeAll(async () => (await open(blank)).close());

  it('gives what folding everything anew gives, from random lives, and is what mostly happens', { timeout: 120_000 }, async () => {
    const met: Seen = { noted: 0, all: 0 };
    for (let seed = 1; seed <= 8; seed += 1) {
      try {
        const { noted, all } = await live(seed, blank);
        met.noted += noted;
        met.all += all;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(met.noted).toBeGreaterThan(3 * met.all);
  });
});
