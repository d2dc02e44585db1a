// How this counter's devices are set up: its drivers, its settings file, and what support is told about the program.
import { arch, release, type } from 'node:os';
import { dirname } from 'node:path';
import type { DriverManifest } from '../../../drivers/kit/manifest.ts';
import { SLOT_CAPABILITIES } from '../../shared/contract/devices.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { Binding, DeviceSetup, DriverSummary } from '../core/ports/device-setup.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import { scanDrivers } from '../processes/driver-registry.ts';
import type { OutsideDrivers } from '../processes/driver-trust.ts';
import { outsideDriversOf, type Settings, settingsSchema } from './settings.ts';
import { loadSettings, saveSettings } from './settings-file.ts';

export interface DeviceSetupOptions {
  readonly settingsFile: string;
  readonly driverRoots: readonly string[];
  readonly version: string;
  /** Whose drivers from outside headquarters allows. */
  allowedKeys(): readonly string[];
  logLines(): readonly string[];
}

/** Returns the setup of the counter whose settings file this is. */
export function createDeviceSetup(options: DeviceSetupOptions): DeviceSetup {
  const { settingsFile, driverRoots, version } = options;
  const scan = () => scanDrivers(driverRoots, outside());
  function settings(): Settings | Fault {
    try {
      return loadSettings(settingsFile);
    } catch (error) {
      return asFault(error);
    }
  }
  /** A slip in the settings hides the drivers from outside, no others. */
  function outside(): OutsideDrivers {
    const current = settings();
    return current instanceof Fault
      ? { roots: [], keys: [] }
      : outsideDriversOf(current, { dataDir: dirname(settingsFile), allowedKeys: options.allowedKeys() });
  }
  return {
    drivers() {
      const { drivers, broken } = scan();
      return { drivers: [...drivers.values()].map(({ manifest }) => summaryOf(manifest)), broken };
    },
    bind(slot, binding) {
      const current = loadSettings(settingsFile);
      const { [slot]: _, ...others } = current.devices;
      if (binding !== null) checkBinding(slot, binding, scan().drivers.get(binding.driver)?.manifest);
      const bound = binding === null ? {} : { [slot]: { ...binding, options: { ...binding.options } } };
      saveSettings(settingsFile, settingsSchema.parse({ ...current, devices: { ...others, ...bound } }));
    },
    bindings() {
      const current = settings();
      return current instanceof Fault ? {} : current.devices;
    },
    settings() {
      const current = settings();
      return current instanceof Fault ? { fault: current.toData() } : current;
    },
    logLines: options.logLines,
    versions: () => ({
      countertop: version,
      node: process.versions.node,
      ...(process.versions.electron === undefined ? {} : { electron: process.versions.electron }),
      system: `${type()} ${release()} ${arch()}`,
    }),
  };
}

function summaryOf({ id, vendor, models, capabilities, transports, options }: DriverManifest): DriverSummary {
  return { id, vendor, models, capabilities, transports: Object.keys(transports), options };
}

/** Throws DRIVER_UNKNOWN, or SETTINGS_INVALID naming the field where the driver cannot serve the slot that way. */
function checkBinding(slot: DeviceSlot, { driver, transport, options }: Binding, manifest: DriverManifest | undefined): void {
  if (manifest === undefined) throw new Fault('DRIVER_UNKNOWN', { driver });
  const wrong = (field: string, reason: string) => new Fault('SETTINGS_INVALID', { field: `devices.${slot}.${field}`, reason, driver });
  if (!manifest.capabilities.includes(SLOT_CAPABILITIES[slot])) throw wrong('driver', `is no ${SLOT_CAPABILITIES[slot]}`);
  const kinds = Object.keys(manifest.transports);
  // A serial device behind a serial-to-network box needs nothing from its driver; `auto` takes what the fingerprints find.
  const speaks =
    kinds.includes(transport.kind) ||
    (transport.kind === 'tcp' && kinds.includes('serial')) ||
    (transport.kind === 'auto' && manifest.fingerprints.length > 0);
  if (!speaks) throw wrong('transport.kind', `the driver does not speak over ${transport.kind}`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(manifest.options, name));
  if (unknown !== undefined) throw wrong(`options.${unknown}`, 'the driver has no such option');
}
