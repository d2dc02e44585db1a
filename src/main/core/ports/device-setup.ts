// Port to how this counter's devices are set up: the drivers that are here, the settings file, and what support is told about the program.
import type { z } from 'zod';
import type { bindingSchema, driverSummarySchema, transportSettingsSchema } from '../../../shared/contract/devices.ts';
import type { DeviceSlot } from './devices.ts';

export type DriverSummary = z.infer<typeof driverSummarySchema>;
type TransportSettings = z.input<typeof transportSettingsSchema>;

export interface Binding {
  readonly driver: string;
  readonly transport: TransportSettings;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export interface DeviceSetup {
  /** The drivers below this counter's roots, and the folders that cannot be used with the reason. */
  drivers(): {
    readonly drivers: readonly DriverSummary[];
    readonly broken: readonly { readonly folder: string; readonly reason: string }[];
  };
  /**
   * Writes the slot into the settings file, or takes it out with null; a crash leaves the old file or the new one. Throws DRIVER_UNKNOWN, and
   * SETTINGS_INVALID where the driver cannot serve the slot or does not speak over the transport, or the file is wrong elsewhere.
   */
  bind(slot: DeviceSlot, binding: Binding | null): void;
  /** What the settings bind, by slot; nothing while the file is wrong. */
  bindings(): Readonly<Partial<Record<DeviceSlot, z.output<typeof bindingSchema>>>>;
  /** The settings as they stand, or the reason why they cannot be read; secrets are still in them. */
  settings(): unknown;
  /** The last lines that the counter program wrote to its log, oldest first. */
  logLines(): readonly string[];
  /** Program, runtime and system, by name. */
  versions(): Readonly<Record<string, string>>;
}
