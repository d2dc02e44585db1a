// The core's side against a scripted device process: heartbeat, restart, and what calls in flight end with.
import { describe, expect, it } from 'vitest';
import { say, sayAll } from '../../../drivers/kit/meaning.ts';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { CounterEvent } from '../core/ports/runtime.ts';
import { type Channel, createChannelPair } from '../processes/channel.ts';
import type { ProcessHandle } from '../processes/launch.ts';
import { createDeviceClient } from './client.ts';
import type { DeviceProcessStart } from './launch.ts';
import { type FromDevice, type ToDevice, toDeviceSchema } from './protocol.ts';
import { type Settings, settingsSchema } from './settings.ts';

const WRITE = {
  slot: 1,
  expected: new Uint8Array(256),
  writes: [{ address: 0, data: Uint8Array.of(1) }],
  access: { chip: 'SLE4442' },
  keys: { chip: 'SLE4442', psc: Uint8Array.of(1, 2, 3) },
  allowLastAttempt: false,
} as const;
const JOB = { jobId: 'j', markup: 'm', cut: true, openDrawer: false };
const STATE: FromDevice = {
  type: 'state',
  state: {
    slot: 'reader',
    state: 'ready',
    driverId: 'x-y',
    connection: 'serial COM1',
    lastError: null,
    lastSeenMs: 5,
    paperNearEnd: null,
    cards: ['present'],
    columns: 0,
    resolved: null,
  },
};

/** One launched process: what it heard, and its hands. */
interface FakeProcess {
  readonly group: string;
  readonly heard: ToDevice[];
  readonly channel: Channel;
  /** Answers pings and leases by itself; cleared to play dead. */
  answers: boolean;
  killed: boolean;
  exit(): void;
  /** Writes a line to its standard error. */
  complain(line: string): void;
}

const DEVICES = {
  reader: { driver: 'fourslot-sle4442', transport: { kind: 'serial', path: 'COM1' } },
  printer: { driver: 'generic-escpos', transport: { kind: 'serial', path: 'COM2' } },
};

function setUp(settings: () => Settings | Fault = () => settingsSchema.parse({ devices: DEVICES })) {
  const timers = createManualTimers();
  const processes: FakeProcess[] = [];
  const events: CounterEvent[] = [];
  let leaseNo = 0;

  function launch({ group }: DeviceProcessStart): ProcessHandle {
    const { left, right } = createChannelPair();
    const exits: (() => void)[] = [];
    const complaints: ((line: string) => void)[] = [];
    const fake: FakeProcess = {
      group,
      heard: [],
      channel: right,
      answers: true,
      killed: false,
      complain: (line) => {
        for (const listener of complaints) listener(line);
      },
      exit: () => {
        for (const listener of exits.splice(0)) listener();
      },
    };
    right.onMessage((raw) => {
      const message = toDeviceSchema.parse(raw);
      fake.heard.push(message);
      if (!fake.answers) return;
      if (message.type === 'stop') fake.exit();
      if (message.type === 'ping') right.send({ type: 'pong', n: message.n });
      if (message.type === 'lease') right.send({ type: 'outcome', id: message.id, outcome: { kind: 'done', value: null } });
    });
    processes.push(fake);
    return {
      channel: left,
      pid: undefined,
      kill() {
        fake.killed = true;
        fake.exit();
      },
      onExit: (listener) => exits.push(listener),
      onErrorLine: (listener) => complaints.push(listener),
    };
  }

  const client = createDeviceClient({
    launch,
    settings,
    driverRoots: ['drivers'],
    publish: (event) => events.push(event),
    timers,
    newLeaseId: () => `lease-${++leaseNo}`,
  });
  const current = () => {
    const last = processes.at(-1);
    if (last === undefined) throw new Error('no process');
    return last;
  };
  const heard = <T extends ToDevice['type']>(type: T) =>
    current().heard.filter((message): message is Extract<ToDevice, { type: T }> => message.type === type);
  return { timers, client, processes, events, current, heard, say: (message: unknown) => current().channel.send(message) };
}

