// The loopback host's door: http and WebSocket on 127.0.0.1, open only to who holds the token or its cookie and comes from this very page.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_CALL_BYTES } from '../../../shared/contract/index.ts';
import type { Gate, Line, SenderKind } from '../gate.ts';
import { readPageFile } from '../page-files.ts';
import { PAGE_HEADERS } from '../page-headers.ts';

export interface LoopbackServer {
  readonly url: string;
  /** The address that opens the counter in a browser, with the token. */
  readonly openUrl: string;
  readonly token: string;
  close(): Promise<void>;
}

/** Up to here an oversized call is answered with CALL_TOO_LARGE; beyond it the line is cut with close code 1009 before the rest is read. */
const CUT_BYTES = 4 * MAX_CALL_BYTES;
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; font-src 'self'; script-src 'self'; frame-ancestors 'none'";

/** Put before the request's path to read it; the name is never looked up. */
const BASE = 'http://counter';

type Refusal = 'host' | 'origin' | 'token' | 'method' | 'address';

const REFUSALS: Record<Refusal, { readonly status: number; readonly sentence: string }> = {
  host: { status: 421, sentence: 'This counter answers only to its own address on this machine.' },
  origin: { status: 403, sentence: 'The request comes from another page than the one this counter serves.' },
  token: { status: 401, sentence: 'Open the counter with the address it printed when it started; that address carries the token.' },
  method: { status: 405, sentence: 'Calls go over the WebSocket /rpc; everything else can only be read.' },
  address: { status: 404, sentence: 'There is nothing at this address.' },
};

/** Starts the server on 127.0.0.1 only; `port` 0 takes a free one. Rejects when the port is taken. */
export async function startLoopbackServer(options: {
  readonly gate: Gate;
  readonly rendererDir: string;
  readonly port: number;
  readonly token?: string;
}): Promise<LoopbackServer> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  // The cookie is another secret than the token, so that what a browser stores opens nothing after a restart.
  const cookieSecret = randomBytes(32).toString('base64url');
  const sockets = new WebSocketServer({ noServer: true, maxPayload: CUT_BYTES, perMessageDeflate: false });
  const server = createServer();
  let port = options.port;

  const cookieName = () => `countertop-${port}`;
  const hosts = () => [`127.0.0.1:${port}`, `localhost:${port}`];

  /** Who sends this, or why it is refused. */
  function sender(request: IncomingMessage, mayAct: boolean): SenderKind | Refusal {
    if (!hosts().includes(request.headers.host ?? '')) return 'host';
    const { origin, authorization } = request.headers;
    const bearer = authorization?.startsWith('Bearer ') === true && sameSecret(authorization.slice(7), token);
    if (origin !== undefined && !hosts().some((host) => origin === `http://${host}`)) return 'origin';
    if (bearer) return 'script';
    const cookie = cookieOf(request, cookieName());
    if (cookie === undefined || !sameSecret(cookie, cookieSecret)) return 'token';
    return mayAct && origin === undefined ? 'origin' : 'browser';
  }

  server.on('request', (request, response) => {
    const reading = request.method === 'GET' || request.method === 'HEAD';
    for (const [name, value] of Object.entries({ ...PAGE_HEADERS, 'content-security-policy': CSP })) response.setHeader(name, value);
    const address = BASE + (request.url ?? '/');
    if (!URL.canParse(address)) return refuse(response, 'address');
    const url = new URL(address);
    const opens = reading && url.pathname === '/open' && hosts().includes(request.headers.host ?? '');
    if (opens && sameSecret(url.searchParams.get('token') ?? '', token)) {
      response.setHeader('set-cookie', `${cookieName()}=${cookieSecret}; HttpOnly; SameSite=Strict; Path=/`);
      response.writeHead(303, { location: '/', 'cache-control': 'no-store' }).end();
      return;
    }
    const who = sender(request, !reading);
    if (isRefusal(who)) return refuse(response, who);
    if (!reading) return refuse(response, 'method');
    void sendFile(response, { rendererDir: options.rendererDir, pathname: url.pathname, headOnly: request.method === 'HEAD' });
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const who = sender(request, true);
    if (isRefusal(who)) return refuseUpgrade(socket, who);
    if (request.url !== '/rpc') return refuseUpgrade(socket, 'address');
    sockets.handleUpgrade(request, socket, head, (ws) => options.gate.serve(lineOf(ws), who));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    openUrl: `${url}/open?token=${token}`,
    token,
    close: () =>
      new Promise((resolve) => {
        for (const ws of sockets.clients) ws.close(1001);
        server.close(() => resolve());
        server.closeAllConnections();
        // A page that does not answer the close frame is not waited for.
        for (const ws of sockets.clients) ws.terminate();
      }),
  };
}

function lineOf(ws: WebSocket): Line {
  ws.on('error', () => ws.terminate());
  return {
    send: (text) => {
      if (ws.readyState === ws.OPEN) ws.send(text);
    },
    onMessage: (listener) => ws.on('message', (data, isBinary) => listener(isBinary ? data : String(data))),
    onClose: (listener) => ws.on('close', listener),
  };
}

async function sendFile(
  response: ServerResponse,
  wanted: { readonly rendererDir: string; readonly pathname: string; readonly headOnly: boolean },
): Promise<void> {
  const file = await readPageFile(wanted.rendererDir, wanted.pathname);
  if (file === null) return refuse(response, 'address');
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': file.bytes.length,
    'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(wanted.headOnly ? undefined : file.bytes);
}

function isRefusal(value: SenderKind | Refusal): value is Refusal {
  return Object.hasOwn(REFUSALS, value);
}

function refusalBody(reason: Refusal): string {
  return `${JSON.stringify({ code: 'SENDER_REFUSED', context: { reason }, message: REFUSALS[reason].sentence })}\n`;
}

function refuse(response: ServerResponse, reason: Refusal): void {
  response.writeHead(REFUSALS[reason].status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(refusalBody(reason));
}

function refuseUpgrade(socket: Duplex, reason: Refusal): void {
  const body = refusalBody(reason);
  socket.end(
    `HTTP/1.1 ${REFUSALS[reason].status} Refused\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pair = (request.headers.cookie ?? '').split('; ').find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

function sameSecret(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
