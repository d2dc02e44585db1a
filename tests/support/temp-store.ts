// A store in a folder of its own that is removed afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import { checkedStore } from './wire-check.ts';

export interface TempStore {
  readonly dir: string;
  readonly file: string;
  readonly store: StoreHandle;
  /** Closes the store and removes the folder. */
  remove(): void;
}

/** Opens an empty store of counter C01 in a new folder of the system's temporary folder; what is recorded there must fit the wire. */
export async function tempStore(): Promise<TempStore> {
  const dir = mkdtempSync(join(tmpdir(), 'countertop-store-'));
  const file = join(dir, 'branch.sqlite');
  const opened = await openStore({ file, backupDir: join(dir, 'backup'), counterId: 'C01', clock: { nowMs: () => 1_772_000_000_000 } });
  const store = checkedStore(opened);
  return {
    dir,
    file,
    store,
    remove() {
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
