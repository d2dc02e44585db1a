// Conformance of a dock, second half: a bad line. However bytes are cut, damaged, lost, doubled or late, nobody believes what is not so.
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../src/shared/domain/fault.ts';
import { identifyFile } from '../dock-files.ts';
import type { DockFile, DockReceiveResult, DockSendResult } from '../meter-dock.ts';
import { delay, drop, type Mishap } from '../testing/line.ts';
import { LINE_FAULTS } from './bench.ts';
import { type DockUnderTest, dockBytes, type LineDockBench, openLineDock, seededRandom, TRAVEL_MS } from './dock-bench.ts';

type Way = 'send' | 'receive';
type Lane = 'toHost' | 'toDevice';
interface Ends {
  readonly sent: DockSendResult;
  readonly got: DockReceiveResult;
}

/** Up to so many bytes of a message are all tried, of a longer one so many places drawn from the seed and both ends. */
const ALL_BYTES = 16;
const DRAWN_BYTES = 5;
const SEED = 20_261_121;
/** Longer than any transfer may drag on whose other side is dead, ms. */
const DEADLINE_MS = 300_000;
/** Until both sides have forgotten an accident and what was late has come, ms. */
const REST_MS = 60_000;
/** The line is gone for a handheld that was taken out of the dock. */
const TRANSFER_FAULTS: ReadonlySet<FaultCode> = new Set<FaultCode>([...LINE_FAULTS, 'DEVICE_CANCELLED', 'PORT_MISSING']);
/** Control bytes of the protocols among them. */
const NOISE = Uint8Array.of(0x00, 0xff, 0x55, 0x06, 0x15, 0x41, 0x01, 0x18, 0x43);

const travel = delay(TRAVEL_MS);
const at = (index: number, mishap: Mishap): Mishap[] => [...new Array<Mishap>(index).fill(travel), mishap];
const arriving =
  (change: (bytes: Uint8Array) => readonly number[], delayMs = TRAVEL_MS): Mishap =>
  (bytes) => [{ bytes: Uint8Array.from(change(bytes)), delayMs }];

/** What can befall the byte at `place` of a message. */
function mishapsAt(place: number): readonly (readonly [string, Mishap])[] {
  return [
    ['cut there', arriving((bytes) => [...bytes.slice(0, place)])],
    ['damaged', arriving((bytes) => [...bytes].map((byte, index) => (index === place ? byte ^ 0xff : byte)))],
    ['one bit damaged', arriving((bytes) => [...bytes].map((byte, index) => (index === place ? byte ^ 0x04 : byte)))],
    ['lost', arriving((bytes) => [...bytes].filter((_, index) => index !== place))],
    ['doubled', arriving((bytes) => [...bytes].flatMap((byte, index) => (index === place ? [byte, byte] : [byte])))],
    ...[300, 4_000].map((pauseMs): [string, Mishap] => [
      `late by ${pauseMs} ms`,
      (bytes) => [
        { bytes: bytes.slice(0, place), delayMs: TRAVEL_MS },
        { bytes: bytes.slice(place), delayMs: TRAVEL_MS + pauseMs },
      ],
    ]),
  ];
}

/** What can befall a whole message. */
const WHOLE: readonly (readonly [string, Mishap])[] = [
  ['all of it lost', drop],
  ['sent twice', arriving((bytes) => [...bytes, ...bytes])],
  ['noise in front', arriving((bytes) => [...NOISE, ...bytes])],
  ['noise behind', arriving((bytes) => [...bytes, ...NOISE])],
  ['very late', delay(25_000)],
];

