// A core in a process of its own that a test kills: sells one top-up, or finishes what stands open. Real store, real device process, TCP reader.
// Arguments as JSON: { dir, layoutId, readerPort, mode: 'sell' | 'recover', stopAt: { commit, when } | null }
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { confirmReceipt } from '../../src/main/core/usecases/print-receipt.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import { ACCOUNT_ID, openBench } from './counter-bench.ts';
import { singleRecordLayout } from './single-record-layout.ts';

export interface KillableCoreOptions {
  readonly dir: string;
  readonly layoutId: string;
  readonly readerPort: number;
  readonly mode: 'sell' | 'recover';
  readonly topupId: string;
  readonly litres: number;
  readonly amountFen: number;
  readonly stopAt: { readonly commit: number; readonly when: 'before' | 'after' } | null;
}

const options = JSON.parse(process.argv[2] ?? '{}') as KillableCoreOptions;
const layout = [countertopCard, singleRecordLayout].find(({ id }) => id === options.layoutId);
if (layout === undefined) throw new Error(`no layout ${options.layoutId}`);

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

let commits = 0;
const bench = await openBench({
  dir: options.dir,
  layout,
  idPrefix: options.mode === 'sell' ? 1 : 2,
  reader: { port: options.readerPort },
  launch: () => {
    const handle = launchForkedDeviceProcess(new URL('../../src/main/devices/device-process.ts', import.meta.url).pathname);
    // Not console.log: the parent must see it before anything can kill this process.
    writeSync(1, `device ${handle.pid}\n`);
    return handle;
  },
  wrapStore: (store) => ({
    ...store,
    write(act) {
      commits += 1;
      const here = options.stopAt?.commit === commits;
      if (here && options.stopAt?.when === 'before') die();
      const result = store.write(act);
      if (here) die();
      return result;
    },
  }),
});

if (options.mode === 'sell') {
  const { topupId, litres, amountFen } = options;
  const purchase = { by: 'volume', litres } as const;
  await payTopup(bench.context, {
    topupId,
    accountId: ACCOUNT_ID,
    slot: 1,
    purchase,
    expectedAmountFen: amountFen,
    tenders: [],
    cashTenderedFen: amountFen,
  });
}
for (let tries = 0; tries < 40; tries += 1) {
  const open = bench.store.openTopups(10).rows;
  if (open.length === 0) break;
  for (const { topupId } of open) {
    const receipt = bench.store.receiptOfTopup(topupId);
    if (receipt?.state === 'unknown') confirmReceipt(bench.context, { receiptId: receipt.receiptId, cameOut: false });
    const { fault } = await deliverTopup(bench.context, { topupId, slot: 1, lastAttemptApprovedBy: null });
    if (fault !== null) await pause(100);
  }
}
await bench.close();
process.exit(0);
