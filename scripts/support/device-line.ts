// A device opened from the terminal without a counter: its driver on its line, with every frame told.
import { join } from 'node:path';
import type { DriverContext, OpenDevice } from '../../drivers/kit/driver.ts';
import type { DriverManifest } from '../../drivers/kit/manifest.ts';
import { recordTranscript, type TranscriptRecorder } from '../../drivers/kit/transcript.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { type TransportSettings, transportSettingsSchema } from '../../src/main/devices/settings.ts';
import { openConnection } from '../../src/main/devices/transports/open.ts';
import { type DriverEntry, scanDrivers } from '../../src/main/processes/driver-registry.ts';
import { Fault } from '../../src/shared/domain/fault.ts';
import { ROOT } from './build.ts';

/** What the command line says about the line. */
export interface LineFlags {
  readonly transport?: string | undefined;
  /** Port, host:port, vendor:product in hex, reader name, folder. */
  readonly path?: string | undefined;
  readonly baud?: string | undefined;
  /** `name=value` of the driver's options. */
  readonly option?: readonly string[] | undefined;
}

/** Returns the drivers of this checkout. */
export function driversHere() {
  return scanDrivers([join(ROOT, 'drivers')]);
}

/** Returns the driver; throws DRIVER_UNKNOWN. */
export function driverNamed(id: string): DriverEntry {
  const entry = driversHere().drivers.get(id);
  if (entry === undefined) throw new Fault('DRIVER_UNKNOWN', { driver: id });
  return entry;
}

/** Returns the line that the flags describe; the driver's first transport where they do not name one. Throws SETTINGS_INVALID. */
export function lineOf({ transport, path = '', baud }: LineFlags, manifest: DriverManifest): TransportSettings {
  const kind = transport ?? Object.keys(manifest.transports)[0] ?? 'serial';
  const [host = '', port = ''] = path.split(/:(?=\d+$)/);
  const [vendorId = '', productId = ''] = path.split(':');
  const settings = {
    serial: { kind, path, ...(baud === undefined ? {} : { line: { baudRate: Number(baud) } }) },
    tcp: { kind, host, port: Number(port) },
    hid: { kind, vendorId: Number.parseInt(vendorId, 16), productId: Number.parseInt(productId, 16) },
    pcsc: { kind, reader: path },
    'usb-printer': { kind, path },
    folder: { kind, path },
  }[kind];
  const parsed = transportSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new Fault('SETTINGS_INVALID', { field: settings === undefined ? `--transport ${kind}` : `--path ${path}` });
}

/** Returns the manifest's options with those of the command line, each of the type that the manifest gives it. Throws SETTINGS_INVALID. */
export function optionsOf({ option = [] }: LineFlags, manifest: DriverManifest): DriverManifest['options'] {
  const options = { ...manifest.options };
  for (const text of option) {
    const [name = '', value = ''] = text.split(/=(.*)/s);
    const known = manifest.options[name];
    if (known === undefined) throw new Fault('SETTINGS_INVALID', { field: `--option ${name}` });
    options[name] = typeof known === 'number' ? Number(value) : typeof known === 'boolean' ? value === 'true' : value;
  }
  return options;
}

export interface OpenedDevice {
  readonly device: OpenDevice;
  /** What has passed so far. */
  readonly recorder: TranscriptRecorder;
}

/** Opens the device; `trace` hears every frame, secrets masked by the driver. Rejects with the line's and the driver's faults. */
export async function openDevice(id: string, flags: LineFlags, trace: DriverContext['trace']): Promise<OpenedDevice> {
  const { manifest, driver } = driverNamed(id);
  const options = optionsOf(flags, manifest);
  const loaded = await driver();
  const connection = await openConnection(lineOf(flags, manifest), { ...manifest, options }, systemTimers);
  const header = { driver: id, recordedAt: new Date().toISOString(), options };
  const recorder = recordTranscript({ transport: connection.transport, timers: systemTimers, header, trace });
  try {
    const device = await loaded.open({
      ...connection,
      transport: recorder.transport,
      timers: systemTimers,
      options,
      trace: recorder.trace,
    });
    return { device, recorder };
  } catch (error) {
    await connection.transport.close();
    throw error;
  }
}
