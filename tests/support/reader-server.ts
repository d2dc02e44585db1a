// A simulated reader that listens on loopback, so that a counter in another process can use it and be killed.
import { createServer, type Socket } from 'node:net';
import type { SimulatedCardReader } from '../../drivers/kit/simulator.ts';
import type { Transport } from '../../drivers/kit/transport.ts';

function transportOf(socket: Socket): Transport {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
      }),
    onData(listener) {
      socket.on('data', listener);
      return () => socket.off('data', listener);
    },
    onLost: () => () => {},
    async close() {
      socket.destroy();
    },
  };
}

/** Listens on a free loopback port; the newest connection has the reader. */
export async function serveReader(reader: SimulatedCardReader): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    reader.attach(transportOf(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
