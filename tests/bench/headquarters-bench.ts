// What the measurements of headquarters share: a durable PostgreSQL, the real service as a process, and counters' batches made beforehand.
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { availableParallelism, platform } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cutBatch, sendBatch } from '../../src/main/replication/client.ts';
import { canonicalJson } from '../../src/shared/domain/canonical.ts';
import type { NewOperation, Operation } from '../../src/shared/domain/operation.ts';
import { MAX_BATCH_OPERATIONS } from '../../src/shared/wire/envelope.ts';
import { TEST_KEY } from '../support/counter-keys.ts';
import {
  openAccount,
  openShift,
  SAMPLE_DATE,
  SAMPLE_TARIFF,
  sampleAccount,
  sampleId,
  sampleOperation,
  sampleTopup,
} from '../support/sample-operations.ts';

/**
 * As a server in production is set up: what is confirmed is on disk; memory and log have room, so that no checkpoint falls into the measurement
 * (PostgreSQL 18 manual §19.4 and §28.5).
 */
export const DURABLE_SETTINGS = {
  ...{ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_connections: '100' },
  ...{ shared_buffers: '1GB', max_wal_size: '4GB', checkpoint_timeout: '30min' },
};

/** Runs this program, and with it all it starts, on two cores: where there are more, it starts itself again under `taskset`. */
export function onOneCorePair(): void {
  if (platform() !== 'linux' || availableParallelism() <= 2) return;
  const [program = '', ...args] = process.argv;
  const { status, error } = spawnSync('taskset', ['-c', '0,1', program, ...args], { stdio: 'inherit' });
  if (error === undefined) process.exit(status ?? 1);
  console.log(`not pinned to two cores: ${error.message}`);
}

export interface Process {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts headquarters on a database by URL, as `npm run hq` does. */
export async function startHeadquarters(databaseUrl: string, execArgv: readonly string[] = []): Promise<Process> {
  const main = join(import.meta.dirname, '..', '..', 'src', 'hq', 'main.ts');
  const child = spawn(process.execPath, [...execArgv, main, '--database', databaseUrl, '--exit-with-parent'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return processOf(child, line.replace(/^ready /, ''));
}

/** Starts one of the `*-server.ts` beside this file; it sends its URL when it listens. */
export async function startServer(file: string, args: readonly string[]): Promise<Process> {
  const child = fork(join(import.meta.dirname, file), args);
  const [url] = (await once(child, 'message')) as [string];
  return processOf(child, url);
}

function processOf(child: ChildProcess, url: string): Process {
  const exited = once(child, 'exit');
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** Returns what a branch's first counter begins with: the branch, its tariff, `accounts` accounts and a shift. */
export function beginning(branch: { readonly branchNo: string; readonly first: number; readonly accounts: number }): {
  readonly operations: readonly NewOperation[];
  topup(number: number): NewOperation[];
} {
  const { branchNo, first } = branch;
  const accounts = Array.from({ length: branch.accounts }, (_, index) => sampleAccount(first + index));
  const shift = openShift(first);
  const opened = { branchNo, name: '城北营业厅', regionCode: '9A01', businessDate: SAMPLE_DATE };
  return {
    operations: [
      sampleOperation('branch.opened', opened, { id: sampleId(first * 4 + 1) }),
      sampleOperation('tariff.published', { tariff: SAMPLE_TARIFF }, { id: sampleId(first * 4 + 2) }),
      ...accounts.map(openAccount),
      shift,
    ],
    topup(number) {
      const account = accounts[number % accounts.length];
      if (account === undefined) throw new RangeError('no account');
      return sampleTopup(first * 100 + number, account, shift.shiftId);
    },
  };
}

/** A request as a counter sends it. */
export interface PreparedBatch {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly operations: readonly Operation[];
}

/** Returns the operations cut into batches, packed and signed by the code of the counter itself. */
export async function prepareBatches(
  of: { readonly branchNo: string; readonly counterId: string },
  operations: readonly Operation[],
): Promise<PreparedBatch[]> {
  const { branchNo, counterId } = of;
  const batches: PreparedBatch[] = [];
  for (let start = 0; start < operations.length; ) {
    const next = operations.slice(start, start + MAX_BATCH_OPERATIONS).map(asStored);
    const batch = cutBatch(next, (next[0]?.seq ?? 1) - 1);
    const sent = next.slice(0, batch.operationsJson.length);
    const keep: typeof fetch = async (url, init) => {
      const headers = init?.headers as Record<string, string>;
      batches.push({ path: (url as URL).pathname, headers, body: init?.body as Uint8Array, operations: sent });
      const last = sent.at(-1);
      return Response.json({ version: 1, counterId, heldSeq: last?.seq, heldHash: last?.hash, nowMs: 0 });
    };
    const line = { url: 'http://headquarters', fetch: keep, key: TEST_KEY };
    await sendBatch(line, { branchNo, counterId, heard: [], batch, signal: new AbortController().signal });
    start += sent.length;
  }
  return batches;
}

/** An operation as a counter's store gives it back: its payload was kept as canonical JSON. */
function asStored(operation: Operation): Operation {
  return { ...operation, payload: JSON.parse(canonicalJson(operation.payload)) as never };
}

/** Posts a body over a kept connection and returns the answer; throws on any status but 200. */
export function poster(url: string): {
  post(what: { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }): Promise<unknown>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true });
  return {
    post: ({ path, headers, body }) =>
      new Promise((resolve, reject) => {
        const sent = request(
          new URL(path, url),
          { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
          (answer) => {
            let text = '';
            answer.setEncoding('utf8').on('data', (chunk: string) => {
              text += chunk;
            });
            answer.once('end', () => {
              if (answer.statusCode === 200) resolve(JSON.parse(text));
              else reject(new Error(`${answer.statusCode} ${text}`));
            });
          },
        );
        sent.once('error', reject).end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Sends every counter's batches, those of one counter one after the other and the counters beside each other; returns the time, ms. */
export async function sendAll(url: string, counters: readonly (readonly PreparedBatch[])[]): Promise<number> {
  const line = poster(url);
  const start = performance.now();
  await Promise.all(
    counters.map(async (batches) => {
      for (const batch of batches) {
        const answer = (await line.post(batch)) as { readonly heldSeq: number; readonly refused?: unknown };
        if (answer.heldSeq !== batch.operations.at(-1)?.seq) throw new Error(`not taken: ${JSON.stringify(answer)}`);
      }
    }),
  );
  const ms = performance.now() - start;
  line.close();
  return ms;
}
