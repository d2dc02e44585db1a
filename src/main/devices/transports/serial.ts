// Serial lines through the serialport binding.
import type { SerialSettings } from '../../../../drivers/kit/manifest.ts';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault, type FaultCode } from '../../../shared/domain/fault.ts';
import { deviceAt, watchDeviceFile } from './device-file.ts';
import { createLine } from './line.ts';

export interface SerialAddress {
  readonly path: string;
  readonly line: SerialSettings;
}

/**
 * Opens a serial line, exclusively.
 * Rejects with PORT_MISSING, PORT_BUSY, PORT_DENIED or PORT_FAILED and the path in the context.
 */
export async function openSerial({ path, line: settings }: SerialAddress, timers: Timers): Promise<Transport> {
  // Loaded on first use: a counter without a serial device never loads the native binding.
  const { SerialPort } = await import('serialport').catch((cause: Error) => {
    throw new Fault('PORT_FAILED', { path, reason: `serialport: ${cause.message}` }, { cause });
  });
  const device = await deviceAt(path);
  const port = new SerialPort({ path, ...settings, autoOpen: false });
  let endWatch = () => {};
  const line = createLine(
    {
      write: (bytes, finished) => {
        port.write(Buffer.from(bytes), finished);
      },
      close: () => new Promise((resolve) => port.close(() => resolve())),
    },
    timers,
  );
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(serialFault({ path, error }))));
  });

  // On an open line every error means that it is gone: the texts differ by system and by what was under way when the plug was pulled.
  function gone(error: Error): void {
    line.lost(new Fault('PORT_MISSING', { path, reason: error.message }, { cause: error }));
    // The binding closes by itself only when a read fails. Left open it would keep the port's lock, and after a hang-up that met it
    // between two reads it would read nothing over and over.
    if (port.isOpen) port.close(() => {});
  }

  port.on('data', (chunk: Buffer) => line.received(chunk));
  port.on('error', gone);
  port.on('close', () => {
    endWatch();
    line.lost(new Fault('PORT_MISSING', { path, reason: 'the line is gone' }));
  });
  // Windows names its ports without a file.
  if (path.startsWith('/')) endWatch = watchDeviceFile({ path, device, timers, gone });
  return line.transport;
}

/**
 * Names the reason in the text of a serialport error; the binding gives no codes.
 * Texts are those of strerror on Linux and macOS and of serialport_win.cpp on Windows, where "Access denied" means that another
 * program holds the port.
 */
export function serialFault(failure: { readonly path: string; readonly error: Error }): Fault {
  const text = failure.error.message;
  return new Fault(serialFaultCode(text), { path: failure.path, reason: text }, { cause: failure.error });
}

function serialFaultCode(text: string): FaultCode {
  if (/no such file|no such device|file not found|not a directory/i.test(text)) return 'PORT_MISSING';
  if (/cannot lock port|resource busy|resource temporarily unavailable|access denied/i.test(text)) return 'PORT_BUSY';
  if (/permission denied|operation not permitted/i.test(text)) return 'PORT_DENIED';
  return 'PORT_FAILED';
}
