// Conformance of a reading head: what every driver keeps, whatever the protocol. No disturbance of the line may ever give a wrong reading.
import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import type { MeterReading, MeterTotal } from '../reading-head.ts';
import type { SimulatedMeter } from '../simulator.ts';
import { corrupt, cut, delay, drop, type Mishap, replace, split } from '../testing/line.ts';
import { atWrite, type DriverUnderTest, driverIdOf, type End, LINE_FAULTS, LONG_MS, openDriver, optionsOf } from './bench.ts';

const CLOCK = '2026-11-21T08:30:59';

/** Returns the simulator's two sample meters; whatever the protocol, a meter counts kilowatt-hours or cubic metres. */
function samplesOf({ simulator }: DriverUnderTest) {
  if (!simulator.sampleMeters) throw new Error('simulator.ts has no sampleMeters');
  const [first, second] = simulator.sampleMeters;
  /** Returns the total of so many whole kilowatt-hours or cubic metres and so many hundredths. */
  const totalOf = ({ whole, hundredths }: { readonly whole: number; readonly hundredths: number }): MeterTotal => {
    const thousandths = whole * 1_000 + hundredths * 10;
    return first.total.unit === 'litre' ? { unit: 'litre', litres: thousandths } : { unit: 'watt-hour', wattHours: thousandths };
  };
  return { addresses: [first.meterAddress, second.meterAddress] as const, totalOf };
}

async function setUp(underTest: DriverUnderTest, options: DriverUnderTest['options'] = {}) {
  const bench = await openDriver({ ...underTest, options: { ...underTest.options, ...options } });
  const head = bench.open.readingHead;
  const meters = underTest.simulator.createReadingHead?.({
    timers: bench.timers,
    options: optionsOf(underTest),
  });
  if (!head || !meters) throw new Error('no reading head, or simulator.ts has no createReadingHead');
  meters.attach(bench.line.device);
  const {
    addresses: [meterAddress],
    totalOf,
  } = samplesOf(underTest);
  const meter: SimulatedMeter = { meterAddress, total: totalOf({ whole: 1_234, hundredths: 56 }), clock: CLOCK, flags: [] };
  meters.putMeter(meter);
  const read = (address: string = meterAddress, signal = new AbortController().signal) => head.read(address, signal);
  return { ...bench, head, meters, meter, read };
}

