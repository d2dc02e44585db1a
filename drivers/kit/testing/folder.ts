// A folder in memory for both who share it: the counter through `folder`, the test as a program that writes slowly or takes files away.
import { Fault } from '../../../src/shared/domain/fault.ts';
import type { DropFolder } from '../folder.ts';
import type { Timers } from '../transport.ts';

export interface MemoryFolder {
  readonly folder: DropFolder;
  /** What lies there now, by name. */
  readonly files: Map<string, { data: Uint8Array; modifiedMs: number }>;
  /** What was archived, in order. */
  readonly done: { readonly name: string; readonly data: Uint8Array }[];
  /** Writes as a program does that opens the file and appends: what is there may be half. */
  write(name: string, data: Uint8Array): void;
  /** Every action rejects with this from now on; null repairs it. */
  breakWith(fault: Fault | null): void;
  /** Called before each action of the counter with its name; what it throws, the action rejects with. */
  onAction(listener: (action: 'list' | 'read' | 'write' | 'archive', name: string | null) => void): void;
}

/** Returns an empty folder. */
export function createMemoryFolder(timers: Timers): MemoryFolder {
  const files = new Map<string, { data: Uint8Array; modifiedMs: number }>();
  const done: { readonly name: string; readonly data: Uint8Array }[] = [];
  let broken: Fault | null = null;
  let listener: Parameters<MemoryFolder['onAction']>[0] = () => {};

  function fileOf(name: string): { data: Uint8Array; modifiedMs: number } {
    const file = files.get(name);
    if (file === undefined) throw new Fault('PORT_FAILED', { reason: 'ENOENT' });
    return file;
  }
  function begin(action: Parameters<typeof listener>[0], name: string | null): void {
    if (broken) throw broken;
    listener(action, name);
    if (broken) throw broken;
  }
  const write = (name: string, data: Uint8Array) => void files.set(name, { data: data.slice(), modifiedMs: timers.now() });

  return {
    files,
    done,
    write,
    breakWith(fault) {
      broken = fault;
    },
    onAction(next) {
      listener = next;
    },
    folder: {
      async list() {
        begin('list', null);
        return [...files].map(([name, { data, modifiedMs }]) => ({ name, sizeBytes: data.length, modifiedMs }));
      },
      async read(name) {
        begin('read', name);
        return fileOf(name).data.slice();
      },
      async write(name, data) {
        begin('write', name);
        write(name, data);
      },
      async archive(name) {
        begin('archive', name);
        done.push({ name, data: fileOf(name).data });
        files.delete(name);
      },
    },
  };
}
