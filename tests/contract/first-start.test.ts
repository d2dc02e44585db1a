// A counter without books at the door: it says plainly that it does no business, and whoever stands there may only bring the one-time code.
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createEvents } from '../../src/main/core/runtime.ts';
import { NO_PRINT_JOBS } from '../support/no-print-jobs.ts';
import { NO_SYNC } from '../support/no-sync.ts';
import { openBranch, sampleId } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

let temp: TempStore;
const codes: string[] = [];
beforeEach(async () => {
  temp = await tempStore();
});
afterEach(() => temp.remove());

function connect() {
  const ports = {
    ...{
      store: temp.store,
      clock: { nowMs: () => 1_772_000_000_000 },
      ids: { uuid: () => sampleId(80), token: () => 'token-of-some-length' },
    },
    printJobs: NO_PRINT_JOBS,
    ...{ events: createEvents(), devices: { states: () => [] }, passwords: { verify: async () => true } },
    ...{ hall: null, demoStaff: [], host: 'loopback', version: '0' },
    sync: {
      ...NO_SYNC,
      enrol: async (code: string) => {
        codes.push(code);
        temp.store.replica.setEnrolledBranch('01');
      },
    },
  } as unknown as Ports;
  const dispatcher = createDispatcher(ports);
  return createRouterClient(dispatcher.router, { context: dispatcher.connect('script') });
}

it('refuses business until the books are here, and takes a code from anybody only before that', async () => {
  const client = connect();
  expect(await client.system.info({})).toMatchObject({ branchNo: '', counterId: 'C01' });
  expect(await client.system.firstStart({})).toMatchObject({ counterId: 'C01', load: null });
  await expect(client.sync.state({})).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
  await client.system.begin({ code: ' ABCD-EFGH ' });
  expect(codes).toEqual(['ABCD-EFGH']);

  temp.store.seedStaff([{ staffNo: '1001', name: '李静', role: 'clerk', passwordHash: '' }]);
  await client.session.signIn({ staffNo: '1001', password: 'x' });
  for (const act of [
    () => client.accounts.search({ text: '王' }),
    () => client.shift.open({ shiftId: sampleId(1), floatFen: 0 }),
    () => client.topups.open({}),
  ]) {
    await expect(act()).rejects.toMatchObject({ code: 'FIRST_LOAD_DUE' });
  }
  expect(await client.sync.state({})).toMatchObject({ state: 'not-configured' });

  temp.store.importOperations(openBranch());
  expect(await client.system.firstStart({})).not.toBeNull();
  temp.store.replica.endLoad();
  expect(await client.system.firstStart({})).toBeNull();
  await expect(client.system.begin({ code: 'ABCD-EFGH' })).rejects.toMatchObject({ code: 'ROLE_DENIED' });
  expect(await client.accounts.search({ text: '王' })).toMatchObject({});
  expect(codes).toHaveLength(1);
});
