// What is typed or found becomes what the settings file takes, and comes back as it was typed.
import { describe, expect, it } from 'vitest';
import { transportSettingsSchema } from '../../../shared/contract/devices.ts';
import {
  type ConnectionFields,
  driversFor,
  fieldsOf,
  fieldsOfTransport,
  kindsOf,
  settingsLines,
  slotsFor,
  transportOf,
} from './binding.ts';

const fields = (change: Partial<ConnectionFields>): ConnectionFields => ({ kind: 'serial', place: '', number: '', com: '', ...change });
const driver = (capabilities: string[], transports: string[]) => ({
  id: 'a-b',
  vendor: 'A',
  models: ['B'],
  capabilities,
  transports,
  options: {},
});

describe('a connection as typed', () => {
  const whole: ConnectionFields[] = [
    fields({ kind: 'auto' }),
    fields({ kind: 'serial', place: 'COM3' }),
    fields({ kind: 'serial', place: '/dev/ttyUSB0', number: '19200' }),
    fields({ kind: 'tcp', place: '192.168.1.50', number: '9100' }),
    fields({ kind: 'hid', place: 'SN1', number: '0403:6001' }),
    fields({ kind: 'pcsc', place: 'ACS ACR' }),
    fields({ kind: 'usb-printer', place: '/dev/usb/lp0' }),
    fields({ kind: 'folder', place: 'D:\\dock' }),
    fields({ kind: 'dll', place: 'gas.dll', com: '3', number: '9600' }),
  ];
  it.each(whole)('$kind $place is a transport of the settings, and comes back', (typed) => {
    const transport = transportOf(typed);
    expect(transportSettingsSchema.safeParse(transport).success).toBe(true);
    expect(transport === null ? null : fieldsOfTransport(transport)).toEqual(typed);
  });

  it.each([
    fields({ kind: 'serial' }),
    fields({ kind: 'serial', place: 'COM3', number: 'fast' }),
    fields({ kind: 'tcp', place: 'host' }),
    fields({ kind: 'tcp', place: 'host', number: '70000' }),
    fields({ kind: 'hid', number: '0403' }),
    fields({ kind: 'hid', number: 'xyz:0001' }),
    fields({ kind: 'folder' }),
    fields({ kind: 'dll', place: 'gas.dll', number: '9600' }),
  ])('is refused while it cannot be: $kind "$place" "$number"', (typed) => {
    expect(transportOf(typed)).toBeNull();
  });
});

it('a found device is reached as its bus asks', () => {
  const found = { address: 'COM7', name: '', vendorId: 0x403, productId: 0x6001, serialNumber: 'S', matches: [], slot: null };
  expect(transportOf(fieldsOf({ ...found, bus: 'serial' }))).toEqual({ kind: 'serial', path: 'COM7' });
  expect(transportOf(fieldsOf({ ...found, bus: 'hid' }))).toEqual({ kind: 'hid', vendorId: 0x403, productId: 0x6001, serialNumber: 'S' });
  expect(transportOf(fieldsOf({ ...found, bus: 'pcsc', address: 'ACS' }))).toEqual({ kind: 'pcsc', reader: 'ACS' });
});

it('drivers are proposed by what they can do', () => {
  const both = driver(['receipt-printer', 'cash-drawer'], ['serial']);
  const tcp = driver(['scanner'], ['tcp']);
  expect(slotsFor(both)).toEqual(['printer', 'drawer']);
  expect(driversFor('drawer', [both, tcp])).toEqual([both]);
  expect(kindsOf(both)).toEqual(['serial', 'tcp']);
  expect(kindsOf(tcp)).toEqual(['tcp']);
  expect(JSON.parse(settingsLines('drawer', { driver: 'a-b', transport: { kind: 'auto' } }))).toEqual({
    devices: { drawer: { driver: 'a-b', transport: { kind: 'auto' } } },
  });
});
