// Printers of the USB printer class through the device file that the system's own driver makes: /dev/usb/lp0, or usbprint's path on Windows.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault, type FaultCode } from '../../../shared/domain/fault.ts';
import { deviceAt, watchDeviceFile } from './device-file.ts';
import { createLine } from './line.ts';

/** How soon it is looked for an answer again: while somebody talks with the printer, and while nobody does, ms. */
const BUSY_POLL_MS = 5;
const IDLE_POLL_MS = 50;
const BUSY_FOR_MS = 2_000;
const READ_BYTES = 4096;

const IS_WINDOWS = process.platform === 'win32';
/** Without waiting: a read on a printer with nothing to say would otherwise hold a thread for good. Windows knows no such reading. */
const FLAGS = IS_WINDOWS ? constants.O_RDWR : constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY;

export interface UsbPrinterAddress {
  readonly path: string;
}

/**
 * Opens the device file for both directions; the system lets one program in at a time. A printer without a way back carries bytes out only.
 * Rejects with PORT_MISSING, PORT_DENIED, PORT_BUSY or PORT_FAILED and the path in the context.
 */
export async function openUsbPrinter({ path }: UsbPrinterAddress, timers: Timers): Promise<Transport> {
  const fault = (error: unknown) => usbPrinterFault({ path, error });
  const openFile = () =>
    open(path, FLAGS).catch((error: unknown) => {
      throw fault(error);
    });
  const device = await deviceAt(path);
  const writer = await openFile();
  // usbprint works off one request per handle at a time: a read that waits would keep every write waiting.
  const reader = IS_WINDOWS ? await openFile() : writer;
  if (!IS_WINDOWS && !(await writer.stat()).isCharacterDevice()) {
    await writer.close();
    throw new Fault('PORT_FAILED', { path, reason: 'no device' });
  }

  let ended = false;
  let talkedAtMs = timers.now();
  let endWatch = () => {};
  let poll: unknown = null;
  let lastWrite: Promise<void> = Promise.resolve();
  const line = createLine(
    {
      write(bytes, finished) {
        lastWrite = lastWrite.then(() => writeAll(bytes)).then(() => finished(), finished);
      },
      close: end,
    },
    timers,
  );

  async function end(): Promise<void> {
    ended = true;
    endWatch();
    timers.clearTimeout(poll);
    // A read that waits on Windows ends with its device only; nobody waits for it.
    if (reader !== writer) reader.close().catch(() => {});
    await writer.close();
  }

  function gone(error: unknown): void {
    if (ended) return;
    const { reason } = fault(error).context;
    line.lost(new Fault('PORT_MISSING', { path, reason: reason ?? '' }, { cause: error }));
    // The device is gone: what closing its file says does not matter any more.
    end().catch(() => {});
  }

  async function writeAll(bytes: Uint8Array): Promise<void> {
    talkedAtMs = timers.now();
    for (let at = 0; at < bytes.length && !ended; ) {
      try {
        at += (await writer.write(bytes, at, bytes.length - at, null)).bytesWritten;
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') {
          gone(error);
          throw error;
        }
        // The printer takes no more for now; without paper it may be long.
        await new Promise<void>((resolve) => timers.setTimeout(resolve, BUSY_POLL_MS));
      }
    }
  }

  /** Reads until nothing is there, then comes back later. */
  async function readOn(): Promise<void> {
    const heard = await read(reader).catch((error: unknown) => {
      // A printer without a way back, as the Linux driver says it.
      if (codeOf(error) === 'EINVAL') return null;
      gone(error);
      return null;
    });
    if (ended || heard === null) return;
    if (heard.length > 0) {
      talkedAtMs = timers.now();
      line.received(heard);
    }
    const idleMs = timers.now() - talkedAtMs < BUSY_FOR_MS ? BUSY_POLL_MS : IDLE_POLL_MS;
    poll = timers.setTimeout(() => void readOn(), heard.length > 0 ? 0 : idleMs);
  }

  void readOn();
  // A file that hangs up reads as empty for ever; but it goes with the plug.
  if (!IS_WINDOWS) endWatch = watchDeviceFile({ path, device, timers, gone });
  return line.transport;
}

/** Returns what is there now; empty when nothing is. */
async function read(file: FileHandle): Promise<Uint8Array> {
  const buffer = new Uint8Array(READ_BYTES);
  try {
    return buffer.subarray(0, (await file.read(buffer, 0, READ_BYTES, null)).bytesRead);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return new Uint8Array(0);
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Names the reason of a file system error on a device file. */
export function usbPrinterFault(failure: { readonly path: string; readonly error: unknown }): Fault {
  const code = codeOf(failure.error);
  return new Fault(faultCode(code), { path: failure.path, reason: code }, { cause: failure.error });
}

function faultCode(code: string): FaultCode {
  switch (code) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
    case 'ENOTDIR':
      return 'PORT_MISSING';
    case 'EACCES':
    case 'EPERM':
      return 'PORT_DENIED';
    case 'EBUSY':
      return 'PORT_BUSY';
    default:
      return 'PORT_FAILED';
  }
}
