// Opens the transport that a device slot's settings name.
import type { DropFolder } from '../../../../drivers/kit/folder.ts';
import type { GasCardLibrary } from '../../../../drivers/kit/gas-card-library.ts';
import type { DriverManifest } from '../../../../drivers/kit/manifest.ts';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { TransportSettings } from '../settings.ts';
import { openDll } from './dll.ts';
import { openFolder } from './folder.ts';
import { openHid } from './hid.ts';
import { openPcsc } from './pcsc.ts';
import { openSerial } from './serial.ts';
import { openTcp } from './tcp.ts';
import { openUsbPrinter } from './usb-printer.ts';

const FACTORY_LINE = { dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** What a driver is given to talk to its device. */
export interface Connection {
  readonly transport: Transport;
  readonly folder?: DropFolder;
  readonly library?: GasCardLibrary;
}

/**
 * Opens the connection. Line settings come from the driver's manifest, each overridden by the settings file; its options are the slot's.
 * Rejects with PORT_… faults, SETTINGS_INVALID when the driver does not speak over this kind or no baud rate is known.
 */
export async function openConnection(settings: TransportSettings, manifest: DriverManifest, timers: Timers): Promise<Connection> {
  switch (settings.kind) {
    case 'serial': {
      const { baudRate, ...line } = { ...FACTORY_LINE, ...manifest.transports.serial, ...settings.line };
      if (baudRate === undefined) throw unsupported(settings.kind, manifest.id);
      return { transport: await openSerial({ path: settings.path, line: { ...line, baudRate } }, timers) };
    }
    case 'tcp':
      // A byte stream is a byte stream: a serial device behind a serial-to-network box needs nothing from its driver.
      return { transport: await openTcp(settings, timers) };
    case 'hid':
      if (manifest.transports.hid === undefined) throw unsupported(settings.kind, manifest.id);
      return { transport: await openHid(settings, timers) };
    case 'folder':
      if (manifest.transports.folder === undefined) throw unsupported(settings.kind, manifest.id);
      return openFolder(settings, timers);
    case 'pcsc':
      if (manifest.transports.pcsc === undefined) throw unsupported(settings.kind, manifest.id);
      return { transport: await openPcsc(settings, timers) };
    case 'usb-printer':
      if (manifest.transports['usb-printer'] === undefined) throw unsupported(settings.kind, manifest.id);
      return { transport: await openUsbPrinter(settings, timers) };
    case 'auto':
      throw unsupported(settings.kind, manifest.id);
    case 'dll':
      if (manifest.transports.dll === undefined) throw unsupported(settings.kind, manifest.id);
      return openDll(settings, manifest.options, timers);
  }
}

/** Returns how a device is reached, for people: "serial COM3 19200 8N1". */
export function describeConnection(settings: TransportSettings, manifest: DriverManifest | null): string {
  switch (settings.kind) {
    case 'serial': {
      const line = { ...FACTORY_LINE, ...manifest?.transports.serial, ...settings.line };
      const rate = line.baudRate === undefined ? '' : ` ${line.baudRate}`;
      return `serial ${settings.path}${rate} ${line.dataBits}${line.parity.charAt(0).toUpperCase()}${line.stopBits}`;
    }
    case 'tcp':
      return `tcp ${settings.host}:${settings.port}`;
    case 'hid':
      return `hid ${hex4(settings.vendorId)}:${hex4(settings.productId)}`;
    case 'auto':
      return 'auto';
    case 'pcsc':
      return `PC/SC ${settings.reader}`.trimEnd();
    case 'usb-printer':
      return `usb ${settings.path}`;
    case 'folder':
      return `folder ${settings.path}`;
    case 'dll':
      return `dll ${settings.file} com ${settings.com} ${settings.baud}`;
  }
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function unsupported(kind: string, driver: string): Fault {
  return new Fault('SETTINGS_INVALID', { field: 'transport.kind', driver, reason: `the driver does not speak over ${kind}` });
}
