// The gate: every kind of bad message has its own answer, and the line keeps serving.
import { implement } from '@orpc/server';
import { expect, test } from 'vitest';
import { createGate, type Line } from '../../src/main/hosts/gate.ts';
import { contract, MAX_CALL_BYTES } from '../../src/shared/contract/index.ts';

const info = {
  product: 'countertop' as const,
  version: '1',
  host: 'loopback' as const,
  branchNo: '1',
  branchName: '一',
  counterId: '01',
  businessDate: '2026-01-01',
  demo: false,
  demoStaff: [],
};

function openLine() {
  const os = implement({ system: contract.system });
  const connected: string[] = [];
  const router = os.router({
    system: {
      info: os.system.info.handler(() => info),
      firstStart: os.system.firstStart.handler(() => null),
      begin: os.system.begin.handler(() => null),
    },
  });
  const gate = createGate({
    router,
    connect: (kind) => {
      connected.push(kind);
      return { kind, sender: { sessionId: null } };
    },
    disconnect: () => connected.push('gone'),
  });
  const listeners: ((message: unknown) => void)[] = [];
  const closers: (() => void)[] = [];
  const answers: { i: string; p: { s?: number; b: { json: { code?: string; data?: object } } } }[] = [];
  const line: Line = {
    send: (text) => answers.push(JSON.parse(text)),
    onMessage: (listener) => listeners.push(listener),
    onClose: (listener) => closers.push(listener),
  };
  gate.serve(line, 'script');
  return {
    connected,
    close: () => closers.forEach((closer) => void closer()),
    async ask(message: unknown) {
      const before = answers.length;
      for (const listener of listeners) listener(message);
      await expect.poll(() => answers.length).toBe(before + 1);
      const answer = answers[before];
      if (answer === undefined) throw new Error('no answer');
      return answer;
    },
  };
}

const good = (i: string) => JSON.stringify({ i, p: { u: '/system/info', b: { json: {} } } });

test.each([
  ['binary', new Uint8Array(3), '', 'INPUT_INVALID'],
  ['not JSON', '{"i":"1"', '', 'INPUT_INVALID'],
  ['a JSON list', '[1,2]', '', 'INPUT_INVALID'],
  ['null', 'null', '', 'INPUT_INVALID'],
  ['no call in it', '{"i":"1"}', '1', 'INPUT_INVALID'],
  ['a number as id', '{"i":7,"p":{"u":"/system/info"}}', '', 'INPUT_INVALID'],
  ['unknown message type', '{"i":"1","t":9,"p":{"u":"/system/info"}}', '1', 'INPUT_INVALID'],
  ['foreign address', '{"i":"1","p":{"u":"http://elsewhere/system/info"}}', '1', 'INPUT_INVALID'],
  ['unknown call', '{"i":"1","p":{"u":"/system/halt"}}', '1', 'CALL_UNKNOWN'],
  ['inherited name', '{"i":"1","p":{"u":"/__proto__/toString"}}', '1', 'CALL_UNKNOWN'],
  ['unknown field', '{"i":"1","p":{"u":"/system/info","b":{"json":{"more":1}}}}', '1', 'INPUT_INVALID'],
  ['body that is text', '{"i":"1","p":{"u":"/system/info","b":"x"}}', '1', 'INPUT_INVALID'],
  ['types that do not fit', '{"i":"1","p":{"u":"/system/info","b":{"json":{"a":1},"meta":[[6,"a"]]}}}', '1', 'INPUT_INVALID'],
  ['too large', `{"i":"1","p":{"u":"/system/info","b":{"json":{"x":"${'气'.repeat(MAX_CALL_BYTES / 3)}"}}}}`, '1', 'CALL_TOO_LARGE'],
])('%s is answered and the next call is served', async (_name, message, id, code) => {
  const line = openLine();
  const answer = await line.ask(message);
  expect(answer.i).toBe(id);
  expect(answer.p.b.json.code).toBe(code);
  expect((await line.ask(good('2'))).p.b.json).toEqual(info);
});

test('the dispatcher learns of a sender and of its end', () => {
  const line = openLine();
  expect(line.connected).toEqual(['script']);
  line.close();
  expect(line.connected).toEqual(['script', 'gone']);
});