describe('heartbeat', () => {
  it('kills a process that was silent for six pings and starts another', async () => {
    const bench = setUp();
    bench.client.start();
    await bench.timers.advance(5_000);
    expect(bench.processes).toHaveLength(1);
    bench.current().answers = false;
    await bench.timers.advance(3_500);
    expect(bench.processes[0]?.killed).toBe(true);
    await bench.timers.advance(200);
    expect(bench.processes).toHaveLength(2);
    expect(bench.heard('configure')).toHaveLength(1);
  });

  it('gives a process that has not said anything yet more time', async () => {
    const bench = setUp();
    bench.client.start();
    bench.current().answers = false;
    await bench.timers.advance(10_000);
    expect(bench.current().killed).toBe(false);
    await bench.timers.advance(6_000);
    expect(bench.processes[0]?.killed).toBe(true);
  });

  it('restarts ever more slowly, up to half a minute, and quickly again after steady work', async () => {
    const bench = setUp();
    bench.client.start();
    for (const waitMs of [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]) {
      const before = bench.processes.length;
      bench.current().exit();
      await bench.timers.advance(waitMs - 1);
      expect(bench.processes).toHaveLength(before);
      await bench.timers.advance(1);
      expect(bench.processes).toHaveLength(before + 1);
    }
    await bench.timers.advance(15_000);
    const before = bench.processes.length;
    bench.current().exit();
    await bench.timers.advance(200);
    expect(bench.processes).toHaveLength(before + 1);
  });

  it('is not made quick again by a process that says much and ends soon', async () => {
    const bench = setUp();
    bench.client.start();
    for (const waitMs of [200, 400, 800]) {
      for (let message = 0; message < 100; message += 1) bench.say(STATE);
      await bench.timers.advance(4_000);
      const before = bench.processes.length;
      bench.current().exit();
      await bench.timers.advance(waitMs - 1);
      expect(bench.processes).toHaveLength(before);
      await bench.timers.advance(1);
      expect(bench.processes).toHaveLength(before + 1);
    }
  });

  it('starts the next process at once when somebody presses Reconnect', async () => {
    const bench = setUp();
    bench.client.start();
    for (let crash = 0; crash < 8; crash += 1) {
      bench.current().exit();
      await bench.timers.advance(crash < 7 ? 30_000 : 0);
      if (crash < 7) expect(bench.processes).toHaveLength(crash + 2);
    }
    void bench.client.reconnect('reader');
    expect(bench.processes).toHaveLength(9);
    await bench.timers.advance(0);
    expect(bench.heard('reconnect')).toMatchObject([{ slot: 'reader' }]);
    await bench.timers.advance(60_000);
    expect(bench.processes).toHaveLength(9);
  });

  it('kills a process that does not keep to the protocol', async () => {
    const bench = setUp();
    bench.client.start();
    bench.say({ type: 'state', state: 'fine' });
    await bench.timers.advance(0);
    expect(bench.processes[0]?.killed).toBe(true);
  });

  it('ends with stop', async () => {
    const bench = setUp();
    bench.client.start();
    await bench.client.stop();
    await bench.timers.advance(60_000);
    expect(bench.processes).toHaveLength(1);
  });
});

