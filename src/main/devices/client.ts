// The core's side of the device processes: which one serves which slot, and their answers as the Devices port.
import type { DriverManifest } from '../../../drivers/kit/manifest.ts';
import { inWords, type Meaning, type Words } from '../../../drivers/kit/meaning.ts';
import { done, type Outcome, outcomeOf, refused } from '../../../drivers/kit/outcome.ts';
import { createQueue } from '../../../drivers/kit/queue.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import { wordsIn } from '../../../drivers/kit/words.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { Fault, type FaultData } from '../../shared/domain/fault.ts';
import type { DeviceConsole, ProcessErrorLine, TraceFrame, TraceLanguage } from '../core/ports/device-console.ts';
import type { DeviceSlot, DeviceState, Devices, DockWatch, HeldReader } from '../core/ports/devices.ts';
import type { CounterEvent } from '../core/ports/runtime.ts';
import { scanDrivers } from '../processes/driver-registry.ts';
import type { CallProgress } from './call-kind.ts';
import { type CallOf, callKind, type DeviceCall, type DeviceOp, type ResultOf } from './calls.ts';
import { createDeviceConsole } from './console.ts';
import { createDeviceGroup, type DeviceGroup, type DeviceNews, type Question } from './device-group.ts';
import { bitsOfBindings } from './gas-library/library-bits.ts';
import { planGroups } from './grouping.ts';
import type { DeviceProcessHandle, DeviceProcessStart } from './launch.ts';
import type { ToDevice } from './protocol.ts';
import { outsideDriversOf, type Settings, type TransportSettings } from './settings.ts';

/** Long enough for the slowest step between two calls of a task; a core that hangs gives the reader back after it. */
const LEASE_MS = 30_000;
const DEFAULT_COLUMNS = 48;
const TRACE_FRAMES = 400;
const ERROR_LINES = 200;

export interface DeviceClientOptions {
  launch(start: DeviceProcessStart): DeviceProcessHandle;
  /** Reads the settings afresh; the fault when the file is wrong. */
  settings(): Settings | Fault;
  readonly driverRoots: readonly string[];
  /** Where drivers from outside the program may lie, in its folder `drivers`; without it only the program's own are used. */
  readonly dataDir?: string;
  /** Whose drivers from outside headquarters allows, besides those whom the settings allow. */
  allowedKeys?(): readonly string[];
  publish(event: CounterEvent): void;
  readonly timers: Timers;
  newLeaseId(): string;
  /** Replaced in tests. */
  readonly scan?: typeof scanDrivers;
}

export interface DeviceClient extends Devices, DeviceConsole {
  /** Starts the device processes that the settings need and binds their devices. */
  start(): void;
  /** Ends the device processes; resolves when they are gone. */
  stop(): Promise<void>;
  /** Reads the settings again and binds what has changed; slots move to the process of their new bus. */
  configure(): void;
}

/** A device process and what it was told to serve. */
interface RunningGroup {
  readonly group: DeviceGroup;
  slots: readonly DeviceSlot[];
}

/** A frame as its process told it. */
interface HeardFrame extends Omit<TraceFrame, 'note'> {
  readonly note: Meaning;
  /** Whose words the note is in. */
  readonly driverId: string;
}

interface HeldCall {
  readonly leaseId: string;
  readonly slot: DeviceSlot;
  readonly progress?: ((progress: CallProgress) => void) | undefined;
}

