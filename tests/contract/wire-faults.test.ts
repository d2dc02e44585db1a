// The whole way of a call over a line: gate, dispatcher, session, role, schema. Every refusal has its own code, and the line serves on.
import { expect, test } from 'vitest';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createEvents } from '../../src/main/core/runtime.ts';
import { createGate } from '../../src/main/hosts/gate.ts';
import { NO_PRINT_JOBS } from '../support/no-print-jobs.ts';
import { NO_SYNC } from '../support/no-sync.ts';

const ROLES = { '1': 'clerk', '2': 'supervisor', '4': 'it' } as const;
const MINUTE_MS = 60_000;

/** The real dispatcher; of the ports only those that a refusal can reach. */
function startCore() {
  const clock = { ms: 1_000_000 };
  let tokens = 0;
  const ports = {
    clock: { nowMs: () => clock.ms },
    ids: { uuid: () => '0', token: () => `token-of-some-length-${++tokens}` },
    events: createEvents(),
    store: {
      isLoading: () => false,
      staff: (staffNo: string) =>
        staffNo in ROLES ? { staffNo, name: '测', role: ROLES[staffNo as keyof typeof ROLES], passwordHash: 'right' } : null,
      openShiftOf: () => null,
      account: () => {
        throw new TypeError('a bug with a secret in its message');
      },
    },
    sync: NO_SYNC,
    printJobs: NO_PRINT_JOBS,
    devices: { states: () => [] },
    passwords: { verify: async (hash: string, password: string) => hash === password },
    hall: null,
    demoStaff: [],
    host: 'loopback',
    version: '0',
  } as unknown as Ports;
  return { gate: createGate(createDispatcher(ports)), clock };
}

type Answer = { readonly code: string; readonly context: unknown } | { readonly value: unknown };

function openLine(gate: ReturnType<typeof startCore>['gate']) {
  const waiting = new Map<string, (answer: Answer) => void>();
  let hear: (message: unknown) => void = () => {};
  let count = 0;
  gate.serve(
    {
      send(text) {
        const { i, p } = JSON.parse(text) as { i: string; p: { s?: number; b: { json: { code: string; data: unknown } } } };
        waiting.get(i)?.(p.s === undefined ? { value: p.b.json } : { code: p.b.json.code, context: p.b.json.data });
      },
      onMessage: (listener) => {
        hear = listener;
      },
      onClose: () => {},
    },
    'browser',
  );
  return (path: string, input: unknown) =>
    new Promise<Answer>((resolve) => {
      count += 1;
      waiting.set(String(count), resolve);
      hear(JSON.stringify({ i: String(count), p: { u: `/${path.replace('.', '/')}`, b: { json: input } } }));
    });
}

const signIn = (staffNo: string, password = 'right') => ['session.signIn', { staffNo, password }] as const;

test.each([
  ['nobody signed in', 'devices.list', {}, 'SESSION_REQUIRED', {}],
  ['an unknown session', 'session.resume', { sessionId: 'x'.repeat(20) }, 'SESSION_EXPIRED', {}],
  ['a wrong pass word', ...signIn('1', 'wrong'), 'CREDENTIALS_WRONG', {}],
  ['an unknown person', ...signIn('9'), 'CREDENTIALS_WRONG', {}],
  ['an unknown field', 'session.signIn', { staffNo: '1', password: 'right', role: 'manager' }, 'INPUT_INVALID', expect.anything()],
  ['a missing field', 'session.signIn', { staffNo: '1' }, 'INPUT_INVALID', { field: 'password', reason: expect.any(String) }],
  ['a wrong type', 'session.signIn', { staffNo: 1, password: 'x' }, 'INPUT_INVALID', { field: 'staffNo', reason: expect.any(String) }],
  ['a text that is too long', ...signIn('1', 'x'.repeat(201)), 'INPUT_INVALID', { field: 'password', reason: expect.any(String) }],
  ['no input at all', 'session.signIn', null, 'INPUT_INVALID', expect.anything()],
  ['a call that does not exist', 'session.become', {}, 'CALL_UNKNOWN', { call: '/session/become' }],
])('%s', async (_name, path, input, code, context) => {
  const ask = openLine(startCore().gate);
  expect(await ask(path, input)).toEqual({ code, context });
  expect(await ask(...signIn('1'))).toHaveProperty('value.staff.role', 'clerk');
});

test('a session belongs to its line, ends with time, and continues on another line by its id', async () => {
  const { gate, clock } = startCore();
  const ask = openLine(gate);
  const signed = (await ask(...signIn('1'))) as { value: { sessionId: string } };
  expect(await ask('devices.list', {})).toEqual({ value: [] });
  const other = openLine(gate);
  expect(await other('devices.list', {})).toMatchObject({ code: 'SESSION_REQUIRED' });
  expect(await other('session.resume', { sessionId: signed.value.sessionId })).toHaveProperty('value.staff.staffNo', '1');
  clock.ms += 29 * MINUTE_MS;
  expect(await ask('devices.list', {})).toEqual({ value: [] });
  clock.ms += 31 * MINUTE_MS;
  expect(await ask('devices.list', {})).toMatchObject({ code: 'SESSION_EXPIRED' });
  expect(await ask(...signIn('1'))).toHaveProperty('value');
  expect(await ask('devices.list', {})).toEqual({ value: [] });
  await ask('session.signOut', {});
  expect(await ask('devices.list', {})).toMatchObject({ code: 'SESSION_REQUIRED' });
});

test('a role that may not, and a drawer that is not open', async () => {
  const ask = openLine(startCore().gate);
  await ask(...signIn('4'));
  expect(await ask('accounts.search', { text: '王' })).toEqual({ code: 'ROLE_DENIED', context: { role: 'it' } });
  await ask(...signIn('1'));
  const topupId = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(await ask('topups.deliver', { topupId, slot: 1 })).toEqual({ code: 'SHIFT_REQUIRED', context: {} });
});

test('a bug of ours is INTERNAL and tells nothing of itself', async () => {
  const ask = openLine(startCore().gate);
  await ask(...signIn('1'));
  const answer = await ask('accounts.get', { accountId: 'a' });
  expect(answer).toMatchObject({ code: 'INTERNAL' });
  expect(JSON.stringify(answer)).not.toContain('secret');
});
