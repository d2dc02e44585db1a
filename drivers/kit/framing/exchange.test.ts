// Tests of the half-duplex exchange alone.
import { expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import { createMemoryLine } from '../testing/line.ts';
import { createManualTimers } from '../testing/timers.ts';
import { createExchangeLine } from './exchange.ts';
import { createFixedFramer, withSum16 } from './fixed-frame.ts';

const frame = (...data: number[]) => withSum16(Uint8Array.of(0x55, ...data));
/** Frames 55 n 00: the answer to n is n; 55 EE is unsolicited. */
function setUp() {
  const timers = createManualTimers();
  const memory = createMemoryLine(timers);
  const heard: string[] = [];
  let failure: Error | null = null;
  const line = createExchangeLine({
    transport: { ...memory.host, write: (bytes) => (failure ? Promise.reject(failure) : memory.host.write(bytes)) },
    timers,
    framer: createFixedFramer({ frameBytes: 4, isHead: (byte) => byte === 0x55 }),
    interByteMs: 20,
    isUnsolicited: (bytes) => bytes[1] === 0xee,
    trace: (direction, bytes, damage) => heard.push(`${direction} ${bytes[1] ?? '-'}${damage ? ` ${damage}` : ''}`),
  });
  const ask = (n: number) =>
    line.exchange({ frame: frame(n), timeoutMs: 100, judge: (bytes) => (bytes[1] === n ? 'answer' : 'FRAME_UNEXPECTED') });
  const codeOf = (promise: Promise<unknown>): Promise<FaultCode | 'answered'> =>
    timers.settle(
      promise.then(
        () => 'answered' as const,
        (fault: Fault) => fault.code,
      ),
    );
  /** Every write rejects so from now on; null ends it. */
  const fail = (error: Error | null) => {
    failure = error;
  };
  return { timers, memory, line, ask, codeOf, heard, fail };
}

test('the answer ends the exchange', async () => {
  const { timers, memory, ask, heard } = setUp();
  memory.device.onData(() => void memory.device.write(frame(1)));
  expect(await timers.settle(ask(1))).toEqual(frame(1));
  expect(heard).toEqual(['sent 1', 'received 1']);
});

test('an answer of another command is passed over and the true one behind it is taken', async () => {
  const { timers, memory, ask } = setUp();
  memory.device.onData(() => {
    void memory.device.write(frame(9));
    void memory.device.write(frame(0xee));
    void memory.device.write(frame(1));
  });
  expect(await timers.settle(ask(1))).toEqual(frame(1));
});

test.each<[string, Uint8Array, FaultCode]>([
  ['nothing', new Uint8Array(0), 'DEVICE_NO_ANSWER'],
  ['only a frame sent by itself', frame(0xee), 'DEVICE_NO_ANSWER'],
  ['a wrong sum', Uint8Array.of(0x55, 1, 0, 0), 'FRAME_SUM'],
  ['a part', frame(1).slice(0, 3), 'FRAME_SHORT'],
  ['another answer', frame(2), 'FRAME_UNEXPECTED'],
])('%s until the time-out has its own code', async (_name, bytes, code) => {
  const { memory, ask, codeOf } = setUp();
  memory.device.onData(() => void memory.device.write(bytes));
  expect(await codeOf(ask(1))).toBe(code);
});

test('a part is given up when the line falls silent, whether anybody asked or not', async () => {
  const { timers, memory, heard } = setUp();
  void memory.device.write(frame(1).slice(0, 2));
  await timers.advance(19);
  expect(heard).toEqual([]);
  await timers.advance(2);
  expect(heard).toEqual(['received 1 short']);
});

test('a lost line rejects the exchange in flight and every later one', async () => {
  const { timers, memory, ask, codeOf } = setUp();
  const first = ask(1);
  first.catch(() => {});
  await timers.advance(10);
  const lostMs = timers.now();
  memory.lose();
  expect(await codeOf(first)).toBe('PORT_FAILED');
  expect(await codeOf(ask(1))).toBe('PORT_FAILED');
  expect(timers.now()).toBe(lostMs);
});

test('a write that fails rejects its exchange with its own fault, and the next may succeed', async () => {
  const { timers, memory, ask, codeOf, fail } = setUp();
  memory.device.onData(() => void memory.device.write(frame(1)));
  for (const [error, code] of [
    [new Fault('PORT_DENIED'), 'PORT_DENIED'],
    [new Error('EIO'), 'PORT_FAILED'],
  ] as const) {
    fail(error);
    expect(await codeOf(ask(1))).toBe(code);
  }
  expect(timers.now()).toBe(0);
  fail(null);
  expect(await codeOf(ask(1))).toBe('answered');
});

test('closing rejects the exchange in flight', async () => {
  const { timers, line, ask, codeOf } = setUp();
  const first = ask(1);
  first.catch(() => {});
  await timers.advance(10);
  line.close();
  expect(await codeOf(first)).toBe('DEVICE_OFFLINE');
});

test('two exchanges never share the line', async () => {
  const { ask, codeOf } = setUp();
  const first = codeOf(ask(1));
  expect(await codeOf(ask(2))).toBe('DEVICE_BUSY');
  expect(await first).toBe('DEVICE_NO_ANSWER');
});

test('with a limit on silence a long answer is waited for while it comes, and given up when it stops', async () => {
  const { timers, memory, line } = setUp();
  const request = { frame: frame(1), timeoutMs: 10_000, silenceMs: 50, judge: () => 'answer' as const };
  const slow = line.exchange(request);
  for (const byte of frame(1)) {
    await timers.advance(15);
    void memory.device.write(Uint8Array.of(byte));
  }
  expect(await timers.settle(slow)).toEqual(frame(1));
  const startMs = timers.now();
  const stopped = line.exchange(request);
  stopped.catch(() => {});
  await timers.advance(10);
  void memory.device.write(frame(1).slice(0, 2));
  await expect(timers.settle(stopped)).rejects.toMatchObject({ code: 'FRAME_SHORT' });
  expect(timers.now() - startMs).toBe(60);
});
