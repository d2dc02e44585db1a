// Round trip of one small signed-in call, over a MessagePort to a thread and over a loopback WebSocket: bare messages of the same text,
// oRPC alone, and ours (gate, session and role check, validation both ways). Prints JSON lines; ours may cost 1.3 times oRPC alone.
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { BARE_CALL } from './dispatch-payload.ts';
import { report } from './report.ts';

const MOST_TIMES_ORPC = 1.3;
const WARM_UP_CALLS = 2_000;
const ROUNDS = 41;
const CALLS_PER_ROUND = 150;

type RoundTrip = () => Promise<unknown>;
type Measured = Record<'bare' | 'orpc' | 'ours', RoundTrip>;

const worker = new Worker(new URL('./dispatch-server.ts', import.meta.url));
const [{ port }] = (await once(worker, 'message')) as [{ readonly port: number }];
const sockets: WebSocket[] = [];

print('port', await measure(await overPorts()));
print('socket', await measure(await overSockets()));
for (const socket of sockets) socket.terminate();
await worker.terminate();

async function overPorts(): Promise<Measured> {
  const channels = { bare: new MessageChannel(), orpc: new MessageChannel(), ours: new MessageChannel() };
  const far = { bare: channels.bare.port2, orpc: channels.orpc.port2, ours: channels.ours.port2 };
  worker.postMessage(far, Object.values(far));
  const near = channels.bare.port1;
  return {
    bare: () =>
      new Promise((resolve) => {
        near.once('message', resolve);
        near.postMessage(BARE_CALL);
      }),
    orpc: callOver(portClient(channels.orpc.port1)),
    ours: await signedIn(portClient(channels.ours.port1)),
  };
}

async function overSockets(): Promise<Measured> {
  const open = async (path: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
    sockets.push(socket);
    await once(socket, 'open');
    return socket;
  };
  const client = (socket: WebSocket) =>
    createORPCClient<CounterClient>(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }));
  const bare = await open('/bare');
  return {
    bare: () =>
      new Promise((resolve) => {
        bare.once('message', (data) => resolve(String(data)));
        bare.send(BARE_CALL);
      }),
    orpc: callOver(client(await open('/orpc'))),
    ours: await signedIn(client(await open('/ours'))),
  };
}

function portClient(near: MessagePort): CounterClient {
  near.start();
  return createORPCClient<CounterClient>(new PortLink({ port: near as unknown as globalThis.MessagePort }));
}

function callOver(client: CounterClient): RoundTrip {
  return () => client.devices.list({});
}

async function signedIn(client: CounterClient): Promise<RoundTrip> {
  await client.session.signIn({ staffNo: '1', password: 'x' });
  return callOver(client);
}

/** Medians of the rounds, microseconds per round trip. The three take turns, so that whatever else the machine does meets all of them. */
async function measure(measured: Measured): Promise<Record<keyof Measured, number>> {
  const names = ['bare', 'orpc', 'ours'] as const;
  const rounds = { bare: [] as number[], orpc: [] as number[], ours: [] as number[] };
  for (const name of names) await repeat(measured[name], WARM_UP_CALLS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      const startedMs = performance.now();
      await repeat(measured[name], CALLS_PER_ROUND);
      rounds[name].push(((performance.now() - startedMs) * 1_000) / CALLS_PER_ROUND);
    }
  }
  const median = (values: number[]) => values.sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { bare: median(rounds.bare), orpc: median(rounds.orpc), ours: median(rounds.ours) };
}

async function repeat(act: RoundTrip, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await act();
}

function print(transport: string, us: Record<keyof Measured, number>): void {
  const orpcToBare = us.orpc / us.bare;
  const figures = [
    { name: `dispatch ${transport}: ours against oRPC alone`, reference: us.orpc, bound: MOST_TIMES_ORPC },
    {
      name: `dispatch ${transport}: ours against bare messages (oRPC alone ${orpcToBare.toFixed(1)}×)`,
      reference: us.bare,
      bound: orpcToBare * MOST_TIMES_ORPC,
    },
  ];
  for (const { name, reference, bound } of figures)
    report({ name, unit: 'µs per round trip', ours: us.ours, reference, ratio: us.ours / reference, sense: 'max', bound });
}
