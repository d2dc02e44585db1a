// The fault campaign of drivers without a byte line: a dock's folder and a maker's library. One misfortune of an action per case, from a seed; the truth is
// what lies in the folder and on the card. COUNTERTOP_CASES scales it, COUNTERTOP_SEED=n repeats one.
import { expect, test } from 'vitest';
import folderDock from '../../drivers/generic-folder-dock/driver.ts';
import folderManifest from '../../drivers/generic-folder-dock/manifest.json' with { type: 'json' };
import type { DockFile, DockReceivedFile } from '../../drivers/kit/meter-dock.ts';
import { createMemoryFolder } from '../../drivers/kit/testing/folder.ts';
import { createGasCardSimulator, gasCard } from '../../drivers/kit/testing/gas-card.ts';
import { createMemoryLine } from '../../drivers/kit/testing/line.ts';
import { createManualTimers } from '../../drivers/kit/testing/timers.ts';
import tradeDll from '../../drivers/trade-dll/driver.ts';
import libraryManifest from '../../drivers/trade-dll/manifest.json' with { type: 'json' };
import { Fault, type FaultCode } from '../../src/shared/domain/fault.ts';
import { seeded } from '../support/journal.ts';

const SEED = Number(process.env.COUNTERTOP_SEED ?? 3);
const CASES = Math.ceil(Number(process.env.COUNTERTOP_CASES ?? 1500) / 10);
/** Longer than any transfer waits for a file to stop growing. */
const LONG_MS = 3_600_000;

const CODES = ['PORT_MISSING', 'PORT_DENIED', 'PORT_FAILED'] as const satisfies readonly FaultCode[];

type Random = () => number;
const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** How a call ended: its value, or the code of the fault. Anything else that is thrown fails the test. */
async function endOf<T>(call: Promise<T>): Promise<{ readonly value: T } | FaultCode> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

async function folderCase(random: Random): Promise<string> {
  const timers = createManualTimers();
  const shared = createMemoryFolder(timers);
  const { options } = folderManifest;
  const { host } = createMemoryLine(timers);
  const { meterDock } = await folderDock.open({ transport: host, folder: shared.folder, timers, options, trace: () => {} });
  if (!meterDock) throw new Error('no dock');
  const settle = <T>(call: Promise<T>) => timers.settle(call, LONG_MS);
  const bytes = (length: number) => Uint8Array.from({ length }, () => below(random, 256));
  const outgoing: DockFile[] = [0, 1, 2].map((index) => ({ name: `book${index}.csv`, data: bytes(below(random, 3_000)) }));
  const incoming = new Map<string, Uint8Array>([0, 1, 2].map((index) => [`readings${index}.csv`, bytes(1 + below(random, 3_000))]));
  const kept: DockReceivedFile[] = [];

  // One action fails: before it is done, after it, from there on for good, or the other program takes the file away under it.
  const at = 1 + below(random, 14);
  const kind = ['fails', 'folder goes', 'keeping fails', 'file vanishes'][below(random, 4)];
  const code = CODES[below(random, CODES.length)] ?? 'PORT_FAILED';
  let actions = 0;
  let keeps = 0;
  const isSend = random() < 0.5;
  if (!isSend) for (const [name, data] of incoming) shared.write(name, data);
  shared.onAction((_action, name) => {
    actions += 1;
    if (actions !== at) return;
    if (kind === 'fails') throw new Fault(code, { reason: 'campaign' });
    if (kind === 'folder goes') shared.breakWith(new Fault(code, { reason: 'campaign' }));
    if (kind === 'file vanishes' && name !== null && incoming.delete(name)) shared.files.delete(name);
  });
  const keep = async (file: DockReceivedFile) => {
    keeps += 1;
    if (kind === 'keeping fails' && keeps === 1 + (at % 3)) throw new Fault('DATABASE_FAILED', { reason: 'campaign' });
    kept.push(file);
  };

  if (isSend) {
    const { files, fault } = await settle(meterDock.send(outgoing));
    for (const file of files) {
      const lies = shared.files.get(file.name)?.data;
      const whole = outgoing.find(({ name }) => name === file.name)?.data;
      if (file.state === 'acknowledged') expect(lies, file.name).toEqual(whole);
      if (file.state === 'unsent') expect(lies, file.name).toBeUndefined();
    }
    shared.breakWith(null);
    shared.onAction(() => {});
    const there = files.filter(({ state }) => state === 'acknowledged');
    const again = await settle(meterDock.send(outgoing, { whole: there }));
    expect(again.fault).toBeNull();
    for (const { name, data } of outgoing) expect(shared.files.get(name)?.data, name).toEqual(data);
    return `send ${fault?.code ?? 'success'}`;
  }
  const first = await endOf(settle(meterDock.receive({ keep })));
  shared.breakWith(null);
  shared.onAction(() => {});
  const again = await settle(meterDock.receive({ keep, whole: kept }));
  // With nothing left to take, the dock says that nothing came.
  expect([undefined, 'DEVICE_NO_ANSWER']).toContain(again.fault?.code);
  // Every file once and whole; one that its own program took away before anybody had it is nobody's.
  const names = kept.map(({ name }) => name).sort();
  expect(new Set(names).size).toBe(names.length);
  for (const [name, data] of incoming) expect(kept.find((file) => file.name === name)?.data, name).toEqual(data);
  for (const name of incoming.keys()) expect(shared.files.has(name), name).toBe(false);
  return `receive ${typeof first === 'string' ? first : (first.value.fault?.code ?? 'success')}`;
}

