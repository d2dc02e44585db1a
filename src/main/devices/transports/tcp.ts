// Devices on the network: a TCP connection kept open.
import { connect } from 'node:net';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault, type FaultCode } from '../../../shared/domain/fault.ts';
import { createLine } from './line.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/**
 * A device that loses its power sends nothing. Where it answers questions it is asked (../liveness.ts); elsewhere the system asks after a second of
 * silence, and takes it for gone when a second later nothing has come: the loss must be known within 2 s, and a line on a counter that was taken for
 * gone by mistake is opened again at once. A runtime that is too old for the last two asks ten times.
 */
const KEEP_ALIVE = [true, 1_000, 1_000, 1] as const;

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Connects. Rejects with PORT_MISSING when nobody listens or nothing answers within 3 s, PORT_DENIED or PORT_FAILED otherwise. */
export async function openTcp({ host, port }: TcpAddress, timers: Timers): Promise<Transport> {
  const socket = connect({ host, port });
  socket.setNoDelay(true);
  socket.setKeepAlive(...KEEP_ALIVE);
  const line = createLine(
    {
      write: (bytes, finished) => {
        socket.write(bytes, finished);
      },
      async close() {
        socket.destroy();
      },
    },
    timers,
  );
  const fault = (error: NodeJS.ErrnoException) =>
    new Fault(tcpFaultCode(error.code), { host, port, reason: error.code ?? '' }, { cause: error });
  await new Promise<void>((resolve, reject) => {
    const timeout = timers.setTimeout(() => {
      socket.destroy();
      reject(new Fault('PORT_MISSING', { host, port, reason: 'no answer' }));
    }, CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      timers.clearTimeout(timeout);
      resolve();
    });
    socket.once('error', (error) => {
      timers.clearTimeout(timeout);
      reject(fault(error));
    });
  });
  socket.on('data', (chunk) => line.received(chunk));
  socket.on('error', (error) => line.lost(fault(error)));
  socket.on('close', () => line.lost(new Fault('PORT_MISSING', { host, port, reason: 'the line is gone' })));
  return line.transport;
}

function tcpFaultCode(code: string | undefined): FaultCode {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return 'PORT_MISSING';
    case 'EACCES':
    case 'EPERM':
      return 'PORT_DENIED';
    default:
      return 'PORT_FAILED';
  }
}
