// A whole counter in its own process: one per data folder, no orphans, wrong settings, and no trace of it in the folder after its end.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_SLOTS } from '../../src/shared/contract/devices.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { type RunningCounter, startCounter, temporaryDataDir } from '../support/counter.ts';

/** The demo hall's: headquarters, the hall, and a device process for each of its two kinds of line. */
const CHILDREN = 4;
const folder = temporaryDataDir();
const tokenFile = join(folder.dataDir, 'loopback-token.json');
let counter: RunningCounter;

beforeAll(async () => {
  counter = await startCounter({ dataDir: folder.dataDir });
}, 60_000);

afterAll(async () => {
  await counter.kill();
  folder.remove();
});

/** Process ids of the children of `pid`, from the system. */
function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return rows.filter(([, parent]) => parent === pid).flatMap(([child]) => (child === undefined ? [] : [child]));
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function signedIn(): Promise<CounterClient> {
  const client = await counter.connect();
  const { demoStaff } = await client.system.info({});
  const clerk = demoStaff.find(({ role }) => role === 'clerk');
  await client.session.signIn({ staffNo: clerk?.staffNo ?? '', password: clerk?.password ?? '' });
  return client;
}

test('the token file is for this user only and names the running counter', () => {
  expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(tokenFile, 'utf8'))).toEqual({ url: counter.url, token: counter.token, pid: counter.pid });
});

test('a second counter on the same folder is refused with a sentence, and the first goes on', async () => {
  await expect(startCounter({ dataDir: folder.dataDir })).rejects.toThrow(`Another counter (process ${counter.pid}) is already running`);
  const client = await counter.connect();
  expect((await client.system.info({})).demo).toBe(true);
});

test('a killed counter leaves no process behind and starts again on the same folder', async () => {
  await expect.poll(() => childrenOf(counter.pid).length, { timeout: 40_000 }).toBe(CHILDREN);
  const children = childrenOf(counter.pid);
  await counter.kill();
  await expect.poll(() => children.filter(runs), { timeout: 40_000 }).toEqual([]);
  counter = await startCounter({ dataDir: folder.dataDir });
  expect((await (await counter.connect()).system.info({})).demo).toBe(true);
}, 90_000);

test('an orderly end closes the door, the children and the token file', async () => {
  const children = childrenOf(counter.pid);
  expect(await counter.stop()).toBe(0);
  expect(children.filter(runs)).toEqual([]);
  expect(existsSync(tokenFile)).toBe(false);
  counter = await startCounter({ dataDir: folder.dataDir });
}, 90_000);

test('wrong settings keep devices away and nothing else; mended, a reconnect brings them back', async () => {
  const settingsFile = join(folder.dataDir, 'settings.json');
  const good = readFileSync(settingsFile, 'utf8');
  await counter.stop();
  writeFileSync(settingsFile, good.replace('"tcp"', '"carrier-pigeon"'));
  counter = await startCounter({ dataDir: folder.dataDir });
  const client = await signedIn();
  const faulty = await client.devices.list({});
  expect(faulty.map(({ lastError }) => lastError?.code)).toEqual(DEVICE_SLOTS.map(() => 'SETTINGS_INVALID'));
  expect(faulty[0]?.lastError?.context).toMatchObject({ file: 'settings.json', line: expect.any(Number) });
  await expect(client.devices.reconnect({ slot: 'printer' })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  writeFileSync(settingsFile, good);
  await client.devices.reconnect({ slot: 'printer' });
  // The other slots' processes start at the same time, each at its own pace.
  const drivers = async () => (await client.devices.list({})).map(({ driverId }) => driverId);
  await expect.poll(drivers, { timeout: 30_000 }).not.toContain('');
}, 90_000);
