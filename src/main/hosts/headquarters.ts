// Where this counter's headquarters is: as configured, or, in a demo hall without one, a child of its own that is kept running.
import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Launchers } from './launchers.ts';

const HEADQUARTERS_KILL_MS = 3_000;
const HEADQUARTERS_FIRST_RESTART_MS = 500;
const HEADQUARTERS_LAST_RESTART_MS = 30_000;
const HEADQUARTERS_TRY_MS = 250;
/** Half a minute; after that replication tries on its own and says why it cannot. */
const HEADQUARTERS_START_TRIES = 120;

interface Headquarters {
  readonly url: string | undefined;
  /** A code that our own headquarters takes this counter in with; null where a person brings one. */
  readonly ownCode: string | null;
  /** Starts it where it is our own; returns what ends it. */
  start(): () => Promise<void>;
  /** Resolves when it may be called, or `givenUp` says so. */
  ready(givenUp: () => boolean): Promise<void>;
}

/** Headquarters as configured; a demo hall without one runs its own as a child, on a port that is free now. */
export async function headquartersOf(
  wanted: { readonly configured: string | undefined; readonly demo: boolean; readonly branchNo: string },
  options: { readonly dataDir: string; readonly launchers: Pick<Launchers, 'headquarters'> },
): Promise<Headquarters> {
  const { configured, demo, branchNo } = wanted;
  if (!demo || configured !== undefined) return { url: configured, ownCode: null, start: () => async () => {}, ready: async () => {} };
  const port = await freePort();
  const ownCode = randomBytes(16).toString('hex');
  return {
    ownCode,
    url: `http://127.0.0.1:${port}`,
    async ready(givenUp) {
      for (let tries = 0; tries < HEADQUARTERS_START_TRIES && !givenUp() && !(await answers(port)); tries += 1)
        await pause(HEADQUARTERS_TRY_MS);
    },
    start() {
      let wanted = true;
      let restartMs = HEADQUARTERS_FIRST_RESTART_MS;
      let timer: NodeJS.Timeout | undefined;
      let end = async () => {};
      // The headquarters of a counter that ended a moment ago may still be closing its database; then this one finds it in use and ends.
      const launch = () => {
        const child = options.launchers.headquarters({
          args: ['--port', String(port), '--data', join(options.dataDir, 'headquarters'), '--enrol', `${branchNo}:${ownCode}`],
          logFile: join(options.dataDir, 'headquarters.log'),
        });
        const gone = new Promise<void>((resolve) => child.onExit(resolve));
        void gone.then(() => {
          if (wanted) timer = setTimeout(launch, restartMs);
          restartMs = Math.min(restartMs * 2, HEADQUARTERS_LAST_RESTART_MS);
        });
        end = async () => {
          child.kill();
          await Promise.race([gone, pause(HEADQUARTERS_KILL_MS, undefined, { ref: false })]);
        };
      };
      launch();
      return async () => {
        wanted = false;
        clearTimeout(timer);
        await end();
      };
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
