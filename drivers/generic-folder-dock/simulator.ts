// The handheld maker's program at the other side of the folder: what its two buttons do, what it holds.
import { type DropFolder, Fault, type SimulatedFolderDock, type SimulatorModule } from '../kit/index.ts';
import { readSettings } from './settings.ts';

const createFolderDock: NonNullable<SimulatorModule['createFolderDock']> = ({ options }): SimulatedFolderDock => {
  const { isIncoming } = readSettings(options);
  const files = new Map<string, Uint8Array>();
  let shared: DropFolder | null = null;

  function requireFolder(): DropFolder {
    if (shared === null) throw new Fault('DEVICE_OFFLINE');
    return shared;
  }

  return {
    files,
    attach(folder) {
      shared = folder;
    },
    detach() {
      shared = null;
    },
    async takeAll() {
      const folder = requireFolder();
      const taken = (await folder.list()).map(({ name }) => name).filter((name) => !isIncoming(name));
      for (const name of taken) {
        files.set(name, await folder.read(name));
        await folder.archive(name);
      }
      return taken;
    },
    async put(chosen) {
      const folder = requireFolder();
      for (const { name, data } of chosen ?? [...files].map(([name, data]) => ({ name, data }))) await folder.write(name, data);
    },
  };
};

export const simulator: SimulatorModule = { createFolderDock };
