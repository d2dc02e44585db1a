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

/** The command line is wrong; the message says where. */
export class Usage extends Error {}

/** What the command line says about the line. */
export interface LineFlags {
  readonly transport?: string | undefined;
  /** Port, host:port, vendor:product in hex, reader name, folder. */
  readonly path?: string | undefined;
  readonly baud?: string | undefined;
  /** Of a maker's library. */
  readonly com?: string | undefined;
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

/** Returns the number that stands behind the flag, undefined where it is left out. Throws Usage for anything but a whole number from 0. */
export function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Usage(`--${flag} takes a whole number, not "${text}".`);
  return Number(text);
}

/** How the place looks where no transport is named; null for one that may be anything. */
function kindOfPlace(path: string): string | null {
  if (/^[0-9a-f]{4}:[0-9a-f]{4}$/i.test(path)) return 'hid';
  return /^[^/\\]+:\d+$/.test(path) ? 'tcp' : null;
}

/**
 * Returns the line that the flags describe. Where they name no transport it is the one that the place looks like, else the driver's first. Throws
 * Usage.
 */
export function lineOf({ transport, path = '', baud, com }: LineFlags, manifest: DriverManifest): TransportSettings {
  const known = Object.keys(manifest.transports);
  const looks = kindOfPlace(path);
  const kind = transport ?? (looks !== null && known.includes(looks) ? looks : known[0]) ?? 'serial';
  const [host = '', port = ''] = path.split(/:(?=\d+$)/);
  const [vendorId = '', productId = ''] = path.split(':');
  const baudRate = numberOf('baud', baud);
  const settings = {
    serial: { kind, path, ...(baudRate === undefined ? {} : { line: { baudRate } }) },
    tcp: { kind, host, port: Number(port) },
    hid: { kind, vendorId: Number.parseInt(vendorId, 16), productId: Number.parseInt(productId, 16) },
    pcsc: { kind, reader: path },
    'usb-printer': { kind, path },
    folder: { kind, path },
    dll: { kind, file: path, com: numberOf('com', com) ?? 1, baud: baudRate ?? 9_600 },
  }[kind];
  if (settings === undefined) throw new Usage(`--transport ${kind} is none; ${manifest.id} speaks over ${known.join(', ')}.`);
  const parsed = transportSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  if (path === '') throw new Usage(`Where is it? --path says so; ${manifest.id} speaks over ${known.join(', ')}.`);
  const wrong = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Usage(`"${path}" is no place on ${kind}${baudRate === undefined ? '' : ` at ${baudRate} baud`} (${wrong}).`);
}

/** Returns the manifest's options with those of the command line, each of the type that the manifest gives it. Throws Usage. */
export function optionsOf({ option = [] }: LineFlags, manifest: DriverManifest): DriverManifest['options'] {
  const options = { ...manifest.options };
  for (const text of option) {
    const [name = '', value = ''] = text.split(/=(.*)/s);
    const known = manifest.options[name];
    if (known === undefined)
      throw new Usage(`--option ${name} is none of ${manifest.id}'s: ${Object.keys(manifest.options).join(', ') || 'it has none'}.`);
    const isWrong = typeof known === 'number' ? !/^-?\d+$/.test(value) : typeof known === 'boolean' && !/^(true|false)$/.test(value);
    if (isWrong) throw new Usage(`--option ${name} takes ${typeof known === 'number' ? 'a number' : 'true or false'}, not "${value}".`);
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
