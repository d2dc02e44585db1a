// Measures durable top-up commits: the store against raw better-sqlite3 doing the same inserts and updates with values made beforehand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import type { Operation } from '../../src/shared/domain/operation.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleTopup } from '../support/sample-operations.ts';
import { numberOption, percentile, report } from './report.ts';

const ACCOUNTS = 2_000;
const BOUND = 0.7;
const rounds = numberOption('rounds', 30);
const topupsPerBlock = numberOption('topups', 20);

const dir = mkdtempSync(join(tmpdir(), 'countertop-bench-'));
const accounts = Array.from({ length: ACCOUNTS }, (_, index) => sampleAccount(index));
const shiftId = sampleId(2_000_001);

async function openSeeded(name: string): Promise<StoreHandle> {
  const store = await openStore({ file: join(dir, name), backupDir: dir, counterId: 'C01', clock: { nowMs: () => 0 } });
  store.importOperations([...openBranch(), ...accounts.map(openAccount), openShift(1)]);
  return store;
}

/** The operations of one whole top-up, in the transactions in which the core commits them: one each. */
function topup(number: number) {
  const account = accounts[(number * 7) % ACCOUNTS];
  if (account === undefined) throw new RangeError('no account');
  return sampleTopup(number, account, shiftId);
}

/** A row change of the reference: a prepared statement and the values for it. */
type Change = readonly [statement: Database.Statement<unknown[]>, values: readonly unknown[]];

/** Returns what makes, from operations already appended elsewhere, the same changes as raw statements. */
function rawChanges(db: Database.Database, source: Database.Database): (operation: Operation, previous: readonly Operation[]) => Change[] {
  const operationRow = source.prepare('SELECT * FROM operation WHERE seq = ?').raw();
  const postingRows = source.prepare('SELECT * FROM posting WHERE seq = ?').raw();
  const insertOperation = db.prepare(`INSERT INTO operation VALUES (${Array(12).fill('?').join(',')})`);
  const insertPosting = db.prepare('INSERT INTO posting VALUES (?,?,?,?,?)');
  const addBalance = db.prepare(
    'INSERT INTO ledger_balance VALUES (?,?,?) ON CONFLICT (ledger_account, dimension) DO UPDATE SET amount_fen = amount_fen + excluded.amount_fen',
  );
  const addTierUse = db.prepare(
    'INSERT INTO tier_use (account_id, year, holder, litres) VALUES (?,?,1,?) ON CONFLICT (account_id, year, holder) DO UPDATE SET litres = litres + excluded.litres',
  );
  const insertTopup = db.prepare(`INSERT INTO topup (topup_id, account_id, card_no, shift_id, clerk, business_date, state, paid_at_ms,
    last_seq, attempts, payment, intent) VALUES (${Array(12).fill('?').join(',')})`);
  const updateTopup = db.prepare('UPDATE topup SET state = ?, last_seq = ?, attempts = ?, intent = ? WHERE topup_id = ?');
  const setCard = db.prepare('UPDATE card SET sequence = ?, cumulative_litres = ? WHERE card_no = ?');
  const insertReceipt = db.prepare(
    'INSERT INTO receipt (receipt_id, receipt_no, topup_id, account_id, state, reprints, markup) VALUES (?,?,?,?,?,?,?)',
  );
  const updateReceipt = db.prepare('UPDATE receipt SET state = ?, reprints = ? WHERE receipt_id = ?');
  return (operation, previous) => {
    const row = operationRow.get(operation.seq) as unknown[];
    const changes: Change[] = [[insertOperation, row]];
    for (const posting of postingRows.all(operation.seq) as unknown[][]) {
      changes.push([insertPosting, posting], [addBalance, posting.slice(2)]);
    }
    const find = <K extends Operation['kind']>(kind: K) =>
      [...previous, operation].find((one) => one.kind === kind) as Extract<Operation, { kind: K }>;
    const paid = find('topup.paid');
    const intended = previous.length > 0 ? find('topup.intended') : undefined;
    const intent = intended === undefined ? null : operationRow.get(intended.seq);
    const intentText = (intent as unknown[] | null)?.[9] ?? null;
    const topupId = paid.payload.topupId;
    const update = (state: string, attempts: number): Change => [updateTopup, [state, operation.seq, attempts, intentText, topupId]];
    switch (operation.kind) {
      case 'topup.paid':
        changes.push([addTierUse, [operation.accountId, 2026, paid.payload.purchase.litres]]);
        changes.push([
          insertTopup,
          [
            ...[topupId, operation.accountId, paid.payload.cardNo, operation.shiftId, operation.clerk, operation.businessDate],
            ...['paid', operation.recordedAtMs, operation.seq, 0, row[9], null],
          ],
        ]);
        break;
      case 'topup.intended':
        changes.push(update('intent', 0));
        break;
      case 'topup.writing':
        changes.push(update('writing', 1));
        break;
      case 'topup.verified':
        changes.push(update('verified', 1), [setCard, [intended?.payload.sequence, 100_000, paid.payload.cardNo]]);
        break;
      case 'receipt.issued': {
        const { receiptId, receiptNo, markup } = operation.payload;
        changes.push([insertReceipt, [receiptId, receiptNo, topupId, operation.accountId, 'issued', 0, markup]]);
        break;
      }
      case 'receipt.printed':
        changes.push([updateReceipt, ['printed', 0, operation.payload.receiptId]], update('receipted', 1));
        break;
    }
    return changes;
  };
}