/** Declares the tests of the bad line; meterDockConformance calls it. */
export function dockOverBadLine(underTest: DockUnderTest): void {
  const { single = false, outgoingName = (name) => name, incomingName = (name) => name } = underTest;
  const nameOf = (way: Way) => (way === 'send' ? outgoingName : incomingName);
  const filesOf = (way: Way): readonly DockFile[] =>
    (single ? [1_400] : [300, 1_400]).map((size, index) => ({ name: nameOf(way)(`f${index}.csv`), data: dockBytes(size) }));

  const openBench = () => openLineDock(underTest);

  /** One transfer; `hooks` are called on the counter's progress. */
  function transfer(bench: LineDockBench, way: Way, how: { readonly files?: readonly DockFile[] } & Partial<Control> = {}): Promise<Ends> {
    const { files = filesOf(way), ...control } = how;
    const both =
      way === 'send'
        ? Promise.all([bench.dock.send(files, control), bench.handheld.receive()]).then(([sent, got]) => ({ sent, got }))
        : Promise.all([bench.handheld.send(files), bench.dock.receive(control)]).then(([sent, got]) => ({ sent, got }));
    return bench.timers.settle(both, DEADLINE_MS);
  }
  type Control = NonNullable<Parameters<LineDockBench['dock']['send']>[1]>;

  /** No wrong success, whatever happened: what one side believes, the other knows. */
  function expectHonest({ sent, got }: Ends, files: readonly DockFile[], what: string): void {
    const wanted = files.map((file) => identifyFile(file).sha256);
    const arrived = got.files.map(({ sha256 }) => sha256);
    expect(arrived, what).toEqual(wanted.slice(0, arrived.length));
    expect(
      got.files.map(({ name, data }) => identifyFile({ name, data }).sha256),
      what,
    ).toEqual(arrived);
    expect(got.repeated, what).toEqual([]);
    for (const [index, { state }] of sent.files.entries()) {
      if (state === 'acknowledged') expect(index, what).toBeLessThan(arrived.length);
      if (state === 'unsent') expect(index, what).toBeGreaterThanOrEqual(arrived.length);
    }
    for (const { fault } of [sent, got]) {
      if (fault === null) expect(arrived.length, what).toBe(wanted.length);
      else expect(TRANSFER_FAULTS, what).toContain(fault.code);
    }
  }

  /** The line is as good as new: the next transfer comes through. */
  async function expectUsable(bench: LineDockBench, way: Way, what: string): Promise<void> {
    for (const lane of [bench.line.toHost, bench.line.toDevice]) {
      lane.next();
      lane.always(travel);
    }
    await bench.timers.advance(REST_MS);
    const files = [{ name: nameOf(way)('next.csv'), data: dockBytes(2_000) }];
    const { sent, got } = await transfer(bench, way, { files });
    expect([sent.fault, got.fault, got.files[0]?.sizeBytes], what).toEqual([null, null, 2_000]);
  }

  /** The messages of a transfer on a good line. */
  async function messagesOf(way: Way, lane: Lane): Promise<readonly Uint8Array[]> {
    const bench = await openBench();
    const { sent, got } = await transfer(bench, way);
    expect([sent.fault, got.fault]).toEqual([null, null]);
    return bench.line[lane].sent;
  }

  const random = seededRandom(SEED);
  function placesIn(length: number): readonly number[] {
    if (length <= ALL_BYTES) return Array.from({ length }, (_, index) => index);
    const drawn = Array.from({ length: DRAWN_BYTES }, () => Math.floor(random() * length));
    return [...new Set([0, 1, 2, 3, length - 3, length - 2, length - 1, ...drawn])].sort((one, other) => one - other);
  }

  describe.each<Way>(['send', 'receive'])('%s on a bad line', (way) => {
    test.each<Lane>(['toDevice', 'toHost'])(
      `bytes damaged, lost, doubled, late, one accident each, %s (seed ${SEED})`,
      async (lane) => {
        let cases = 0;
        let whole = 0;
        for (const [index, message] of (await messagesOf(way, lane)).entries()) {
          const mishaps = [
            ...WHOLE,
            ...placesIn(message.length).flatMap((place) =>
              mishapsAt(place).map(([name, mishap]) => [`byte ${place} ${name}`, mishap] as const),
            ),
          ];
          for (const [name, mishap] of mishaps) {
            const what = `${name}, message ${index} ${lane}`;
            const bench = await openBench();
            bench.line[lane].next(...at(index, mishap));
            const files = filesOf(way);
            const ends = await transfer(bench, way);
            expectHonest(ends, files, what);
            cases += 1;
            if (ends.sent.fault === null && ends.got.fault === null) whole += 1;
            else await expectUsable(bench, way, what);
          }
        }
        // One accident is what the protocol is for: nearly all transfers come through.
        expect(cases).toBeGreaterThan(50);
        expect(whole / cases).toBeGreaterThan(0.9);
      },
      120_000,
    );

    test('a line that falls silent at any message ends in a fault on both sides, within the deadline', async () => {
      for (const lane of ['toDevice', 'toHost'] as const) {
        const { length } = await messagesOf(way, lane);
        for (let index = 0; index < length; index += 1) {
          const bench = await openBench();
          bench.line[lane].next(...at(index, drop));
          bench.line[lane].always(drop);
          const ends = await transfer(bench, way);
          expectHonest(ends, filesOf(way), `silent from message ${index} ${lane}`);
          await expectUsable(bench, way, `silent from message ${index} ${lane}`);
        }
      }
    }, 120_000);

    test('noise before anybody is ready, and after the end, is nobody’s file', async () => {
      const bench = await openBench();
      await bench.line.device.write(NOISE);
      await bench.timers.advance(100);
      const noisy = bench.timers.setTimeout(() => {
        void bench.line.device.write(NOISE.slice(0, 4));
        void bench.line.host.write(NOISE.slice(0, 4));
      }, 5);
      const ends = await transfer(bench, way);
      bench.timers.clearTimeout(noisy);
      expectHonest(ends, filesOf(way), 'noise in front');
      await bench.line.device.write(NOISE);
      await bench.timers.advance(100);
      await expectUsable(bench, way, 'noise behind');
    });

    test.each(['counter', 'device'] as const)(
      'a cancel by the %s at every block ends both sides, and the next transfer is whole',
      async (by) => {
        const counted = await openBench();
        let steps = 0;
        await transfer(counted, way, {
          onProgress: () => {
            steps += 1;
          },
        });
        expect(steps).toBeGreaterThan(2);
        for (let step = 1; step <= steps; step += 1) {
          const bench = await openBench();
          const stop = new AbortController();
          let passed = 0;
          const ends = await transfer(bench, way, {
            signal: stop.signal,
            onProgress() {
              passed += 1;
              if (passed !== step) return;
              if (by === 'counter') stop.abort();
              else bench.handheld.cancel();
            },
          });
          expectHonest(ends, filesOf(way), `cancelled at step ${step}`);
          const counter = way === 'send' ? ends.sent.fault : ends.got.fault;
          if (counter !== null) expect(counter).toEqual({ code: 'DEVICE_CANCELLED', context: { by } });
          await expectUsable(bench, way, `cancelled at step ${step}`);
        }
      },
    );

    if (!single)
      test('a batch that breaks off at every block is resumed with what was whole: nothing lost, nothing twice', async () => {
        const files = filesOf(way);
        const counted = await openBench();
        let steps = 0;
        await transfer(counted, way, {
          onProgress: () => {
            steps += 1;
          },
        });
        for (let step = 1; step <= steps; step += 1) {
          const bench = await openBench();
          let passed = 0;
          const broken = await transfer(bench, way, {
            onProgress() {
              passed += 1;
              if (passed === step) bench.handheld.detach();
            },
          });
          expectHonest(broken, files, `out of the dock at step ${step}`);
          bench.handheld.attach(bench.line.device);
          await bench.timers.advance(REST_MS);
          const whole = way === 'send' ? broken.sent.files.filter(({ state }) => state === 'acknowledged') : broken.got.files;
          const rest = await transfer(bench, way, { whole });
          expect(way === 'send' ? rest.sent.fault : rest.got.fault, `step ${step}`).toBeNull();
          if (way === 'receive') {
            expect([...broken.got.files, ...rest.got.files].map(({ name }) => name)).toEqual(files.map(({ name }) => name));
            expect(rest.got.repeated.map(({ name }) => name)).toEqual(whole.map(({ name }) => name));
          } else {
            expect([...bench.held].map(([name, data]) => identifyFile({ name, data }))).toEqual(files.map(identifyFile));
          }
        }
      });
  });

  test('a handshake with nobody there, or among noise, finds nobody', async () => {
    const bench = await openBench();
    const { signal } = new AbortController();
    expect(await bench.run(bench.dock.handshake(signal))).toBe('silent');
    bench.line.toDevice.always((bytes) => {
      void bench.line.device.write(Uint8Array.from(Buffer.from('COUNTER COLD START\r\n')));
      return [{ bytes, delayMs: TRAVEL_MS }];
    });
    bench.timers.setTimeout(() => void bench.line.device.write(NOISE), 100);
    expect(await bench.run(bench.dock.handshake(signal))).toBe('silent');
  });

  test('a handshake on a line that echoes does not hear itself', async () => {
    const bench = await openBench();
    bench.line.device.onData((chunk) => void bench.line.device.write(chunk));
    expect(await bench.run(bench.dock.handshake(new AbortController().signal))).toBe('silent');
  });
}