describe('calls in flight when the process is lost', () => {
  it('end unknown when they may have had an effect, refused when not', async () => {
    const bench = setUp();
    bench.client.start();
    const write = bench.client.withReader((reader) => reader.write(WRITE, () => {}));
    const print = bench.client.print(JOB);
    await bench.timers.advance(0);
    expect(bench.heard('call').map((message) => message.call.op)).toEqual(['card.write', 'printer.print']);
    bench.current().exit();
    const lost = { code: 'DEVICE_PROCESS_LOST', context: {} };
    expect(await write).toEqual({ kind: 'done', value: { kind: 'unknown', fault: lost } });
    expect(await print).toEqual({ kind: 'unknown', fault: lost });
    await bench.timers.advance(200);
    const read = bench.client.withReader((reader) => reader.read(1, []));
    await bench.timers.advance(0);
    bench.current().exit();
    expect(await read).toEqual({ kind: 'done', value: { kind: 'refused', fault: lost } });
  });

  it('are refused while no process runs', async () => {
    const bench = setUp();
    bench.client.start();
    bench.current().exit();
    expect(await bench.client.withReader(async () => 1)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_PROCESS_LOST' } });
    expect(await bench.client.print(JOB)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_PROCESS_LOST' } });
  });
});

describe('leases', () => {
  it('are given back after the task, also when it throws', async () => {
    const bench = setUp();
    bench.client.start();
    expect(await bench.client.withReader(async () => 42)).toEqual({ kind: 'done', value: 42 });
    const failing = bench.client.withReader(async () => Promise.reject(new Error('task')));
    await expect(failing).rejects.toThrow('task');
    await bench.timers.advance(0);
    expect(bench.heard('release').map((message) => message.leaseId)).toEqual(['lease-1', 'lease-2']);
  });

  it('that are refused refuse the task', async () => {
    const bench = setUp();
    bench.client.start();
    bench.current().answers = false;
    let ran = false;
    const held = bench.client.withReader(async () => {
      ran = true;
    });
    await bench.timers.advance(0);
    const fault = { code: 'DEVICE_BUSY', context: { slot: 'reader' } };
    bench.say({ type: 'outcome', id: bench.heard('lease')[0]?.id, outcome: { kind: 'refused', fault } });
    expect(await held).toEqual({ kind: 'refused', fault });
    expect(ran).toBe(false);
  });
});

describe('calls', () => {
  it('carry progress and answers, as memory of their own', async () => {
    const bench = setUp();
    bench.client.start();
    const steps: number[] = [];
    const write = bench.client.withReader((reader) => reader.write(WRITE, (step) => steps.push(step.doneBytes)));
    await bench.timers.advance(0);
    const id = bench.heard('call')[0]?.id;
    bench.say({ type: 'progress', id, doneBytes: 1, totalBytes: 1 });
    bench.say({ type: 'outcome', id, outcome: { kind: 'done', value: Buffer.alloc(256, 7) } });
    expect(await write).toEqual({ kind: 'done', value: { kind: 'done', value: new Uint8Array(256).fill(7) } });
    expect(steps).toEqual([1]);
  });

  it('end unknown or refused when the answer has the wrong shape, and later ones are served', async () => {
    const bench = setUp();
    bench.client.start();
    const broken = { kind: 'done', value: 'fine' };
    const first = bench.client.print(JOB);
    const read = bench.client.withReader((reader) => reader.read(1, []));
    await bench.timers.advance(0);
    for (const { id } of bench.heard('call')) bench.say({ type: 'outcome', id, outcome: broken });
    expect(await first).toMatchObject({ kind: 'unknown', fault: { code: 'INTERNAL' } });
    expect(await read).toMatchObject({ kind: 'done', value: { kind: 'refused', fault: { code: 'INTERNAL' } } });
    const second = bench.client.print(JOB);
    await bench.timers.advance(0);
    const answer = { kind: 'done', value: { proof: 'verified', paperNearEnd: true } };
    bench.say({ type: 'outcome', id: bench.heard('call').at(-1)?.id, outcome: answer });
    expect(await second).toEqual(answer);
  });

  it('are cancelled by slot, and only calls', async () => {
    const bench = setUp();
    bench.client.start();
    void bench.client.withReader((reader) => reader.read(1, []));
    void bench.client.print(JOB);
    await bench.timers.advance(0);
    bench.client.cancel('reader');
    await bench.timers.advance(0);
    const read = bench.heard('call').find((message) => message.call.op === 'card.read');
    expect(bench.heard('cancel')).toEqual([{ type: 'cancel', id: read?.id }]);
  });

  it('print one after the other', async () => {
    const bench = setUp();
    bench.client.start();
    void bench.client.print(JOB);
    const second = bench.client.print({ ...JOB, jobId: 'k' });
    await bench.timers.advance(0);
    expect(bench.heard('call')).toHaveLength(1);
    const answer = { kind: 'done', value: { proof: 'verified', paperNearEnd: null } };
    bench.say({ type: 'outcome', id: bench.heard('call')[0]?.id, outcome: answer });
    await bench.timers.advance(0);
    bench.say({ type: 'outcome', id: bench.heard('call')[1]?.id, outcome: answer });
    expect(await second).toEqual(answer);
  });
});

describe('states and events', () => {
  it('publish a state when anything but the time of the last answer changes', async () => {
    const bench = setUp();
    bench.client.start();
    bench.say(STATE);
    bench.say({ ...STATE, state: { ...STATE.state, lastSeenMs: 6 } });
    bench.say({ type: 'presence', cardSlot: 2, presence: 'present' });
    await bench.timers.advance(0);
    expect(bench.events.map((event) => event.type)).toEqual(['device', 'card']);
    expect(bench.client.states()[0]).toMatchObject({ state: 'ready', lastSeenMs: 6 });
    bench.current().exit();
    expect(bench.events.at(-1)).toMatchObject({ type: 'device', device: { state: 'down', lastError: { code: 'DEVICE_PROCESS_LOST' } } });
  });

  it('of a process that speaks for what it does not serve are not believed', async () => {
    const display = { driver: 'generic-vfd-display', transport: { kind: 'tcp', host: 'h', port: 1 } };
    const bench = setUp(() => settingsSchema.parse({ devices: { display } }));
    bench.client.start();
    const frame = { atMs: 1, direction: 'sent', hex: '00', note: '' } as const;
    bench.say(STATE);
    bench.say({ type: 'presence', cardSlot: 1, presence: 'present' });
    bench.say({ type: 'code', text: '100001', aimIdentifier: null });
    bench.say({ type: 'trace', slot: 'reader', ...frame });
    bench.say({ type: 'trace', slot: 'display', ...frame });
    await bench.timers.advance(0);
    expect(bench.events).toEqual([]);
    expect(bench.client.states()[0]?.state).toBe('not-configured');
    expect([bench.client.trace('reader', 'en'), bench.client.trace('display', 'en')]).toMatchObject([[], [frame]]);
  });

  it('know the columns of the printer, and a default before', async () => {
    const bench = setUp();
    bench.client.start();
    expect(bench.client.printerColumns()).toBe(48);
    bench.say({ ...STATE, state: { ...STATE.state, slot: 'printer', columns: 32 } });
    await bench.timers.advance(0);
    expect(bench.client.printerColumns()).toBe(32);
  });

  it('tell what a frame means in the language that is asked for, with the words of the driver that traced it', async () => {
    const bench = setUp();
    bench.client.start();
    bench.say({ ...STATE, state: { ...STATE.state, driverId: 'fourslot-sle4442' } });
    const reads = say('reads {memory}', { memory: say('main') });
    const frame = { type: 'trace', slot: 'reader', atMs: 1, direction: 'sent', hex: '55' } as const;
    bench.say({ ...frame, note: structuredClone(sayAll([reads, say('no paper')])) });
    // The same template has no words in another driver, and its frames stay the first one's.
    bench.say({ ...STATE, state: { ...STATE.state, driverId: 'generic-hid-reader' } });
    bench.say({ ...frame, note: structuredClone(reads) });
    bench.say({ ...frame, note: 'bad-sum' });
    await bench.timers.advance(0);
    const notes = (['zh-CN', 'zh-TW', 'en'] as const).map((language) => bench.client.trace('reader', language).map(({ note }) => note));
    expect(notes).toEqual([
      ['读主存储区，无纸', 'reads main', '校验错误'],
      ['讀主儲存區，無紙', 'reads main', '校驗錯誤'],
      ['reads main, no paper', 'reads main', 'bad-sum'],
    ]);
  });

  it('keep the last frames', async () => {
    const bench = setUp();
    bench.client.start();
    for (let n = 0; n < 410; n += 1) bench.say({ type: 'trace', slot: 'reader', atMs: n, direction: 'sent', hex: '55', note: '' });
    await bench.timers.advance(0);
    expect(bench.client.trace('reader', 'en')).toHaveLength(400);
    expect(bench.client.trace('reader', 'en')[0]?.atMs).toBe(10);
  });

  it('show a wrong settings file and keep what is open', async () => {
    const fault = new Fault('SETTINGS_INVALID', { file: 'settings.json', line: 3 });
    let settings: Settings | Fault = fault;
    const bench = setUp(() => settings);
    bench.client.start();
    await bench.timers.advance(0);
    expect(bench.processes).toEqual([]);
    for (const state of bench.client.states()) expect(state).toMatchObject({ state: 'down', lastError: { code: 'SETTINGS_INVALID' } });
    expect(await bench.client.reconnect('reader')).toEqual({ kind: 'refused', fault: fault.toData() });
    settings = settingsSchema.parse({ demo: true, devices: DEVICES });
    const reconnected = bench.client.reconnect('reader');
    await bench.timers.advance(0);
    expect(bench.heard('configure')[0]?.settings).toMatchObject({ demo: true });
    bench.say(STATE);
    bench.say({ type: 'outcome', id: bench.heard('reconnect')[0]?.id, outcome: { kind: 'done', value: null } });
    expect(await reconnected).toMatchObject({ kind: 'done', value: { slot: 'reader', state: 'ready' } });
  });

  it("open the printer's drawer although the settings have become wrong since", async () => {
    let settings: Settings | Fault = settingsSchema.parse({ devices: DEVICES });
    const bench = setUp(() => settings);
    bench.client.start();
    settings = new Fault('SETTINGS_INVALID');
    bench.client.configure();
    void bench.client.openDrawer();
    await bench.timers.advance(0);
    expect(bench.heard('lease').map(({ slot }) => slot)).toEqual(['printer']);
    expect(bench.heard('call').map(({ call }) => call)).toEqual([{ op: 'drawer.open' }]);
  });
});

it('keeps the last lines of what processes write to standard error, with their group, beyond their end', async () => {
  const { client, processes, timers } = setUp();
  client.start();
  const [first] = processes;
  first?.complain('libusb: no such device');
  first?.exit();
  await timers.advance(5_000);
  expect(client.errorLines()).toEqual([{ atMs: 0, group: first?.group, text: 'libusb: no such device' }]);
  const second = processes.at(-1);
  for (let line = 1; line <= 300; line += 1) second?.complain(`line ${line}`);
  expect(client.errorLines()).toHaveLength(200);
  expect(client.errorLines().at(-1)?.text).toBe('line 300');
});
