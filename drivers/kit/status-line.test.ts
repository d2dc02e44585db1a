// The line of a printer that is asked for its status: whatever the line does to the answers, an old one never passes for the state of now.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/shared/domain/fault.ts';
import { statusRequest } from './dle-eot.ts';
import { createStatusLine } from './status-line.ts';
import { createMemoryLine } from './testing/line.ts';
import { createManualTimers } from './testing/timers.ts';

const TIMEOUT_MS = 1_000;
const WELL = 0x12;

/** A printer whose answers carry the moment at which it gave them: four of the bits of a status byte are free for it here. */
function setUp() {
  const timers = createManualTimers();
  const wire = createMemoryLine(timers);
  const others: number[] = [];
  const line = createStatusLine(
    { transport: wire.host, timers, trace: () => {} },
    {
      oneWay: false,
      statusTimeoutMs: TIMEOUT_MS,
      other(byte) {
        others.push(byte);
        return byte < 0x10;
      },
    },
  );
  const codeOf = (promise: Promise<unknown>) =>
    timers.settle(
      promise.then(
        () => 'answered',
        (error: unknown) => (error instanceof Fault ? error.code : 'thrown'),
      ),
    );
  return { timers, wire, line, others, codeOf };
}

/** The status byte number `n` of 32: bits 2, 3, 5 and 6 are free, and the kind of the question gives one more. */
const mark = (n: number) => WELL | ((n & 3) << 2) | ((n & 12) << 3);

describe('an answer', () => {
  test('belongs to the question before it on a good line: one question, one answer', async () => {
    const { timers, wire, line } = setUp();
    wire.device.onData((chunk) => void wire.device.write(Uint8Array.of(mark(chunk[2] ?? 0))));
    for (const kind of [1, 2, 3, 4] as const) expect(await timers.settle(line.ask(kind))).toBe(mark(kind));
    expect(wire.toDevice.sent).toEqual([1, 2, 3, 4].map((kind) => statusRequest(kind as 1)));
  });

  test('that never came costs a second question each time, until nothing was asked for long', async () => {
    const { timers, wire, line, codeOf } = setUp();
    let silent = true;
    wire.device.onData(() => void (silent ? undefined : wire.device.write(Uint8Array.of(WELL))));
    expect(await codeOf(line.ask(1))).toBe('PRINTER_NO_ANSWER');
    silent = false;
    await timers.settle(line.ask(1));
    await timers.settle(line.ask(1));
    expect(wire.toDevice.sent.length).toBe(1 + 2 + 2);
    await timers.advance(30_000);
    await timers.settle(line.ask(1));
    expect(wire.toDevice.sent.length).toBe(1 + 2 + 2 + 1);
  });

  test('that never came many times costs a pause once', async () => {
    const { timers, wire, line, codeOf } = setUp();
    let silent = true;
    wire.device.onData(() => void (silent ? undefined : wire.device.write(Uint8Array.of(WELL))));
    for (let count = 0; count < 17; count += 1) expect(await codeOf(line.ask(1))).toBe('PRINTER_NO_ANSWER');
    silent = false;
    const startMs = timers.now();
    for (let count = 0; count < 4; count += 1) await timers.settle(line.ask(1));
    expect(timers.now() - startMs).toBe(3 * TIMEOUT_MS);
    expect(wire.toDevice.sent.length).toBe(17 + 4);
  });

  test('is never taken from before the question, however late the answers come', async () => {
    await fc.assert(
      fc.asyncProperty(
        // How long the line takes for each answer more than for the one before, whether it loses it, and how long the caller waits between questions.
        fc.array(
          fc.record({ extraMs: fc.integer({ min: -2_000, max: 2_000 }), lost: fc.boolean(), restMs: fc.integer({ min: 0, max: 3_000 }) }),
          {
            minLength: 4,
            maxLength: 16,
          },
        ),
        async (plan) => {
          const { timers, wire, line } = setUp();
          const askedAtMs: number[] = [];
          let lateMs = 0;
          let lastArrivalMs = 0;
          let count = 0;
          wire.device.onData(() => {
            const step = plan[count % plan.length];
            askedAtMs.push(timers.now());
            const answer = mark(count & 15);
            count += 1;
            lateMs = Math.max(0, lateMs + (step?.extraMs ?? 0));
            // A line keeps the order.
            lastArrivalMs = Math.max(lastArrivalMs, timers.now() + lateMs);
            if (!step?.lost) timers.setTimeout(() => void wire.device.write(Uint8Array.of(answer)), lastArrivalMs - timers.now());
          });
          for (const { restMs } of plan) {
            const firstOwn = count;
            const byte = await timers.settle(line.ask(4)).catch(() => null);
            if (byte !== null) {
              // The answers of this series of questions, by the marks that the printer gave them.
              const own = Array.from({ length: count - firstOwn }, (_, index) => mark((firstOwn + index) & 15));
              expect(own).toContain(byte);
            }
            await timers.advance(restMs);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('bytes that are no status go elsewhere, and alone are no answer', async () => {
  const { wire, line, others, codeOf } = setUp();
  wire.device.onData(() => void wire.device.write(Uint8Array.of(0x0c, 0x93)));
  expect(await codeOf(line.ask(1))).toBe('FRAME_UNEXPECTED');
  expect(others).toEqual([0x0c, 0x93]);
});

test('a question under way, a pause and every later call end with the line', async () => {
  const { wire, line, codeOf } = setUp();
  const ends = [codeOf(line.ask(1)), codeOf(line.pause(60_000))];
  wire.lose();
  expect(await Promise.all(ends)).toEqual(['PORT_FAILED', 'PORT_FAILED']);
  for (const call of [() => line.status(), () => line.probe(), () => line.pause(1), () => line.send(Uint8Array.of(1), 'one byte')])
    expect(await codeOf(call())).toBe('PORT_FAILED');
});
