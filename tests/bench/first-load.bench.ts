// Measures the first load of a counter over real HTTP: accounts per second, as a ratio to importing the same operations at the spot.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/hq/database.ts';
import { createService } from '../../src/hq/service.ts';
import { createLoader } from '../../src/main/replication/loader.ts';
import { openStore } from '../../src/main/store/index.ts';
import { sendJournal } from '../support/branch-at-headquarters.ts';
import { enrolDirectly, TEST_KEY } from '../support/counter-keys.ts';
import { openAccount, openBranch, sampleAccount } from '../support/sample-operations.ts';
import { numberOption, report } from './report.ts';

/** Headquarters answers in the same process, and fetching and checking come beside what an import is: measured 0.4, half of it is room for a busy machine. */
const BOUND = 0.2;
const accounts = numberOption('accounts', 10_000);
const branchNo = '01';

const dir = mkdtempSync(join(tmpdir(), 'countertop-bench-load-'));
const openAt = (counterId: string) =>
  openStore({ file: join(dir, `${counterId}.sqlite`), backupDir: dir, counterId, clock: { nowMs: () => 0 } });
const db = await openDatabase({ kind: 'memory' });
const service = createService({ db, nowMs: () => 0, log: () => undefined });
try {
  const url = await service.listen({ port: 0, host: '127.0.0.1' });
  const old = await openAt('C01');
  const start = performance.now();
  const imported = old.importOperations([
    ...openBranch(),
    ...Array.from({ length: accounts }, (_, index) => openAccount(sampleAccount(index))),
  ]);
  const importMs = performance.now() - start;
  for (const counterId of ['C01', 'C02']) await enrolDirectly(db, { branchNo, counterId });
  await sendJournal(db, { store: old, branchNo });
  old.close();

  const store = await openAt('C02');
  store.replica.setEnrolledBranch(branchNo);
  const loader = createLoader({
    ...{ store, replica: store.replica, line: { url, fetch, key: TEST_KEY }, clock: { nowMs: () => performance.now() }, changed: () => {} },
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  });
  const loadStart = performance.now();
  const left = await loader.run({ branchNo, abort: new AbortController() });
  const loadMs = performance.now() - loadStart;
  if (left !== null || store.replica.feedEnd().position !== imported) throw new Error('the load is not complete');
  if (store.search('3201', 5).length === 0) throw new Error('nothing can be found');
  store.close();
  const perSecond = (ms: number) => Math.round((accounts * 1_000) / ms);
  report({
    ...{ name: `first load of ${accounts} accounts`, unit: 'accounts/s' },
    ...{ ours: perSecond(loadMs), reference: perSecond(importMs), ratio: importMs / loadMs, sense: 'min', bound: BOUND },
  });
} finally {
  await service.close();
  await db.destroy();
  rmSync(dir, { recursive: true, force: true });
}
