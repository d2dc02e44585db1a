// What lies where in the hall's folder of a data folder.
import { join } from 'node:path';
import type { DeviceSlot } from '../core/ports/devices.ts';

/** `<data>/hall` */
export function hallFolder(dataFolder: string): string {
  return join(dataFolder, 'hall');
}

/** The link that stands for a device's serial port; it leads nowhere while the device is unplugged. */
export function linkPath(folder: string, slot: DeviceSlot): string {
  return join(folder, `${slot}.tty`);
}
