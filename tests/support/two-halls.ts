// Two halls of one branch with data folders and counter numbers of their own, a headquarters, and lines to it that a test can cut.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DEMO_STAFF } from '../../src/main/hall/demo-branch.ts';
import { type RunningCounter, startCounter, temporaryDataDir } from './counter.ts';

const ROOT = join(import.meta.dirname, '../..');
const BRANCH_NO = '01';
const [FIRST_CODE, SECOND_CODE] = ['FIRST-HALL-CODE', 'SECOND-HALL-CODE'];
/** Few, so that the first load takes a moment only. */
const ACCOUNTS = '120';

/** The wire between a counter and headquarters. */
interface CutLine {
  readonly url: string;
  /** Breaks what is open and takes nothing new. */
  cut(): void;
  join(): void;
  close(): Promise<void>;
}

export interface TwoHalls {
  /** The demo hall with its bench; known to headquarters already. */
  readonly first: RunningCounter;
  /** A counter as it comes out of its box: no books, and a code to begin with. */
  readonly second: RunningCounter;
  readonly code: string;
  readonly lines: readonly CutLine[];
  readonly headquartersUrl: string;
  close(): Promise<void>;
}

/** Starts headquarters and both counters, all from out/. The first is enrolled by its IT; the second waits for `code`. */
export async function openTwoHalls(): Promise<TwoHalls> {
  const folder = temporaryDataDir();
  const [firstDir, secondDir, headquartersDir] = ['first', 'second', 'headquarters'].map((name) => join(folder.dataDir, name));
  if (firstDir === undefined || secondDir === undefined || headquartersDir === undefined) throw new Error('three folders');
  const closers: (() => unknown)[] = [folder.remove];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const prepared = toEnd('loopback.js', ['--prepare-only', '--data', firstDir, '--demo-accounts', ACCOUNTS]);
    const staffFile = join(folder.dataDir, 'staff.json');
    writeFileSync(staffFile, JSON.stringify(DEMO_STAFF));
    // The embedded database belongs to one process at a time.
    await toEnd('hq.js', ['--data', headquartersDir, '--staff', `${BRANCH_NO}:${staffFile}`]);
    const headquarters = await startHeadquarters(headquartersDir);
    closers.push(() => ended(headquarters.child));
    const lines = [await openLine(headquarters.url), await openLine(headquarters.url)];
    closers.push(() => Promise.all(lines.map((line) => line.close())));
    await prepared;
    const settingsFile = join(firstDir, 'settings.json');
    const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as object;
    writeFileSync(settingsFile, JSON.stringify({ ...settings, headquarters: { url: lines[0]?.url } }));
    const first = await startCounter({ dataDir: firstDir, built: true });
    closers.push(() => first.stop());
    const it = await first.connect();
    await it.session.signIn({ staffNo: '4001', password: 'demo-4001' });
    await it.sync.enrol({ code: FIRST_CODE });
    const second = await startEmpty({ dataDir: secondDir, url: lines[1]?.url ?? '' });
    closers.push(() => second.stop());
    return { first, second, code: SECOND_CODE, lines, headquartersUrl: headquarters.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A folder with settings and nothing else is a real counter's, not a demo hall's. */
function startEmpty({ dataDir, url }: { readonly dataDir: string; readonly url: string }): Promise<RunningCounter> {
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ headquarters: { url } }));
  return startCounter({ dataDir, built: true });
}

function program(name: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'out/main', name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function toEnd(name: string, args: readonly string[]): Promise<void> {
  const child = program(name, args);
  if (child.stderr === null) throw new Error('the child has no output');
  child.stdout?.resume();
  const [complained, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${complained}`);
}

async function startHeadquarters(dataDir: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const codes = [FIRST_CODE, SECOND_CODE].flatMap((code) => ['--enrol', `${BRANCH_NO}:${code}`]);
  const child = program('hq.js', ['--data', dataDir, ...codes]);
  if (child.stdout === null || child.stderr === null) throw new Error('the child has no output');
  child.stderr.resume();
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /^ready (\S+)/.exec(chunk.toString())?.[1];
  if (url === undefined) throw new Error(`not the ready line: ${chunk}`);
  return { child, url };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Returns a line that passes everything on to `url` until it is cut. */
async function openLine(url: string): Promise<CutLine> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isUp = true;
  const server = createServer((near) => {
    if (!isUp) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    cut() {
      isUp = false;
      breakAll();
    },
    join() {
      isUp = true;
    },
    async close() {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
