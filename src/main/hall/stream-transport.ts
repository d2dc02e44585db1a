// The device's end of a line: a kit transport over a Node stream (PTY master or accepted socket).
import type { Duplex } from 'node:stream';
import type { Transport } from '../../../drivers/kit/transport.ts';

/** Returns the transport; the stream is destroyed with it. */
export function createStreamTransport(stream: Duplex): Transport {
  const lost = new Set<(error: Error) => void>();
  let closed = false;
  let reason = new Error('the line is gone');
  stream.on('error', (error) => {
    reason = error;
  });
  const gone = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.once('close', () => {
    if (!closed) for (const listener of lost) listener(reason);
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error === null || error === undefined ? resolve() : reject(error)));
      }),
    onData(listener) {
      stream.on('data', listener);
      return () => stream.off('data', listener);
    },
    onLost(listener) {
      lost.add(listener);
      return () => lost.delete(listener);
    },
    async close() {
      closed = true;
      stream.destroy();
      await gone;
    },
  };
}
