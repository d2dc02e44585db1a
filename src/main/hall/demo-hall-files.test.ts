// The demo hall's choice of devices: by what the manifests say, not by which folder comes first.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scanDrivers } from '../processes/driver-registry.ts';
import { createDemoHallFiles } from './demo-hall-files.ts';

const DRIVERS = join(import.meta.dirname, '../../../drivers');

it('takes the reader and the printer that are marked for the demo, although another reader comes first', async () => {
  const readers = [...scanDrivers([DRIVERS]).drivers.values()].filter(({ manifest }) => manifest.capabilities.includes('card-reader'));
  expect(readers.length).toBeGreaterThan(1);
  const marked = readers.filter(({ manifest }) => manifest.demo);
  expect(marked).toHaveLength(1);
  const folder = mkdtempSync(join(tmpdir(), 'countertop-demo-files-'));
  await createDemoHallFiles(folder, { cards: [], hand: [], meters: [] }, { driverRoots: [DRIVERS], platform: 'linux' });
  const settings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  rmSync(folder, { recursive: true });
  expect(settings.devices.reader).toMatchObject({ driver: marked[0]?.manifest.id, transport: { kind: 'serial' } });
  expect(settings.devices.printer).toMatchObject({ driver: 'generic-escpos', transport: { kind: 'tcp' } });
});
