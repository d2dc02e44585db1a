// Builds the tests' library of the trade's contract, and gives its card, its orders and its diary.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GasCardFields } from '../../drivers/kit/gas-card-library.ts';
import { gasCard } from '../../drivers/kit/testing/gas-card.ts';

const SOURCE = new URL('./gas-card-library.c', import.meta.url).pathname;

/** The C compiler of this machine; null where there is none, or where the library's POSIX calls are missing. */
export const C_COMPILER =
  process.platform === 'win32' ? null : (['cc', 'gcc', 'clang', 'tcc'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null);

/** Compiles the library into `folder` and returns its file. */
export function buildGasCardLibrary(folder: string): string {
  if (C_COMPILER === null) throw new Error('no C compiler');
  const file = join(folder, 'gas-card-library.so');
  execFileSync(C_COMPILER, ['-O1', '-shared', '-fPIC', '-o', file, SOURCE]);
  return file;
}

/** The card in the library's reader: `state` and the fields of the contract. */
export interface LibraryCard extends GasCardFields {
  readonly state: 'user' | 'blank' | 'foreign' | 'dead';
}

/** A user card whose meter has taken everything. */
export function libraryCard(fields: Partial<LibraryCard>): LibraryCard {
  return { ...gasCard(), state: 'user', ...fields };
}

export interface LibraryBench {
  readonly dir: string;
  insert(card: LibraryCard): void;
  remove(): void;
  /** Returns the card in the reader; null when there is none. */
  card(): LibraryCard | null;
  /** Orders a fault: `order({ on: 'WriteGasCard', fault: 'return', argument: -10 })`; the last order for a function holds. */
  order(order: { readonly on: string; readonly fault: string; readonly argument?: number }): void;
  clearOrders(): void;
  /** What the library has noted, oldest first: "ReadGasCard begin", "WriteGasCard stored", "ReadGasCard end 0". */
  calls(): readonly string[];
}

/** The library's folder; a process that loads the library finds it through GAS_CARD_DIR. */
export function createLibraryBench(dir: string): LibraryBench {
  mkdirSync(dir, { recursive: true });
  const file = (name: string) => join(dir, name);
  const linesOf = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').filter(Boolean) : []);
  return {
    dir,
    insert(card) {
      const lines = Object.entries(card).map(([name, value]) => `${name} ${value}\n`);
      writeFileSync(file('card'), lines.join(''));
    },
    remove: () => rmSync(file('card'), { force: true }),
    card() {
      if (!existsSync(file('card'))) return null;
      const standard = libraryCard({});
      const read = linesOf('card').map((line) => {
        const [name = '', ...rest] = line.split(' ');
        const value = rest.join(' ').trim();
        return [name, typeof standard[name as keyof LibraryCard] === 'number' ? Number(value) : value] as const;
      });
      return Object.fromEntries(read) as unknown as LibraryCard;
    },
    order({ on, fault, argument = 0 }) {
      appendFileSync(file('control'), `${on} ${fault} ${argument}\n`);
    },
    clearOrders: () => rmSync(file('control'), { force: true }),
    calls: () => linesOf('calls'),
  };
}
