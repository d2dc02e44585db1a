// Which device process serves which slot.
import { expect, it } from 'vitest';
import { type Manifest, manifestSchema } from '../../../drivers/kit/manifest.ts';
import { type PlannedDriver, planGroups } from './grouping.ts';
import { settingsSchema } from './settings.ts';

function driverOf(id: string): PlannedDriver | null {
  if (id === 'un-known') return null;
  const buses = { 'auto-serial': ['serial'], 'auto-mixed': ['serial', 'hid'] }[id] ?? [];
  const parsed: Manifest = manifestSchema.parse({
    kind: 'driver',
    id,
    vendor: 'V',
    models: ['M'],
    capabilities: ['scanner'],
    transports: { serial: { baudRate: 9600 } },
    kit: 1,
    risky: id === 'risky-one',
    fingerprints: buses.map((bus) => ({ bus, name: 'acme', score: 50 })),
  });
  return parsed.kind === 'driver' ? { manifest: parsed, signedVersion: id === 'outside-one' ? 'abc' : null } : null;
}

it('one per bus, one of its own for what is risky, a library or from outside, and none that nobody needs', () => {
  const { devices } = settingsSchema.parse({
    devices: {
      reader: { driver: 'trade-dll', transport: { kind: 'dll', file: 'x.dll', com: 1, baud: 9600 } },
      printer: { driver: 'some-printer', transport: { kind: 'tcp', host: 'h', port: 1 } },
      drawer: { driver: 'risky-one', transport: { kind: 'serial', path: 'COM1' } },
      dock: { driver: 'some-dock', transport: { kind: 'folder', path: 'in' } },
      'reading-head': { driver: 'un-known', transport: { kind: 'serial', path: 'COM2' } },
      scanner: { driver: 'auto-serial', transport: { kind: 'auto' } },
      display: { driver: 'auto-mixed', transport: { kind: 'auto' } },
      keypad: { driver: 'outside-one', transport: { kind: 'serial', path: 'COM3' } },
    },
  });
  expect(planGroups(devices, driverOf)).toEqual([
    { group: 'slot-reader', slots: ['reader'] },
    { group: 'tcp', slots: ['printer'] },
    { group: 'slot-drawer', slots: ['drawer'] },
    { group: 'folder', slots: ['dock'] },
    { group: 'serial', slots: ['reading-head', 'scanner'] },
    { group: 'slot-display', slots: ['display'] },
    { group: 'slot-keypad', slots: ['keypad'] },
  ]);
  expect(planGroups({}, driverOf)).toEqual([]);
});
