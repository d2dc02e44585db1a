// The two ways to the core: a MessagePort from Electron's preload, a WebSocket on the loopback host.
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { Opened } from './line.ts';

declare global {
  interface Window {
    readonly countertop?: {
      readonly host: 'electron';
      /** Opens the system's print dialog for what the page shows on paper, and resolves to what the system made of it. */
      print(options: {
        readonly landscape: boolean;
        readonly copies: number;
      }): Promise<{ readonly success: boolean; readonly reason: string }>;
    };
  }
}

const HANDSHAKE_MS = 5000;

/** Asks the preload for a port to the core; rejects when none comes within 5 s. */
function openPort(): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      window.removeEventListener('message', receive);
      clearTimeout(timer);
    };
    const receive = (event: MessageEvent<unknown>): void => {
      const type = (event.data as { readonly type?: unknown } | null)?.type;
      const port = event.ports[0];
      if (event.source !== window || type !== 'countertop:port' || port === undefined) return;
      give();
      const closed = new Promise<void>((done) => port.addEventListener('close', () => done(), { once: true }));
      const link = new PortLink({ port });
      port.start();
      resolve({ link, closed, close: () => port.close() });
    };
    const timer = setTimeout(() => {
      give();
      reject(new Error('no port'));
    }, HANDSHAKE_MS);
    window.addEventListener('message', receive);
    window.postMessage({ type: 'countertop:hello' }, '*');
  });
}

/** Opens the WebSocket at this page's origin; the cookie of the page carries the token. */
function openSocket(): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const address = new URL('/rpc', window.location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const websocket = new WebSocket(address);
    websocket.binaryType = 'arraybuffer';
    const closed = new Promise<void>((done) => websocket.addEventListener('close', () => done(), { once: true }));
    const close = (): void => websocket.close();
    websocket.addEventListener('open', () => resolve({ link: new SocketLink({ websocket }), closed, close }), { once: true });
    void closed.then(() => reject(new Error('closed')));
  });
}

/** Opens the transport of the host that this page runs in. */
export function openTransport(): Promise<Opened> {
  return window.countertop?.host === 'electron' ? openPort() : openSocket();
}
