// A device on the network that sends nothing more is known to be gone in less than 2 s; one that is only slow is not.
import { expect, test } from 'vitest';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { ASK_EVERY_MS, isSilence, unlessSilent } from './liveness.ts';

const ANSWER = { state: 'ready' };

function setUp() {
  const timers = createManualTimers();
  const received = { bytes: 10 };
  const question = Promise.withResolvers<typeof ANSWER>();
  const asked = unlessSilent(question.promise, { received, timers });
  asked.catch(() => {});
  /** How it ended, and after how long; null when it has not within `ms`. */
  async function endWithin(ms: number) {
    let end: unknown = null;
    asked.then(
      (value) => {
        end = value;
      },
      (error) => {
        end = { fault: error, afterMs: timers.now() };
      },
    );
    await timers.advance(ms);
    return end;
  }
  const hear = () => {
    received.bytes += 1;
  };
  return { timers, received, question, endWithin, hear };
}

test('no byte, no answer: gone, so soon that with the pause before it less than 2 s pass', async () => {
  const { endWithin } = setUp();
  const end = (await endWithin(60_000)) as { readonly fault: Fault; readonly afterMs: number };
  expect(end.fault).toMatchObject({ code: 'DEVICE_NO_ANSWER', context: { reason: 'silent' } });
  expect(isSilence(end.fault)).toBe(true);
  expect(ASK_EVERY_MS + end.afterMs).toBeLessThan(2_000);
});

test('an answer that takes a while counts as long as bytes come; when they stop it is gone in less than 2 s', async () => {
  const { timers, hear, endWithin } = setUp();
  for (let bytes = 0; bytes < 10; bytes += 1) timers.setTimeout(hear, bytes * 600);
  expect(await endWithin(5_400)).toBe(null);
  const stoppedMs = timers.now();
  const end = (await endWithin(60_000)) as { readonly fault: Fault; readonly afterMs: number };
  expect(isSilence(end.fault)).toBe(true);
  expect(end.afterMs - stoppedMs).toBeLessThan(1_500);
});

test('an answer is handed on, however late, where bytes came', async () => {
  const { timers, hear, question, endWithin } = setUp();
  for (const atMs of [800, 1_600]) timers.setTimeout(hear, atMs);
  timers.setTimeout(() => question.resolve(ANSWER), 2_000);
  expect(await endWithin(3_000)).toBe(ANSWER);
});

test.each([
  ['no answer and no byte', 'PRINTER_NO_ANSWER', 0, true],
  ['no answer, but bytes', 'PRINTER_NO_ANSWER', 1, false],
  ['a fault that the device has told', 'FRAME_SUM', 1, false],
  ['a line that is gone', 'PORT_MISSING', 0, false],
] as const)('a driver that gives up by itself: %s', async (_name, code, bytes, silent) => {
  const { received, question, endWithin } = setUp();
  received.bytes += bytes;
  question.reject(new Fault(code));
  const end = (await endWithin(10)) as { readonly fault: Fault };
  expect(isSilence(end.fault)).toBe(silent);
  if (!silent) expect(end.fault.code).toBe(code);
});
