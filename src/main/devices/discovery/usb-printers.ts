// Printers of the USB printer class.
import { join } from 'node:path';
import { Fault } from '../../../shared/domain/fault.ts';
import type { SeenDevice } from './fingerprints.ts';
import { namesIn, usbIdentityAbove } from './sysfs.ts';

/** Where the kernel lists what usblp drives, by its age. */
const CLASS_FOLDERS = ['class/usbmisc', 'class/usb'];

/**
 * Returns the printers that Linux' usblp drives, by their /dev/usb/lp path. Other systems list them nowhere where a program without rights can
 * look: rejects with DISCOVERY_UNAVAILABLE there; the path is then set by hand.
 */
export async function listUsbPrinters(where: { readonly platform: NodeJS.Platform; readonly sysRoot: string }): Promise<SeenDevice[]> {
  if (where.platform !== 'linux')
    throw new Fault('DISCOVERY_UNAVAILABLE', { bus: 'usb-printer', missing: 'usblp', reason: where.platform });
  const printers: SeenDevice[] = [];
  for (const folder of CLASS_FOLDERS.map((name) => join(where.sysRoot, name))) {
    // No folder, no printer: usblp makes it with the first one.
    const names = await namesIn(folder).catch(() => []);
    for (const name of names.filter((candidate) => /^lp\d+$/.test(candidate))) {
      printers.push({ bus: 'usb-printer', address: `/dev/usb/${name}`, ...(await usbIdentityAbove(join(folder, name, 'device'))) });
    }
  }
  return printers;
}
