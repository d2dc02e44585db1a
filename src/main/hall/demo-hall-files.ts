// Makes the files of a new demo hall: all cards, the bench, and the settings that bind the counter to the simulators.
import { join } from 'node:path';
import type { DriverManifest } from '../../../drivers/kit/manifest.ts';
import { DEVICE_SLOTS, SLOT_CAPABILITIES } from '../../shared/contract/devices.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';
import { scanDrivers } from '../processes/driver-registry.ts';
import { DEVICE_KINDS } from './bench-devices.ts';
import { findFreePort } from './cable.ts';
import { type CardRecord, createCardFile } from './card-file.ts';
import { hallFolder, linkPath } from './folder.ts';
import { type HallMeter, type HandCard, saveHallFile } from './hall-file.ts';

export interface DemoHallContent {
  /** Every card of the branch, and those made to cause trouble. */
  readonly cards: Iterable<CardRecord>;
  /** The cards that lie at the bench, in the order in which they are shown. */
  readonly hand: readonly HandCard[];
  /** The meters of the cards at the bench. */
  readonly meters: readonly HallMeter[];
}

export interface DemoHallOptions {
  readonly driverRoots: readonly string[];
  readonly platform: NodeJS.Platform;
}

/**
 * Writes `<data>/hall/cards.bin`, `<data>/hall/hall.json` and, last, `<data>/settings.json`: a data folder with settings has a whole hall.
 * Rejects with DRIVER_UNKNOWN when no driver with a simulator is there for the reader or the printer.
 */
export async function createDemoHallFiles(dataFolder: string, content: DemoHallContent, options: DemoHallOptions): Promise<void> {
  const folder = hallFolder(dataFolder);
  const drivers = await simulatedDrivers(options);
  for (const slot of ['reader', 'printer'] as const) {
    if (!drivers.has(slot)) throw new Fault('DRIVER_UNKNOWN', { reason: `no simulated ${SLOT_CAPABILITIES[slot]}` });
  }
  createCardFile(join(folder, 'cards.bin'), content.cards);
  const ports = await findFreePorts([...drivers.keys()]);
  saveHallFile(join(folder, 'hall.json'), {
    ports,
    cards: [...content.hand],
    inReader: {},
    meters: [...content.meters],
    devices: {},
    headquartersOnline: true,
  });
  const transportOf = (slot: DeviceSlot) =>
    // Windows has no pseudo terminals.
    DEVICE_KINDS[slot].cable === 'serial' && options.platform !== 'win32'
      ? { kind: 'serial', path: linkPath(folder, slot) }
      : { kind: 'tcp', host: '127.0.0.1', port: ports[slot] };
  writeJsonAtomic(join(dataFolder, 'settings.json'), {
    demo: true,
    devices: Object.fromEntries([...drivers].map(([slot, { id }]) => [slot, { driver: id, transport: transportOf(slot) }])),
  });
}

/** Returns a driver for every slot that one with a simulator can serve over a cable of the bench: marked for the demo, else the first. */
async function simulatedDrivers(options: DemoHallOptions): Promise<ReadonlyMap<DeviceSlot, DriverManifest>> {
  const { drivers } = scanDrivers(options.driverRoots);
  const inOrder = [...drivers.values()].sort((left, right) => Number(right.manifest.demo) - Number(left.manifest.demo));
  const found = new Map<DeviceSlot, DriverManifest>();
  for (const slot of DEVICE_SLOTS) {
    for (const { manifest, simulator } of inOrder) {
      const { capabilities, transports } = manifest;
      const fits = capabilities.includes(SLOT_CAPABILITIES[slot]) && (transports.serial ?? transports.tcp) !== undefined;
      if (!fits || (await simulator())?.[DEVICE_KINDS[slot].maker] === undefined) continue;
      found.set(slot, manifest);
      break;
    }
  }
  return found;
}

/** Returns a port of its own for every slot. */
async function findFreePorts(slots: readonly DeviceSlot[]): Promise<Partial<Record<DeviceSlot, number>>> {
  const ports: Partial<Record<DeviceSlot, number>> = {};
  for (const slot of slots) {
    let port = await findFreePort();
    while (Object.values(ports).includes(port)) port = await findFreePort();
    ports[slot] = port;
  }
  return ports;
}