export function createDeviceClient(options: DeviceClientOptions): DeviceClient {
  const { timers } = options;
  const states = new Map<DeviceSlot, DeviceState>(DEVICE_SLOTS.map((slot) => [slot, emptyState(slot)]));
  const frames = new Map<DeviceSlot, HeardFrame[]>(DEVICE_SLOTS.map((slot) => [slot, []]));
  const heard = new Map<DeviceSlot, number>();
  /** Somebody tries the scanner: the next code is theirs. */
  let awaitsCode: ((text: string | null) => void) | null = null;
  const errorLines: ProcessErrorLine[] = [];
  const queues = new Map(DEVICE_SLOTS.map((slot) => [slot, createQueue()]));
  const groups = new Map<string, RunningGroup>();
  const ending = new Set<Promise<void>>();
  const transports = new Map<DeviceSlot, TransportSettings | null>();
  let manifests: readonly DriverManifest[] = [];
  let words: ReadonlyMap<string, Words> = new Map();
  let settings: Settings | Fault = new Fault('DEVICE_NOT_CONFIGURED');
  let columns = 0;
  let stopped = true;

  function configure(): void {
    if (stopped) return;
    settings = options.settings();
    if (settings instanceof Fault) {
      // Devices that are open stay as they were: a slip in the file must not stop the hall.
      for (const slot of DEVICE_SLOTS)
        if (state(slot).state === 'not-configured') show({ ...state(slot), state: 'down', lastError: settings.toData() });
      return;
    }
    const { drivers } = (options.scan ?? scanDrivers)(options.driverRoots, outside());
    manifests = [...drivers.values()].map(({ manifest }) => manifest);
    words = new Map([...drivers].map(([id, entry]) => [id, entry.words]));
    const plans = planGroups(settings.devices, (id) => drivers.get(id) ?? null);
    const bound = new Set(plans.flatMap(({ slots }) => slots));
    for (const [name, running] of groups) {
      running.slots = plans.find(({ group }) => group === name)?.slots ?? [];
      if (running.slots.length === 0) endGroup(name, running.group);
      else tell(running);
    }
    for (const { group: name, slots } of plans) if (!groups.has(name)) startGroup(name, slots);
    for (const slot of DEVICE_SLOTS) {
      if (bound.has(slot)) continue;
      transports.delete(slot);
      show(emptyState(slot));
    }
  }

  function outside() {
    if (settings instanceof Fault || options.dataDir === undefined) return undefined;
    const { roots, keys } = outsideDriversOf(settings, { dataDir: options.dataDir, allowedKeys: options.allowedKeys?.() ?? [] });
    return { roots: [...roots], keys: [...keys] };
  }

  function startGroup(name: string, slots: readonly DeviceSlot[]): void {
    const group = createDeviceGroup({
      launch: () => launch({ group: name, bits: bitsOf(running.slots) }),
      timers,
      started: () => tell(running),
      news: (news) => receive(running, news),
      lost: (fault) => groupLost(running, fault),
    });
    const running: RunningGroup = { group, slots };
    groups.set(name, running);
    group.start();
  }

  function launch(start: DeviceProcessStart): DeviceProcessHandle {
    const handle = options.launch(start);
    handle.onErrorLine((text) => {
      errorLines.push({ atMs: timers.now(), group: start.group, text });
      if (errorLines.length > ERROR_LINES) errorLines.shift();
    });
    return handle;
  }

  /** 32 for a slot whose library is 32-bit code: its process must be one too. */
  function bitsOf(slots: readonly DeviceSlot[]): 32 | undefined {
    return settings instanceof Fault ? undefined : bitsOfBindings(slots.map((slot) => (settings as Settings).devices[slot]));
  }

  function endGroup(name: string, group: DeviceGroup): void {
    groups.delete(name);
    const end = group.stop().finally(() => ending.delete(end));
    ending.add(end);
  }

  /** Tells a process which slots it serves; those that it no longer does it lets go of. */
  function tell({ group, slots }: RunningGroup): void {
    if (settings instanceof Fault) return;
    const { devices, ...others } = settings;
    const own = Object.fromEntries(slots.map((slot) => [slot, devices[slot]]));
    group.send({ type: 'configure', settings: { ...others, devices: own }, driverRoots: [...options.driverRoots], outside: outside() });
  }

  function groupOf(slot: DeviceSlot): DeviceGroup | null {
    for (const running of groups.values()) if (running.slots.includes(slot)) return running.group;
    return null;
  }

  function state(slot: DeviceSlot): DeviceState {
    return states.get(slot) ?? emptyState(slot);
  }

  function show(next: DeviceState): void {
    const before = state(next.slot);
    states.set(next.slot, next);
    // A probe every second is no news; only a change of anything but the time is.
    if (JSON.stringify({ ...before, lastSeenMs: 0 }) === JSON.stringify({ ...next, lastSeenMs: 0 })) return;
    options.publish({ type: 'device', device: { ...next, cards: [...next.cards] } });
  }

  function receive({ slots }: RunningGroup, news: DeviceNews): void {
    switch (news.type) {
      case 'state': {
        const { columns: reported, resolved, ...next } = news.state;
        // What a process says of slots that it does not serve (any more) is old.
        if (!slots.includes(next.slot)) return;
        if (next.slot === 'printer' && reported > 0) columns = reported;
        transports.set(next.slot, resolved);
        show(next);
        return;
      }
      // A process speaks for its own slots alone, whatever a driver in it makes it say.
      case 'presence':
        if (slots.includes('reader')) options.publish({ type: 'card', slot: news.cardSlot, presence: news.presence });
        return;
      case 'code':
        if (!slots.includes('scanner')) return;
        if (awaitsCode !== null) awaitsCode(news.text);
        else options.publish({ type: 'scan', text: news.text });
        return;
      case 'trace': {
        const { type: _, ...frame } = news;
        if (!slots.includes(frame.slot)) return;
        if (frame.direction === 'received') heard.set(frame.slot, (heard.get(frame.slot) ?? 0) + 1);
        const kept = frames.get(frame.slot) ?? [];
        // The slot may be bound to another driver before this is looked at.
        kept.push({ ...frame, driverId: state(frame.slot).driverId });
        if (kept.length > TRACE_FRAMES) kept.shift();
      }
    }
  }

  function frameInWords({ driverId, note, ...frame }: HeardFrame, language: TraceLanguage): TraceFrame {
    return { ...frame, note: inWords(note, wordsIn(language, words.get(driverId))) };
  }

  function groupLost({ slots }: RunningGroup, fault: FaultData): void {
    for (const slot of slots) show({ ...state(slot), state: 'down', lastError: fault, cards: [], paperNearEnd: null });
  }

  function ask(question: Question & { readonly slot: DeviceSlot }): Promise<Outcome<unknown>> {
    const group = groupOf(question.slot);
    if (group !== null) return group.ask(question);
    const code = stopped ? 'DEVICE_PROCESS_LOST' : 'DEVICE_NOT_CONFIGURED';
    return Promise.resolve(refused({ code, context: { slot: question.slot } }));
  }

  async function takeLease(slot: DeviceSlot): Promise<Outcome<string>> {
    const leaseId = options.newLeaseId();
    const message = (id: number): ToDevice => ({ type: 'lease', id, slot, leaseId, leaseMs: LEASE_MS });
    const taken = await ask({ slot, hasEffect: false, isCall: false, message });
    return taken.kind === 'done' ? done(leaseId) : taken;
  }

  function release(slot: DeviceSlot, leaseId: string): void {
    groupOf(slot)?.send({ type: 'release', leaseId });
  }

  async function callOn<Op extends DeviceOp>(held: HeldCall, op: Op, input: Omit<CallOf<Op>, 'op'>): Promise<Outcome<ResultOf<Op>>> {
    const { leaseId, slot, progress } = held;
    const { call: form, hasEffect, result } = callKind(op);
    const call = form.safeParse({ op, ...input } as unknown as DeviceCall);
    if (!call.success) return refused({ code: 'INPUT_INVALID', context: { field: call.error.issues[0]?.path.join('.') ?? '' } });
    const message = (id: number): ToDevice => ({ type: 'call', id, leaseId, call: call.data });
    const outcome = await ask({ slot, hasEffect, isCall: true, message, ...(progress === undefined ? {} : { progress }) });
    if (outcome.kind !== 'done') return outcome;
    // An answer of the wrong shape says nothing: whether there was an effect is then as open as without an answer.
    return outcomeOf(
      async () => result.parse(outcome.value) as ResultOf<Op>,
      () => hasEffect,
    );
  }

  /** One call by itself: waits for those before it on the slot, takes the lease and gives it back. */
  function single<Op extends DeviceOp>(
    op: Op,
    input: Omit<CallOf<Op>, 'op'>,
    how: { readonly slot?: DeviceSlot; readonly progress?: (progress: CallProgress) => void } = {},
  ): Promise<Outcome<ResultOf<Op>>> {
    const slot = how.slot ?? callKind(op).slot;
    const inTurn = queues.get(slot) ?? createQueue();
    return inTurn(async () => {
      const lease = await takeLease(slot);
      if (lease.kind !== 'done') return lease;
      const outcome = await callOn({ leaseId: lease.value, slot, progress: how.progress }, op, input);
      release(slot, lease.value);
      return outcome;
    });
  }

  function holdReader(leaseId: string): HeldReader {
    const held = { leaseId, slot: 'reader' } as const;
    return {
      read: (cardSlot, choices) => callOn(held, 'card.read', { cardSlot, choices: [...choices] }),
      write({ slot: cardSlot, ...request }, progress) {
        const shown = ({ doneBytes, totalBytes }: CallProgress) => progress({ doneBytes, totalBytes: totalBytes ?? doneBytes });
        return callOn({ ...held, progress: shown }, 'card.write', { cardSlot, ...request, writes: [...request.writes] });
      },
    };
  }

  async function withReader<T>(task: (reader: HeldReader) => Promise<T>): Promise<Outcome<T>> {
    const lease = await takeLease('reader');
    if (lease.kind !== 'done') return lease;
    try {
      return done(await task(holdReader(lease.value)));
    } finally {
      release('reader', lease.value);
    }
  }

  const deviceConsole = createDeviceConsole({
    launch: () => launch({ group: 'discovery' }),
    timers,
    single,
    devices: { withReader },
    manifests: () => manifests,
    transportOf: (slot) => transports.get(slot) ?? null,
    newJobId: options.newLeaseId,
    heard: (slot) => heard.get(slot) ?? 0,
    nextCode(limitMs) {
      awaitsCode?.(null);
      return new Promise((resolve) => {
        const limit = timers.setTimeout(() => awaitsCode?.(null), limitMs);
        awaitsCode = (text) => {
          timers.clearTimeout(limit);
          awaitsCode = null;
          resolve(text);
        };
      });
    },
  });

  return {
    discover: deviceConsole.discover,
    test: deviceConsole.test,
    start() {
      if (!stopped) return;
      stopped = false;
      configure();
    },
    async stop() {
      stopped = true;
      for (const [name, { group }] of groups) endGroup(name, group);
      await Promise.all([...ending, deviceConsole.stop()]);
    },
    configure,
    trace: (slot, language) => (frames.get(slot) ?? []).map((frame) => frameInWords(frame, language)),
    errorLines: () => errorLines.slice(),
    states: () => DEVICE_SLOTS.map(state),
    printerColumns: () => (columns > 0 ? columns : DEFAULT_COLUMNS),
    async reconnect(slot) {
      configure();
      if (settings instanceof Fault) return refused(settings.toData());
      groupOf(slot)?.hurry();
      const reopened = await ask({ slot, hasEffect: false, isCall: false, message: (id) => ({ type: 'reconnect', id, slot }) });
      return reopened.kind === 'done' ? done(state(slot)) : reopened;
    },
    withReader,
    // Two receipts at once wait for each other; only the reader's holders are told DEVICE_BUSY.
    print: (job) => single('printer.print', { job: { ...job } }),
    hasPrinted: (jobId) => single('printer.has-printed', { jobId }),
    printForm: (job) => single('form.print', { job: { ...job, fields: [...job.fields] } }),
    printFormGrid: ({ jobId, size, offset }) => single('form.print-grid', { job: { jobId, size, offset } }),
    openDrawer: () => single('drawer.open', {}, { slot: groupOf('drawer') === null ? 'printer' : 'drawer' }),
    sendToDock: (files, watch = {}) => single('dock.send', { files: [...files], whole: [...(watch.whole ?? [])] }, dockProgress(watch)),
    receiveFromDock: (watch = {}) => single('dock.receive', { whole: [...(watch.whole ?? [])] }, dockProgress(watch)),
    dockHandshake: () => single('dock.handshake', {}),
    readMeter: (meterAddress) => single('meter.read', { meterAddress }),
    showText: ({ upper, lower }) => single('display.show', { upper, lower }),
    clearDisplay: () => single('display.clear', {}),
    askRating: ({ timeoutMs }) => single('keypad.ask', { timeoutMs }),
    cancel: (slot) => groupOf(slot)?.cancel(slot),
  };
}

function dockProgress({ onProgress }: DockWatch): { readonly progress?: (progress: CallProgress) => void } {
  if (onProgress === undefined) return {};
  return {
    progress: ({ fileName = '', doneBytes, totalBytes }) => onProgress({ fileName, fileBytes: doneBytes, fileSizeBytes: totalBytes }),
  };
}

function emptyState(slot: DeviceSlot): DeviceState {
  return { slot, state: 'not-configured', driverId: '', connection: '', lastError: null, lastSeenMs: null, paperNearEnd: null, cards: [] };
}
