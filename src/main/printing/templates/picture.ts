// Pictures beside the templates.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the bytes of a picture in the folder; null where it is not there. */
export function pictureBeside(folder: string, file: string): Uint8Array | null {
  const path = join(folder, file);
  return existsSync(path) ? Uint8Array.from(readFileSync(path)) : null;
}
