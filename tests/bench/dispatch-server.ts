// The other side of dispatch.bench.ts, in a thread of its own: bare echo, oRPC alone, and our gate with the dispatcher, over ports and sockets.
import type { AddressInfo } from 'node:net';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { os } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createEvents, systemClock, systemIds } from '../../src/main/core/runtime.ts';
import { createGate } from '../../src/main/hosts/gate.ts';
import { ANSWER, BARE_ANSWER } from './dispatch-payload.ts';

export interface BenchPorts {
  readonly bare: MessagePort;
  readonly orpc: MessagePort;
  readonly ours: MessagePort;
}

const never = (): never => {
  throw new Error('not part of the measurement');
};

/** Real dispatcher over ports of which only those that the measured call touches do something. */
const ports = {
  sync: { state: () => ({ state: 'not-configured' }) },
  printJobs: { inState: () => [], forget: () => {} },
  clock: systemClock,
  ids: systemIds,
  events: createEvents(),
  store: { staff: (staffNo: string) => ({ staffNo, name: '测', role: 'clerk', passwordHash: '' }), openShiftOf: () => null },
  devices: { states: () => ANSWER, reconnect: never, withReader: never, print: never, printerColumns: () => 48, cancel: never },
  passwords: { verify: async () => true },
  hall: null,
  demoStaff: [],
  host: 'loopback',
  version: '0',
} as unknown as Ports;

const gate = createGate(createDispatcher(ports));
const plain = { devices: { list: os.handler(() => ANSWER) } };
const plainOverPort = new PortHandler(plain);
const plainOverSocket = new SocketHandler(plain);

function serveSocket(ws: WebSocket, path: string): void {
  if (path === '/bare') ws.on('message', () => ws.send(BARE_ANSWER));
  else if (path === '/orpc') void plainOverSocket.upgrade(ws);
  else
    gate.serve(
      {
        send: (text) => ws.send(text),
        onMessage: (listener) => ws.on('message', (data, isBinary) => listener(isBinary ? data : String(data))),
        onClose: (listener) => ws.on('close', listener),
      },
      'script',
    );
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (ws, request) => serveSocket(ws, request.url ?? ''));
server.on('listening', () => parentPort?.postMessage({ port: (server.address() as AddressInfo).port }));

parentPort?.on('message', ({ bare, orpc, ours }: BenchPorts) => {
  bare.on('message', () => bare.postMessage(BARE_ANSWER));
  plainOverPort.upgrade(orpc as unknown as globalThis.MessagePort);
  gate.serve(
    {
      send: (text) => ours.postMessage(text),
      onMessage: (listener) => ours.on('message', listener),
      onClose: (listener) => ours.on('close', listener),
    },
    'window',
  );
  for (const port of [orpc, ours]) port.start();
});
