// Closing a day of 3,000 transactions, without its papers: the whole journal of the day added up from nothing, against reading the same rows and parsing them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import { createDayDesk } from '../../src/main/core/day-desk.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { closeDay } from '../../src/main/core/usecases/close-day.ts';
import { openStore } from '../../src/main/store/index.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleTopup } from '../support/sample-operations.ts';
import { numberOption, report } from './report.ts';

const transactions = numberOption('transactions', 3_000);
const ACCOUNTS = 600;
/** What the issue asks for, ms. */
const LIMIT_MS = 1_000;

const dir = mkdtempSync(join(tmpdir(), 'countertop-bench-'));
try {
  const file = join(dir, 'branch.sqlite');
  const nowMs = new Date(2026, 2, 2, 18).getTime();
  const store = await openStore({ file, backupDir: join(dir, 'backup'), counterId: 'C01', clock: { nowMs: () => nowMs } });
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => sampleAccount(index + 1));
  const shift = openShift(1);
  store.importOperations([...openBranch(), ...accounts.map(openAccount), shift]);
  store.importOperations(
    (function* () {
      for (let number = 1; number <= transactions; number += 1) {
        yield* sampleTopup(number, accounts[number % ACCOUNTS] as (typeof accounts)[number], shift.shiftId);
      }
    })(),
  );
  const [cashFen, slips] = [
    store.balance('cash-drawer', shift.shiftId),
    [
      { kind: 'bank-card', count: 0, amountFen: 0 },
      { kind: 'wallet', count: 0, amountFen: 0 },
    ],
  ] as const;
  const facts = { ...shift, recordedAtMs: nowMs };
  const count = {
    shiftId: shift.shiftId,
    countId: sampleId(71),
    countedBy: '1001',
    lines: [],
    cashFen,
    slips,
    expected: { cashFen, slips },
  };
  const ending = { countId: sampleId(71), expectedFen: cashFen, countedFen: cashFen, carriedFen: 0, bagNo: '', pending: [] };
  store.importOperations([
    { ...facts, id: sampleId(71), kind: 'shift.counted', payload: count },
    {
      ...{ ...facts, id: sampleId(72), kind: 'shift.closed' },
      payload: { shiftId: shift.shiftId, ...ending, reason: '', approvedBy: '', forced: false },
    },
  ]);
  const ports = {
    store,
    clock: { nowMs: () => nowMs },
    ids: { uuid: () => sampleId(73) },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
  } as unknown as Ports;
  const context: UseCaseContext = { ports, actor: { staffNo: '3001', name: '何', role: 'manager', shiftId: '' } };

  const raw = new Database(file, { readonly: true });
  const readFrom = performance.now();
  let parsed = 0;
  for (const row of raw.prepare('SELECT payload FROM operation ORDER BY seq').all() as { payload: string }[]) {
    parsed += Object.keys(JSON.parse(row.payload)).length > 0 ? 1 : 0;
  }
  const readMs = performance.now() - readFrom;
  raw.close();

  const seenSeq = store.lastSeq();
  if (parsed < transactions) throw new Error('the journal was not read');
  const from = performance.now();
  closeDay(
    context,
    // A desk that has seen nothing yet: what a counter that was just started does.
    createDayDesk(),
    { closeId: sampleId(74), nextDate: '2026-03-03', seenSeq },
    { staffNo: '2001', role: 'supervisor' },
  );
  const closeMs = performance.now() - from;
  report({
    ...{ name: `close of a day of ${transactions} transactions, ${seenSeq} operations`, unit: 'ms', ours: closeMs, reference: readMs },
    ...{ ratio: closeMs / readMs, sense: 'max', bound: 5 },
  });
  report({
    ...{ name: 'the same against the limit of one second', unit: 'ms', ours: closeMs, reference: LIMIT_MS },
    ...{ ratio: closeMs / LIMIT_MS, sense: 'max', bound: 1 },
  });
  store.close();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
