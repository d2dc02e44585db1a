// The calls of accounts and customers at the door: who may, and which field of a bad input is named with which reason.
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createEvents } from '../../src/main/core/runtime.ts';
import { ATTACHMENT_PART_BYTES } from '../../src/shared/contract/accounts.ts';
import { MAX_CALL_BYTES } from '../../src/shared/contract/index.ts';
import { NO_PRINT_JOBS } from '../support/no-print-jobs.ts';
import { NO_SYNC } from '../support/no-sync.ts';
import { openAccount, openBranch, sampleAccount, sampleId } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

const A = sampleAccount(1);
const change = { changeId: sampleId(70), accountId: A.accountId, seenVersion: 1 };
const correction = { ...change, phone: '13912345678', reason: '客户换号' };

let temp: TempStore;
let client: ReturnType<typeof connect>;

function connect() {
  let tokens = 0;
  const ports = {
    store: temp.store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: () => sampleId(80), token: () => `token-of-some-length-${++tokens}` },
    events: createEvents(),
    sync: NO_SYNC,
    printJobs: NO_PRINT_JOBS,
    devices: { states: () => [] },
    passwords: { verify: async () => true },
    hall: null,
    demoStaff: [],
    host: 'loopback',
    version: '0',
  } as unknown as Ports;
  const dispatcher = createDispatcher(ports);
  return createRouterClient(dispatcher.router, { context: dispatcher.connect('script') });
}
const as = (staffNo: string) => client.session.signIn({ staffNo, password: 'x' });

beforeEach(async () => {
  temp = await tempStore();
  temp.store.seedStaff([
    { staffNo: '1001', name: '李静', role: 'clerk', passwordHash: '' },
    { staffNo: '4001', name: '罗晓峰', role: 'it', passwordHash: '' },
  ]);
  temp.store.importOperations([...openBranch(), openAccount(A)]);
  client = connect();
});
afterEach(() => temp.remove());

describe('who may', () => {
  it('nobody without signing in, nobody from IT, and merging takes a supervisor', async () => {
    const attachment = { attachmentId: sampleId(71) };
    await expect(client.accounts.attachment(attachment)).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    await expect(client.accounts.reveal({ accountId: A.accountId, what: 'phone', reason: 'x' })).rejects.toMatchObject({
      code: 'SESSION_REQUIRED',
    });
    await as('4001');
    await expect(client.accounts.changePhone(correction)).rejects.toMatchObject({ code: 'ROLE_DENIED' });
    await as('1001');
    const merge = { changeId: sampleId(72), keptId: sampleId(73), mergedId: sampleId(74), reason: 'x' };
    await expect(client.customers.merge(merge)).rejects.toMatchObject({ code: 'ROLE_DENIED' });
    await expect(client.accounts.reveal({ accountId: A.accountId, what: 'bank', reason: 'x' })).rejects.toMatchObject({
      code: 'ROLE_DENIED',
    });
    expect(temp.store.lastSeq()).toBe(3);
  });
});

describe('a bad field', () => {
  it.each<[string, object, string, string]>([
    ['a telephone that is none', { phone: '12345' }, 'phone', 'phone'],
    ['no reason', { reason: '' }, 'reason', 'empty'],
    ['a reason without end', { reason: '换'.repeat(201) }, 'reason', 'long'],
  ])('of a change of telephone is named: %s', async (_name, wrong, field, reason) => {
    await as('1001');
    const call = client.accounts.changePhone({ ...correction, ...wrong });
    await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', data: { field, reason } });
    expect(temp.store.lastSeq()).toBe(3);
  });

  it.each<[string, object, string, string]>([
    ['minus three people', { newHousehold: -3 }, 'newHousehold', 'range'],
    ['a million people', { newHousehold: 1_000_000 }, 'newHousehold', 'range'],
    ['half a person', { newHousehold: 2.5 }, 'newHousehold', 'range'],
    ['a day that is none', { from: '2026-02-30' }, 'from', 'form'],
    ['a day of another age', { from: '1980-01-01' }, 'from', 'range'],
    ['an end before the beginning', { from: '2026-05-01', until: '2026-04-01' }, 'until', 'order'],
    ['an end that is past', { from: '2026-01-01', until: '2026-03-01' }, 'until', 'past'],
    ['no proof', { proof: '' }, 'proof', 'empty'],
  ])('of a household is named: %s', async (_name, wrong, field, reason) => {
    await as('1001');
    const form = { newHousehold: 5, from: '2026-03-02', proof: '户口簿', ...wrong };
    const asked = client.requests.open({ requestId: sampleId(76), accountId: A.accountId, kind: 'household', seenVersion: 1, form });
    await expect(asked).rejects.toMatchObject({ code: 'INPUT_INVALID', data: { field: `form.${field}`, reason } });
    expect(temp.store.lastSeq()).toBe(3);
  });

  it('that the contract does not know is refused, and a path for a name of a file', async () => {
    await as('1001');
    await expect(client.accounts.changePhone({ ...correction, status: 'closed' } as never)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    // Name and address change by a service request, which asks a supervisor: no call goes round it.
    for (const more of [{ customerName: '王小鸣' }, { address: { ...A.address, unit: '9栋' } }]) {
      const around = client.accounts.changePhone({ ...correction, ...more });
      await expect(around).rejects.toMatchObject({ code: 'INPUT_INVALID', data: { field: Object.keys(more)[0] } });
    }
    expect(temp.store.lastSeq()).toBe(3);
    const file = { attachmentId: sampleId(75), accountId: A.accountId, sizeBytes: 4, sha256: '0'.repeat(64), offset: 0, part: 'AAAA' };
    const named = client.accounts.attach({ ...file, name: '../../etc/passwd' });
    await expect(named).rejects.toMatchObject({ code: 'INPUT_INVALID', data: { field: 'name', reason: 'form' } });
    const huge = client.accounts.attach({ ...file, name: 'a.png', sizeBytes: 1e12 });
    await expect(huge).rejects.toMatchObject({ code: 'INPUT_INVALID', data: { field: 'sizeBytes', reason: 'long' } });
  });

  it('a part of a file always fits into a call', () => {
    expect(Math.ceil(ATTACHMENT_PART_BYTES / 3) * 4 + 2_000).toBeLessThan(MAX_CALL_BYTES);
  });
});
