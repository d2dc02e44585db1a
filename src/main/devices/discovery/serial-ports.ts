// The serial ports that the system reports.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../../shared/domain/fault.ts';
import type { SeenDevice } from './fingerprints.ts';
import { lineOf, namesIn, usbId, usbIdentityAbove } from './sysfs.ts';

/** One port as the serialport binding lists it. */
export interface ListedPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly pnpId?: string | undefined;
  readonly friendlyName?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
}

/** Names of Linux' serial devices that a counter can have; pseudo terminals and consoles are none. */
const PORT_NAME = /^(tty(S|USB|ACM|AMA|WCH|XRUSB)\w*|rfcomm\d+)$/;
/** What the 8250 driver calls a port that has no hardware behind it. */
const NO_UART = '0';

export interface SerialSources {
  list(): Promise<readonly ListedPort[]>;
  readonly platform: NodeJS.Platform;
  /** Where /sys is. */
  readonly sysRoot: string;
}

export const systemSerialSources: SerialSources = {
  async list() {
    const { SerialPort } = await import('serialport');
    return SerialPort.list();
  },
  platform: process.platform,
  sysRoot: '/sys',
};

/**
 * Returns the serial ports. On Linux the binding asks `udevadm`; where that is missing or fails, /sys is read instead.
 * Rejects with DISCOVERY_UNAVAILABLE { missing } when neither can see.
 */
export async function listSerialPorts(sources: SerialSources = systemSerialSources): Promise<SeenDevice[]> {
  try {
    return (await sources.list()).map(seenPort);
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    if (sources.platform !== 'linux') throw unavailable(cause, 'serialport');
    try {
      return await listFromSysfs(sources.sysRoot);
    } catch {
      throw unavailable(cause, cause.code === 'ENOENT' ? 'udevadm, /sys/class/tty' : '/sys/class/tty');
    }
  }
}

function unavailable(cause: NodeJS.ErrnoException, missing: string): Fault {
  return new Fault('DISCOVERY_UNAVAILABLE', { bus: 'serial', missing, reason: cause.message }, { cause });
}

function seenPort(port: ListedPort): SeenDevice {
  return {
    bus: 'serial',
    address: port.path,
    // On Linux the binding's pnpId is the name under /dev/serial/by-id, which bears the model.
    name: port.friendlyName ?? [port.manufacturer, port.pnpId].filter((part) => part !== undefined && part !== '').join(' '),
    vendorId: usbId(port.vendorId),
    productId: usbId(port.productId),
    serialNumber: port.serialNumber ?? '',
  };
}

async function listFromSysfs(sysRoot: string): Promise<SeenDevice[]> {
  const folder = join(sysRoot, 'class/tty');
  const ports: SeenDevice[] = [];
  for (const name of (await namesIn(folder)).filter((candidate) => PORT_NAME.test(candidate))) {
    const device = join(folder, name, 'device');
    const isThere = await access(device).then(
      () => true,
      () => false,
    );
    if (!isThere || (await lineOf(join(folder, name, 'type'))) === NO_UART) continue;
    ports.push({ bus: 'serial', address: `/dev/${name}`, ...(await usbIdentityAbove(device)) });
  }
  return ports;
}
