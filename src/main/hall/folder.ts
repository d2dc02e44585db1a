// What lies where in the hall's folder of a data folder.
import { join } from 'node:path';

/** `<data>/hall` */
export function hallFolder(dataFolder: string): string {
  return join(dataFolder, 'hall');
}

/** The link that stands for the reader's serial device; it leads nowhere while the reader is unplugged. */
export function readerLinkPath(folder: string): string {
  return join(folder, 'reader.tty');
}