try {
  const ours = await openSeeded('ours.sqlite');
  const model = await openSeeded('model.sqlite');
  (await openSeeded('raw.sqlite')).close();
  const raw = new Database(join(dir, 'raw.sqlite'));
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = FULL');
  raw.pragma('foreign_keys = ON');
  raw.pragma('cache_size = -16384');
  const source = new Database(join(dir, 'model.sqlite'), { readonly: true });
  const changesOf = rawChanges(raw, source);
  const begin = raw.prepare('BEGIN IMMEDIATE');
  const commit = raw.prepare('COMMIT');

  const oursMs: number[] = [];
  const rawMs: number[] = [];
  let number = 0;
  for (let round = -3; round < rounds; round += 1) {
    const chains = Array.from({ length: topupsPerBlock }, () => topup(number++));
    const transactions: Change[][] = chains.flatMap((chain) => {
      const appended: Operation[] = [];
      return chain.map((step) => {
        const operation = model.write((tx) => tx.append(step));
        if (operation === null) throw new RangeError('operation known already');
        const changes = changesOf(operation, appended);
        appended.push(operation);
        return changes;
      });
    });
    const runOurs = (): number => {
      const start = performance.now();
      for (const chain of chains) for (const step of chain) ours.write((tx) => tx.append(step));
      return performance.now() - start;
    };
    const runRaw = (): number => {
      const start = performance.now();
      for (const changes of transactions) {
        begin.run();
        for (const [statement, values] of changes) statement.run(values);
        commit.run();
      }
      return performance.now() - start;
    };
    // Alternate who goes first, so that neither always meets the other's checkpoint.
    const first = round % 2 === 0;
    const times = first ? [runOurs(), runRaw()] : [runRaw(), runOurs()];
    if (round < 0) continue; // Warming up.
    oursMs.push(times[first ? 0 : 1] ?? Number.NaN);
    rawMs.push(times[first ? 1 : 0] ?? Number.NaN);
  }
  const same = 'SELECT group_concat(hash) AS hashes, (SELECT group_concat(amount_fen) FROM ledger_balance) AS balances FROM operation';
  const check = new Database(join(dir, 'ours.sqlite'), { readonly: true });
  if (JSON.stringify(check.prepare(same).get()) !== JSON.stringify(raw.prepare(same).get())) throw new Error('the two did different work');
  check.close();
  const perSecond = (samples: readonly number[]): number => Math.round((topupsPerBlock * 6 * 1_000) / percentile(samples, 0.5));
  report({
    name: 'durable top-up commits (synchronous=FULL)',
    unit: 'commits/s, median block',
    ours: perSecond(oursMs),
    reference: perSecond(rawMs),
    // Of blocks that ran one after the other, so that what else the machine does meets both.
    ratio: percentile(
      rawMs.map((ms, round) => ms / (oursMs[round] ?? Number.NaN)),
      0.5,
    ),
    sense: 'min',
    bound: BOUND,
  });
  for (const store of [ours, model]) store.close();
  for (const db of [raw, source]) db.close();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
