// A script's line to a running counter: finds it through its data folder and speaks the contract over the loopback door.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { CounterClient } from '../../src/shared/contract/index.ts';

const doorSchema = z.object({ url: z.string(), token: z.string(), pid: z.int() });
export type Door = z.infer<typeof doorSchema>;

/** Reads where the counter of this data folder listens. Throws an Error with a sentence for people when none runs. */
export function readDoor(dataDir: string): Door {
  let text: string;
  try {
    text = readFileSync(join(dataDir, 'loopback-token.json'), 'utf8');
  } catch {
    throw new Error(`No counter with an open door runs on ${dataDir}. Start one, or name its folder with --data.`);
  }
  return doorSchema.parse(JSON.parse(text));
}

/** Opens a line to the counter behind the door. Rejects with an Error for people when it does not answer or refuses. */
export async function connectCounter(door: Pick<Door, 'url' | 'token'>): Promise<{ readonly client: CounterClient; close(): void }> {
  const socket = new WebSocket(`${door.url.replace('http', 'ws')}/rpc`, { headers: { authorization: `Bearer ${door.token}` } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (cause) => reject(new Error(`The counter at ${door.url} does not answer.`, { cause })));
  });
  // The ws package's socket is the browser's by shape; only the declared event types differ.
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient<CounterClient>(link), close: () => socket.close() };
}

/** Returns the pass word from COUNTERTOP_PASSWORD, or asks the person at the terminal. */
export async function askPassword(): Promise<string> {
  if (process.env.COUNTERTOP_PASSWORD !== undefined) return process.env.COUNTERTOP_PASSWORD;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question('Pass word: ');
  } finally {
    prompt.close();
  }
}
