// The door for the branch's other counters: one address, small bodies, nothing said to whoever is not of the branch.
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { asFault } from '../../shared/domain/fault.ts';
import { SIGNATURE_HEADER } from '../../shared/wire/enrolment.ts';
import { EXCHANGE_PATH } from '../../shared/wire/neighbours.ts';
import type { PeerPlace } from '../../shared/wire/roster.ts';
import type { Signed } from './neighbours.ts';

const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
const MAX_ADDRESSES = 8;

export interface NeighbourServer {
  readonly port: number;
  /** Where others find it; null on a machine without a network. */
  readonly place: PeerPlace | null;
  close(): Promise<void>;
}

/** Listens for the branch's counters on all addresses of this machine. Rejects when the port is taken. */
export function listenForNeighbours(options: {
  readonly port: number;
  readonly answer: (request: Signed) => Signed;
}): Promise<NeighbourServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    const end = (status: number) => response.writeHead(status).end();
    if (request.method !== 'POST' || request.url !== EXCHANGE_PATH) return void end(404);
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_REQUEST_BYTES) request.destroy();
      else parts.push(part);
    });
    request.once('end', () => {
      const json = Buffer.concat(parts).toString('utf8');
      try {
        const answer = options.answer({ json, signature: String(request.headers[SIGNATURE_HEADER] ?? '') });
        response.writeHead(200, { 'content-type': 'application/json', [SIGNATURE_HEADER]: answer.signature }).end(answer.json);
      } catch (error) {
        end(asFault(error).code === 'HEADQUARTERS_REFUSED' ? 403 : 500);
      }
    });
  });
  server.maxConnections = 64;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, () => {
      server.on('error', () => undefined);
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      const addresses = ownAddresses();
      resolve({
        port,
        place: addresses.length === 0 ? null : { addresses, port },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** This machine's addresses in its networks: IPv4, as halls have them. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
    .slice(0, MAX_ADDRESSES);
}
