// Opens the driver under test on a line in memory, as its device process would on a real one.
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import type { Driver } from '../driver.ts';
import { manifestSchema } from '../manifest.ts';
import type { SimulatorModule } from '../simulator.ts';
import { corrupt, createMemoryLine, cut, delay, type Mishap, pass, replace } from '../testing/line.ts';
import { createManualTimers } from '../testing/timers.ts';

type Options = Readonly<Record<string, string | number | boolean>>;

/** What a conformance suite is given: the default export of driver.ts, the parsed manifest.json, and the export of simulator.ts. */
export interface DriverUnderTest {
  readonly driver: Driver;
  readonly manifest: unknown;
  readonly simulator: SimulatorModule;
  /** Options that differ from the manifest's. */
  readonly options?: Options;
}

/** How a call ended: with a value or with the code of a Fault. Anything else that is thrown fails the test. */
export type End<T> = { readonly value: T } | FaultCode;

/** What a read may end with when only the line is at fault. */
export const LINE_FAULTS: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'FRAME_SUM',
  'FRAME_SHORT',
  'FRAME_SLOT',
  'FRAME_UNEXPECTED',
  'FRAME_SEQUENCE',
  'DEVICE_NO_ANSWER',
  'DEVICE_TIMEOUT',
]);

/** Longer than any driver may keep anything to itself, ms. */
export const LONG_MS = 120_000;

/** Returns a mishap plan for the write number `index` from now on, counted from 0. */
export function atWrite(index: number, mishap: Mishap): readonly Mishap[] {
  return [...new Array<Mishap>(index).fill(pass), mishap];
}

/** Returns every wrong copy of a message of `length` bytes: each byte damaged or lost, each length cut, noise around it, twice, late. */
export function mishapsOf(length: number): [string, Mishap][] {
  const noise = Uint8Array.of(0x00, 0xff, 0x55, 0xaa, 0x02);
  const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const each = Array.from({ length }, (_, at): [string, Mishap][] => [
    [`byte ${at} inverted`, corrupt(at)],
    [`bit 0 of byte ${at} flipped`, corrupt(at, 1)],
    [`cut to ${at} bytes`, cut(at)],
    [`byte ${at} lost`, replace((bytes) => bytes.filter((_, index) => index !== at))],
  ]);
  return [
    ...each.flat(),
    ['noise in front', replace((bytes) => join(noise, bytes))],
    ['noise behind', replace((bytes) => join(bytes, noise))],
    ['twice', replace((bytes) => join(bytes, bytes))],
    ['late', delay(LONG_MS / 2)],
  ];
}

/** Returns the id in the manifest; throws when it is no driver's. */
export function driverIdOf(underTest: DriverUnderTest): string {
  return manifestOf(underTest).id;
}

function manifestOf(underTest: DriverUnderTest) {
  const manifest = manifestSchema.parse(underTest.manifest);
  if (manifest.kind !== 'driver') throw new Error(`${manifest.id} is no driver`);
  return manifest;
}

/** Returns the manifest's options with those of the test: what driver and simulator are both programmed with. */
export function optionsOf(underTest: DriverUnderTest): Options {
  return { ...manifestOf(underTest).options, ...underTest.options };
}

/** Returns the driver, open on one end of a line, and the means to let time pass; the caller attaches the simulator to `line.device`. */
export async function openDriver(underTest: DriverUnderTest) {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const traced: Uint8Array[] = [];
  const tracedWays: { readonly direction: 'sent' | 'received'; readonly bytes: Uint8Array }[] = [];
  const open = await underTest.driver.open({
    transport: line.host,
    timers,
    options: optionsOf(underTest),
    trace: (direction, bytes) => {
      traced.push(bytes);
      tracedWays.push({ direction, bytes });
    },
  });
  /** Lets time pass until the call ends. */
  async function endOf<T>(promise: Promise<T>): Promise<End<T>> {
    const end = promise.then(
      (value): End<T> => ({ value }),
      (error: unknown): End<T> => {
        if (error instanceof Fault) return error.code;
        throw error;
      },
    );
    return timers.settle(end);
  }
  /** Lets time pass until the call succeeds. */
  const run = <T>(promise: Promise<T>): Promise<T> => timers.settle(promise);
  return { timers, line, open, traced, tracedWays, endOf, run };
}
