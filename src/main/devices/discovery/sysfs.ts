// What Linux says of its devices in /sys: enough to find USB devices where udev's own tools are missing.
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a USB device says of itself. */
export interface UsbIdentity {
  readonly vendorId: number | null;
  readonly productId: number | null;
  readonly name: string;
  readonly serialNumber: string;
}

const UNKNOWN: UsbIdentity = { vendorId: null, productId: null, name: '', serialNumber: '' };
/** From an interface's folder up to its device are one or two steps; a converter's port lies one deeper. */
const STEPS_UP = 6;

/** Returns the names in a folder, sorted; rejects when it cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}

/** Returns the first line of a file without its end; null when it cannot be read. */
export async function lineOf(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).split('\n')[0]?.trim() ?? null;
  } catch {
    return null;
  }
}

/** Returns what the USB device above a device's folder says of itself; nulls and empty texts for one that is on no USB. */
export async function usbIdentityAbove(deviceFolder: string): Promise<UsbIdentity> {
  let folder: string;
  try {
    folder = await realpath(deviceFolder);
  } catch {
    return UNKNOWN;
  }
  for (let step = 0; step < STEPS_UP; step += 1) {
    const vendor = await lineOf(join(folder, 'idVendor'));
    if (vendor !== null) {
      const [product, manufacturer, model, serial] = await Promise.all(
        ['idProduct', 'manufacturer', 'product', 'serial'].map((file) => lineOf(join(folder, file))),
      );
      return {
        vendorId: usbId(vendor),
        productId: usbId(product ?? undefined),
        name: [manufacturer, model].filter((part) => part !== null && part !== '').join(' '),
        serialNumber: serial ?? '',
      };
    }
    folder = dirname(folder);
  }
  return UNKNOWN;
}

/** Returns the number of four hex digits; null for anything else. */
export function usbId(text: string | undefined): number | null {
  return text !== undefined && /^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : null;
}