async function libraryCase(random: Random): Promise<string> {
  const timers = createManualTimers();
  const { library, card } = createGasCardSimulator();
  const isThere = () => card.state !== 'absent';
  card.state = 'user';
  card.fields = gasCard({ ql: 0, cs: 4, ljgql: 40 });
  const when = ['never', 'before', 'after', 'card gone', 'card swapped'][below(random, 5)];
  const call = ['check', 'read', 'write'][below(random, 3)];
  let armed = false;
  const guarded = <A extends unknown[], T>(name: string, act: (...given: A) => Promise<T>) => {
    return async (...given: A): Promise<T> => {
      const strikes = armed && name === call;
      if (strikes) armed = false;
      if (strikes && when === 'before') throw new Fault('LIBRARY_FAILED', { returnCode: -3 });
      if (strikes && when === 'card gone') card.state = 'absent';
      if (strikes && when === 'card swapped') card.fields = gasCard({ kh: '10000002', cs: 1, ql: 7 });
      const value = await act(...given);
      if (strikes && when === 'after') throw new Fault('LIBRARY_FAILED', { returnCode: -12 });
      return value;
    };
  };
  const open = await tradeDll.open({
    transport: createMemoryLine(timers).host,
    library: {
      check: guarded('check', library.check),
      read: guarded('read', library.read),
      write: guarded('write', library.write),
      writeNew: library.writeNew,
      format: library.format,
    },
    timers,
    options: libraryManifest.options,
    trace: () => {},
  });
  const reader = open.chipReader;
  const face = reader?.tradeDll;
  if (reader === undefined || face === undefined) throw new Error('no library');
  const before = { ...card.fields };
  const purchase = { ...before, ql: 25, cs: before.cs + 1, ljgql: before.ljgql + 25 };
  armed = true;
  const settle = <T>(work: Promise<T>) => timers.settle(endOf(work), LONG_MS);
  const acts = { check: () => reader.identify(1), read: () => face.read(), write: () => face.write(purchase) };
  const end = await settle<unknown>(acts[call as keyof typeof acts]());

  // A success is the truth of the card that lies there now; a fault after the act leaves it open, and the next look tells.
  if (typeof end === 'object' && call === 'write') expect(card.fields).toMatchObject({ ql: 25, cs: 5, kh: before.kh });
  if (call === 'write' && when !== 'after' && typeof end === 'string') expect(card.fields.ql).not.toBe(25);
  if (call === 'write' && when === 'after') expect(end).toBe('LIBRARY_FAILED');
  if (call === 'read' && typeof end === 'object') expect(end.value).toEqual(card.fields);
  const look = await settle(reader.identify(1));
  expect(look).toEqual({
    value: { presence: isThere() ? 'present' : 'absent', chip: isThere() ? 'TRADE-DLL' : null, uid: null },
  });
  if (isThere()) expect(await settle(face.read())).toEqual({ value: card.fields });
  await open.close();
  return `${call} ${typeof end === 'string' ? end : 'success'}`;
}

test.each([
  ['folder', folderCase],
  ['library', libraryCase],
] as const)(
  `${CASES} misfortunes of a %s, seed ${SEED}: success, a typed fault, nothing lost, nothing doubled`,
  async (name, run) => {
    const random = seeded(SEED);
    const ends = new Map<string, number>();
    for (let index = 0; index < CASES; index += 1) {
      const end = await run(random).catch((error: unknown) => {
        throw new Error(`${name} #${index}, seed ${SEED}`, { cause: error });
      });
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    console.log(`seed ${SEED}, ${name}: ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}`);
    // The campaign is worth something only if it strikes and if it lets pass.
    expect([...ends.keys()].some((end) => end.endsWith('success'))).toBe(true);
    expect([...ends.keys()].filter((end) => !end.endsWith('success')).length).toBeGreaterThan(2);
  },
  120_000,
);
