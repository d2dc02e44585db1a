// The cables of the demo hall: what a simulated device is plugged into, and can be pulled out of.
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Transport } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { openPty, type Pty } from './pty.ts';
import { createStreamTransport } from './stream-transport.ts';

/** A cable with a device at one end; the counter opens the other. */
export interface Cable {
  /** Connects the device: `attach` is called with its end, over TCP with every new connection. Rejects with HALL_UNAVAILABLE. */
  plug(attach: (line: Transport) => void): Promise<void>;
  unplug(): Promise<void>;
}

/** A serial cable: a pseudo terminal behind a link of a fixed name, which vanishes with the plug as a USB adapter's device does. */
export function createSerialCable(linkPath: string): Cable {
  let pty: Pty | null = null;
  return {
    async plug(attach) {
      pty = openPty();
      attach(pty.transport);
      const fresh = `${linkPath}.new`;
      rmSync(fresh, { force: true });
      symlinkSync(pty.path, fresh);
      renameSync(fresh, linkPath);
    },
    async unplug() {
      rmSync(linkPath, { force: true });
      const open = pty;
      pty = null;
      await open?.close();
    },
  };
}

/** A network cable on the loopback interface. The device serves one connection; a new one replaces the old. */
export function createTcpCable(port: number): Cable {
  let server: Server | null = null;
  const sockets = new Set<Socket>();
  return {
    plug(attach) {
      const listening = createServer((socket) => {
        for (const old of sockets) old.destroy();
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('close', () => sockets.delete(socket));
        attach(createStreamTransport(socket));
      });
      server = listening;
      return new Promise((resolve, reject) => {
        listening.once('error', (cause: NodeJS.ErrnoException) => {
          reject(new Fault('HALL_UNAVAILABLE', { port, reason: cause.code ?? '' }, { cause }));
        });
        listening.listen({ port, host: '127.0.0.1' }, resolve);
      });
    },
    async unplug() {
      const closing = server;
      server = null;
      for (const socket of sockets) socket.destroy();
      if (closing?.listening) await new Promise((resolve) => closing.close(resolve));
    },
  };
}

/** Returns a loopback port that is free now. */
export async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Fault('HALL_UNAVAILABLE', { reason: 'no port' });
  return address.port;
}
