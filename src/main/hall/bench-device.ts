// What the bench knows of a simulated device, whatever it is.
import type { SimulatedCardReader, SimulatorModule } from '../../../drivers/kit/simulator.ts';
import type { Timers, Transport } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { HallAct, HallState } from '../core/ports/hall.ts';
import type { DeviceMemory } from './hall-file.ts';

type ActName = HallAct['act'];
type Hands = { readonly [A in ActName]?: (act: Extract<HallAct, { readonly act: A }>) => void };
type WithoutPlug<V> = V extends unknown ? Omit<V, 'plugged'> : never;

/** A device at the bench: its line comes and goes, and hands act on it. */
export interface BenchDevice {
  attach(line: Transport): void;
  detach(): void;
  /** What a person sees of it; the bench adds the plug. */
  view(): WithoutPlug<HallState['devices'][number]>;
  /** What hands can do with it. A hand throws HALL_REFUSED when that is not possible. */
  readonly hands: Hands;
  /** The reader's own: cards go in and out of it. */
  readonly cardReader?: SimulatedCardReader;
}

/** What a device is given at the bench. */
export interface DeviceBench {
  readonly module: SimulatorModule;
  readonly timers: Timers;
  /** The manifest's options with the settings' overrides. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Time one byte takes in card memory. */
  readonly byteTimeMs: number;
  /** What was remembered of the device when the hall was opened. */
  readonly memory: DeviceMemory;
  remember(change: DeviceMemory): void;
  /** Something changed that no hand did. */
  changed(): void;
}

export function refusal(reason: string, context: Readonly<Record<string, string | number>> = {}): Fault {
  return new Fault('HALL_REFUSED', { reason, ...context });
}

/** Returns one of the choices from what was remembered; the first when it is none of them. */
export function recalled<const T extends string>(value: unknown, choices: readonly [T, ...T[]]): T {
  return choices.find((choice) => choice === value) ?? choices[0];
}
