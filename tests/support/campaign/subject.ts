// What the fault campaign needs to know of a capability: how to stage a call, what the simulator's own truth says of its end, and what must work after it.
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { SimulatorModule } from '../../../drivers/kit/simulator.ts';
import type { MemoryLine } from '../../../drivers/kit/testing/line.ts';
import type { ManualTimers } from '../../../drivers/kit/testing/timers.ts';
import type { Timers, Transport } from '../../../drivers/kit/transport.ts';
import type { FaultCode } from '../../../src/shared/domain/fault.ts';
import type { LineFault } from './faults.ts';

export type Options = Readonly<Record<string, string | number | boolean>>;

/** How a call ended: with a value, or with the code of a Fault. */
export type End = { readonly value: unknown } | FaultCode;

/** A driver on a line with its simulated device on the other end. */
export interface Stage<Device> {
  readonly timers: ManualTimers;
  readonly device: Device;
  /** The driver's and the device's. */
  readonly options: Options;
  /** The driver as it is open now; opened anew after it was closed, lost its line or was killed. */
  open(): OpenDevice;
  line(): MemoryLine;
  /** Lets time pass until the call ends; throws when it is still open after the capability's deadline. */
  endOf(call: Promise<unknown>): Promise<End>;
}

export interface Call {
  /** The call that the fault will meet. */
  run(): Promise<unknown>;
  /** Returns what is wrong with how it ended, by the simulator's own truth; null when nothing is. `fault` is null on a good line. */
  judge(end: End, fault: LineFault | null): string | null;
  /** Once the line is well and at rest: returns what does not work that should; null when all does. */
  recover(): Promise<string | null>;
}

export interface Subject<Device extends { attach(line: Transport): void; detach(): void }> {
  readonly name: string;
  /** Longest that any call may take, ms. */
  readonly deadlineMs: number;
  readonly tasks: readonly string[];
  /** Returns the device, or null when this simulator has none of the kind. */
  create(simulator: SimulatorModule, options: { readonly timers: Timers; readonly options: Options }): Device | null;
  stage(task: string, stage: Stage<Device>, simulator: SimulatorModule): Promise<Call>;
}

/** Faults of a line, of a driver that was closed and of its process: what any call may end with when only these are at fault. */
export const LINE_ENDS: ReadonlySet<string> = new Set<FaultCode>([
  'FRAME_SUM',
  'FRAME_SHORT',
  'FRAME_SLOT',
  'FRAME_UNEXPECTED',
  'FRAME_SEQUENCE',
  'DEVICE_NO_ANSWER',
  'DEVICE_TIMEOUT',
  'DEVICE_OFFLINE',
  'PORT_FAILED',
  'PORT_MISSING',
  'DEVICE_PROCESS_LOST',
]);

/** Faults that damage bytes where a protocol without check sums cannot see it. */
export function isUnseenWithoutSum(fault: LineFault | null): boolean {
  return fault !== null && ['corrupted', 'byte lost', 'garbage before', 'garbage after', 'cut'].includes(fault.kind);
}

/** Returns the face of the device that the capability needs. */
export function face<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the driver opened nothing of this kind');
  return value;
}

export function show(end: End): string {
  return typeof end === 'string' ? end : JSON.stringify(end.value ?? 'done');
}
