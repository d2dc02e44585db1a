// From what a person types, or what a bus reports, to a binding of the settings file. Pure.
import { DEVICE_SLOTS, SLOT_CAPABILITIES } from '../../../shared/contract/devices.ts';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';

export type Found = Outputs['devices']['discover']['devices'][number];
export type DriverSummary = Outputs['devices']['drivers']['drivers'][number];
export type Slot = Inputs['devices']['assign']['slot'];
export type Binding = NonNullable<Inputs['devices']['assign']['binding']>;
type Transport = Binding['transport'];
export type Kind = Transport['kind'];

/** The connection as typed; every kind uses the fields it has. */
export interface ConnectionFields {
  readonly kind: Kind;
  /** Port, folder, library file, host or reader name. */
  readonly place: string;
  /** Baud rate, port number, or vendor and product id in hex. */
  readonly number: string;
  readonly com: string;
}

/** Returns the kinds that the driver can be bound over, its own first. */
export function kindsOf(driver: DriverSummary | undefined): readonly Kind[] {
  const own = (driver?.transports ?? []) as readonly Kind[];
  // A serial device may stand behind a serial-to-network box.
  return own.includes('serial') && !own.includes('tcp') ? [...own, 'tcp'] : own;
}

/** Returns the drivers that can serve the slot. */
export function driversFor(slot: Slot, drivers: readonly DriverSummary[]): readonly DriverSummary[] {
  return drivers.filter(({ capabilities }) => capabilities.includes(SLOT_CAPABILITIES[slot]));
}

/** Returns the slots that the driver can serve, in the order in which they are listed. */
export function slotsFor(driver: DriverSummary | undefined): readonly Slot[] {
  return DEVICE_SLOTS.filter((slot) => driver?.capabilities.includes(SLOT_CAPABILITIES[slot]) === true);
}

function whole(text: string, radix = 10): number | null {
  const value = Number.parseInt(text, radix);
  return Number.isInteger(value) && value >= 0 ? value : null;
}

/** Returns the transport that the fields describe, or null while something is missing or cannot be. */
export function transportOf({ kind, place: typed, number, com }: ConnectionFields): Transport | null {
  const place = typed.trim();
  const figure = whole(number.trim());
  switch (kind) {
    case 'auto':
      return { kind };
    case 'serial': {
      if (place === '' || (number.trim() !== '' && (figure === null || figure < 110))) return null;
      return { kind, path: place, ...(figure === null ? {} : { line: { baudRate: figure } }) };
    }
    case 'tcp':
      return place === '' || figure === null || figure < 1 || figure > 65_535 ? null : { kind, host: place, port: figure };
    case 'hid': {
      const [vendorId = null, productId = null] = number
        .trim()
        .split(/[:\s]+/)
        .map((part) => (/^[0-9a-fA-F]{1,4}$/.test(part) ? whole(part, 16) : null));
      return vendorId === null || productId === null
        ? null
        : { kind, vendorId, productId, ...(place === '' ? {} : { serialNumber: place }) };
    }
    case 'pcsc':
      return { kind, reader: place };
    case 'usb-printer':
    case 'folder':
      return place === '' ? null : { kind, path: place };
    case 'dll': {
      const comNumber = whole(com.trim());
      return place === '' || comNumber === null || figure === null ? null : { kind, file: place, com: comNumber, baud: figure };
    }
  }
}

const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

/** Returns the fields that reach a found device. */
export function fieldsOf(found: Found): ConnectionFields {
  const blank = { place: '', number: '', com: '' };
  switch (found.bus) {
    case 'hid':
      return { ...blank, kind: 'hid', place: found.serialNumber, number: `${hex4(found.vendorId ?? 0)}:${hex4(found.productId ?? 0)}` };
    case 'pcsc':
      return { ...blank, kind: 'pcsc', place: found.address };
    case 'usb-printer':
      return { ...blank, kind: 'usb-printer', place: found.address };
    default:
      return { ...blank, kind: 'serial', place: found.address };
  }
}

/** Returns the fields that describe a transport as it is bound now. */
export function fieldsOfTransport(transport: Transport): ConnectionFields {
  const blank = { kind: transport.kind, place: '', number: '', com: '' };
  switch (transport.kind) {
    case 'auto':
      return blank;
    case 'serial':
      return { ...blank, place: transport.path, number: String(transport.line?.baudRate ?? '') };
    case 'tcp':
      return { ...blank, place: transport.host, number: String(transport.port) };
    case 'hid':
      return { ...blank, place: transport.serialNumber ?? '', number: `${hex4(transport.vendorId)}:${hex4(transport.productId)}` };
    case 'pcsc':
      return { ...blank, place: transport.reader ?? '' };
    case 'usb-printer':
    case 'folder':
      return { ...blank, place: transport.path };
    case 'dll':
      return { ...blank, place: transport.file, com: String(transport.com), number: String(transport.baud) };
  }
}

/** Returns the lines that bind the slot in the settings file. */
export function settingsLines(slot: Slot, binding: Binding): string {
  return JSON.stringify({ devices: { [slot]: binding } }, null, 2);
}
