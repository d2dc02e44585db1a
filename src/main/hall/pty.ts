// A pseudo terminal: the demo hall's stand-in for a serial cable, so that the real serial binding is in the path.
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';
import type { Transport } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { createStreamTransport } from './stream-transport.ts';

export interface Pty {
  /** The terminal device that a serial binding opens. */
  readonly path: string;
  /** The other end, for the simulated device. */
  readonly transport: Transport;
  /** Pulls the cable: whoever has `path` open loses its line. */
  close(): Promise<void>;
}

/** Larger than any struct termios (60 bytes in glibc on x64, 72 on macOS). */
const TERMIOS_BYTES = 256;
const NAME_BYTES = 128;
const TCSANOW = 0;
/** A child that inherited the master would keep the cable plugged in. macOS takes no flags but the first two. */
const O_CLOEXEC = 0o2000000;
const MASTER_FLAGS = constants.O_RDWR | constants.O_NOCTTY | (process.platform === 'darwin' ? 0 : constants.O_NONBLOCK | O_CLOEXEC);

/**
 * Opens a pseudo terminal in raw mode: eight bits, no echo, nothing translated.
 * Throws HALL_UNAVAILABLE on Windows and where the system has none left.
 */
export function openPty(): Pty {
  const libc = loadLibc();
  const master = libc.posixOpenpt(MASTER_FLAGS);
  if (master < 0) throw unavailable('posix_openpt');
  const name = Buffer.alloc(NAME_BYTES);
  if (libc.grantpt(master) !== 0 || libc.unlockpt(master) !== 0 || libc.ptsnameR(master, name, NAME_BYTES) !== 0) {
    closeSync(master);
    throw unavailable('grantpt');
  }
  const path = name.toString('latin1', 0, name.indexOf(0));
  // Held open for as long as the cable is: otherwise every close on the other side would hang up the master with EIO.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const termios = Buffer.alloc(TERMIOS_BYTES);
  if (libc.tcgetattr(slave, termios) !== 0) throw unavailable('tcgetattr');
  libc.cfmakeraw(termios);
  if (libc.tcsetattr(slave, TCSANOW, termios) !== 0) throw unavailable('tcsetattr');
  const transport = createStreamTransport(new ReadStream(master));
  return {
    path,
    transport,
    async close() {
      await transport.close();
      closeSync(slave);
    },
  };
}

interface Libc {
  posixOpenpt(flags: number): number;
  grantpt(descriptor: number): number;
  unlockpt(descriptor: number): number;
  ptsnameR(descriptor: number, name: Buffer, size: number): number;
  tcgetattr(descriptor: number, termios: Buffer): number;
  cfmakeraw(termios: Buffer): void;
  tcsetattr(descriptor: number, action: number, termios: Buffer): number;
}

let loaded: Libc | null = null;

function loadLibc(): Libc {
  if (loaded !== null) return loaded;
  if (process.platform === 'win32') throw unavailable('win32');
  const libc = koffi.load(process.platform === 'darwin' ? 'libSystem.dylib' : 'libc.so.6');
  loaded = {
    posixOpenpt: libc.func('int posix_openpt(int flags)'),
    grantpt: libc.func('int grantpt(int descriptor)'),
    unlockpt: libc.func('int unlockpt(int descriptor)'),
    ptsnameR: libc.func('int ptsname_r(int descriptor, _Out_ uint8_t *name, size_t size)'),
    tcgetattr: libc.func('int tcgetattr(int descriptor, _Out_ uint8_t *termios)'),
    cfmakeraw: libc.func('void cfmakeraw(_Inout_ uint8_t *termios)'),
    tcsetattr: libc.func('int tcsetattr(int descriptor, int action, uint8_t *termios)'),
  };
  return loaded;
}

function unavailable(reason: string): Fault {
  return new Fault('HALL_UNAVAILABLE', { reason });
}