/** Declares the tests of a reading head's driver; its simulator answers for the two meters. */
export function readingHeadConformance(underTest: DriverUnderTest): void {
  const {
    addresses: [ADDRESS, OTHER],
    totalOf,
  } = samplesOf(underTest);

  /** Reads once without retries with a mishap at one of the meter's answers. */
  async function readWith(answer: number, mishap: Mishap): Promise<End<MeterReading>> {
    const { line, endOf, read, timers } = await setUp(underTest, { readRetries: 0 });
    line.toHost.next(...atWrite(answer, mishap));
    const startMs = timers.now();
    const end = await endOf(read());
    expect(timers.now() - startMs).toBeLessThanOrEqual(LONG_MS);
    return end;
  }

  /** A reading without mishap, and the answers it was made of. */
  async function cleanRead() {
    const { line, run, read } = await setUp(underTest);
    const reading = await run(read());
    return { reading, answers: line.toHost.sent };
  }

  function expectRightOrFault(end: End<MeterReading>, reading: MeterReading): void {
    if (typeof end === 'string') expect(LINE_FAULTS).toContain(end);
    else expect(end.value).toEqual(reading);
  }

  describe(`${driverIdOf(underTest)} as a reading head`, () => {
    test('reads the meter that is asked for, and any when it is alone', async () => {
      const { run, read, meters, meter } = await setUp(underTest);
      for (const address of [ADDRESS, 'any']) {
        expect(await run(read(address))).toMatchObject({ meterAddress: ADDRESS, total: meter.total, clock: CLOCK });
      }
      const total = totalOf({ whole: 7, hundredths: 0 });
      meters.putMeter({ meterAddress: OTHER, total, clock: null, flags: [] });
      expect(await run(read(OTHER))).toMatchObject({ meterAddress: OTHER, total, clock: null });
      expect(await run(read(ADDRESS))).toMatchObject({ meterAddress: ADDRESS, total: meter.total });
    });

    test('every total comes out to the last digit', async () => {
      const { run, read, meter } = await setUp(underTest);
      for (const whole of [0, 1, 9, 10, 99_999, 123_456, 799_999]) {
        for (const hundredths of [0, 1, 10, 29, 57, 99]) {
          meter.total = totalOf({ whole, hundredths });
          expect((await run(read())).total).toEqual(meter.total);
        }
      }
    });

    test('a meter that is not there is not there, whoever else is', async () => {
      const { endOf, read } = await setUp(underTest);
      expect(await endOf(read(OTHER))).toBe('DEVICE_NO_ANSWER');
    });

    test('an address of no meter is refused before a byte leaves', async () => {
      const { endOf, read, line } = await setUp(underTest);
      for (const address of ['', '?', 'ANY METER', `${ADDRESS}!`]) expect(await endOf(read(address))).toBe('INPUT_INVALID');
      expect(line.toDevice.sent).toEqual([]);
    });

    test.each<['silent' | 'wrong-sum' | 'cut' | 'other-address' | 'rejects', FaultCode]>([
      ['silent', 'DEVICE_NO_ANSWER'],
      ['wrong-sum', 'FRAME_SUM'],
      ['cut', 'FRAME_SHORT'],
      ['other-address', 'FRAME_UNEXPECTED'],
      ['rejects', 'DEVICE_REJECTED'],
    ])('a meter that is %s gives %s, and reads again afterwards', async (trouble, code) => {
      const { endOf, run, read, meters, meter } = await setUp(underTest);
      meters.setTrouble(trouble);
      expect(await endOf(read())).toBe(code);
      meters.setTrouble('none');
      expect((await run(read())).total).toEqual(meter.total);
    });

    test('every single wrong bit of every answer: the same reading or a fault', async () => {
      const { reading, answers } = await cleanRead();
      for (const [index, answer] of answers.entries()) {
        for (let bit = 0; bit < answer.length * 8; bit += 1) {
          expectRightOrFault(await readWith(index, corrupt(bit >> 3, 1 << (bit & 7))), reading);
        }
      }
    });

    test('every answer cut at every byte: the same reading or a fault', async () => {
      const { reading, answers } = await cleanRead();
      for (const [index, answer] of answers.entries()) {
        for (let length = 0; length < answer.length; length += 1) expectRightOrFault(await readWith(index, cut(length)), reading);
      }
    });

    test('every answer doubled, late, in pieces or lost once: the retry brings the same reading', async () => {
      const { reading, answers } = await cleanRead();
      const twice = replace((bytes) => Uint8Array.from([...bytes, ...bytes]));
      for (let index = 0; index < answers.length; index += 1) {
        for (const mishap of [drop, corrupt(5), twice, delay(5_000), split({ size: 1, pauseMs: 30 })]) {
          const { line, run, read, timers } = await setUp(underTest);
          line.toHost.next(...atWrite(index, mishap));
          expect(await run(read())).toEqual(reading);
          await timers.advance(LONG_MS);
          expect(await run(read())).toEqual(reading);
        }
      }
    });

    test('an echo of all that is sent is passed over', async () => {
      const { line, run, read, meter } = await setUp(underTest);
      line.device.onData((chunk) => void line.device.write(chunk));
      expect((await run(read('any'))).total).toEqual(meter.total);
    });

    test('an abort ends the read at once with its reason; the next read works', async () => {
      const { timers, run, endOf, read, meters, meter } = await setUp(underTest);
      meters.setTrouble('silent');
      const abort = new AbortController();
      const reading = read(ADDRESS, abort.signal);
      reading.catch(() => {});
      await timers.advance(10);
      abort.abort(new Fault('DEVICE_LEASE_LOST'));
      const abortedMs = timers.now();
      expect(await endOf(reading)).toBe('DEVICE_LEASE_LOST');
      expect(timers.now()).toBe(abortedMs);
      expect(await endOf(read(ADDRESS, abort.signal))).toBe('DEVICE_LEASE_LOST');
      meters.setTrouble('none');
      expect((await run(read())).total).toEqual(meter.total);
    });

    test('two reads at once take turns', async () => {
      const { run, read, meters } = await setUp(underTest);
      meters.putMeter({ meterAddress: OTHER, total: totalOf({ whole: 7, hundredths: 0 }), clock: null, flags: [] });
      const both = await run(Promise.all([read(ADDRESS), read(OTHER)]));
      expect(both.map(({ meterAddress }) => meterAddress)).toEqual([ADDRESS, OTHER]);
    });

    test.each<['lost' | 'closed', FaultCode]>([
      ['lost', 'PORT_FAILED'],
      ['closed', 'DEVICE_OFFLINE'],
    ])('a line that is %s ends the read in flight, every later one, and the probe', async (how, code) => {
      const { timers, line, open, endOf, read, meters } = await setUp(underTest);
      await open.probe();
      meters.setTrouble('silent');
      const reading = read();
      reading.catch(() => {});
      await timers.advance(10);
      if (how === 'lost') line.lose();
      else await open.close();
      expect(await endOf(reading)).toBe(code);
      expect(await endOf(read())).toBe(code);
      expect(await endOf(open.probe())).toBe(code);
    });
  });
}
