// The command line of a counter, the same for both hosts and for npm start.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDir } from './data-folder.ts';

export interface Flags {
  readonly dataDir: string;
  /** Port of the loopback door; null takes a free one, and opens no door at all under Electron. */
  readonly port: number | null;
  /** Whether a browser is opened. */
  readonly open: boolean;
  /** The host asked for; null leaves the choice to npm start. */
  readonly host: 'electron' | 'loopback' | null;
  /** Accounts of the demo hall that an empty data folder is given; null for the usual number. */
  readonly demoAccounts: number | null;
  /** Only make the data folder ready, and end. */
  readonly prepareOnly: boolean;
}

/** Reads the arguments. Throws an Error with a sentence for people on an unknown flag or an impossible value. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      port: { type: 'string' },
      'no-open': { type: 'boolean' },
      host: { type: 'string' },
      electron: { type: 'boolean' },
      loopback: { type: 'boolean' },
      'demo-accounts': { type: 'string' },
      'prepare-only': { type: 'boolean' },
    },
  });
  const named = values.host ?? (values.electron === true ? 'electron' : values.loopback === true ? 'loopback' : null);
  if (named !== null && named !== 'electron' && named !== 'loopback')
    throw new Error(`--host is electron or loopback, not "${named}": the loopback door listens on 127.0.0.1 only`);
  const port = wholeNumber({ flag: '--port', text: values.port, least: 0, most: 65_535 });
  const demoAccounts = wholeNumber({ flag: '--demo-accounts', text: values['demo-accounts'], least: 20, most: 2_000_000 });
  return {
    dataDir: values.data === undefined ? defaultDataDir() : resolve(values.data),
    port,
    open: values['no-open'] !== true,
    host: named,
    demoAccounts,
    prepareOnly: values['prepare-only'] === true,
  };
}

function wholeNumber(flag: {
  readonly flag: string;
  readonly text: string | undefined;
  readonly least: number;
  readonly most: number;
}): number | null {
  if (flag.text === undefined) return null;
  const value = Number(flag.text);
  if (/^\d+$/.test(flag.text) && value >= flag.least && value <= flag.most) return value;
  throw new Error(`${flag.flag} is a number from ${flag.least} to ${flag.most}, not "${flag.text}"`);
}

/** Returns the arguments that make another program of ours read the same flags. */
export function writeFlags(flags: Flags): string[] {
  const args = ['--data', flags.dataDir];
  if (flags.port !== null) args.push('--port', String(flags.port));
  if (flags.demoAccounts !== null) args.push('--demo-accounts', String(flags.demoAccounts));
  if (!flags.open) args.push('--no-open');
  return args;
}
