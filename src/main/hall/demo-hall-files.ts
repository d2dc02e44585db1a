// Makes the files of a new demo hall: all cards, the bench, and the settings that bind the counter to the simulators.
import { join } from 'node:path';
import type { Capability, DriverManifest } from '../../../drivers/kit/manifest.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';
import { scanDrivers } from '../processes/driver-registry.ts';
import { findFreePort } from './cable.ts';
import { type CardRecord, createCardFile } from './card-file.ts';
import { hallFolder, readerLinkPath } from './folder.ts';
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
  const reader = await simulatedDriver('card-reader', options);
  const printer = await simulatedDriver('receipt-printer', options);
  createCardFile(join(folder, 'cards.bin'), content.cards);
  const readerPort = await findFreePort();
  const printerPort = await findOtherPort(readerPort);
  saveHallFile(join(folder, 'hall.json'), {
    readerPort,
    printerPort,
    cards: [...content.hand],
    inReader: {},
    meters: [...content.meters],
    readerPlugged: true,
    printerPaper: 'ok',
    printerSilent: false,
    headquartersOnline: true,
  });
  const overTcp = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port });
  writeJsonAtomic(join(dataFolder, 'settings.json'), {
    demo: true,
    devices: {
      reader: {
        driver: reader.id,
        // Windows has no pseudo terminals.
        transport: options.platform === 'win32' ? overTcp(readerPort) : { kind: 'serial', path: readerLinkPath(folder) },
      },
      printer: { driver: printer.id, transport: overTcp(printerPort) },
    },
  });
}

/** Returns the driver with the capability that ships a simulator for it: the one marked for the demo, else the first. */
async function simulatedDriver(capability: Capability, options: DemoHallOptions): Promise<DriverManifest> {
  const maker = capability === 'card-reader' ? 'createCardReader' : 'createReceiptPrinter';
  const candidates = [...scanDrivers(options.driverRoots).drivers.values()].filter(({ manifest }) =>
    manifest.capabilities.includes(capability),
  );
  for (const { manifest, simulator } of candidates.sort((left, right) => Number(right.manifest.demo) - Number(left.manifest.demo))) {
    if ((await simulator())?.[maker] !== undefined) return manifest;
  }
  throw new Fault('DRIVER_UNKNOWN', { reason: `no simulated ${capability}` });
}

async function findOtherPort(taken: number): Promise<number> {
  const port = await findFreePort();
  return port === taken ? findOtherPort(taken) : port;
}
