// The core's side of the device process: keeps it alive, and turns its answers into the Devices port.
import { done, type Outcome, outcomeOf, refused, unknown } from '../../../drivers/kit/outcome.ts';
import type { PrintJob, PrintResult } from '../../../drivers/kit/receipt-printer.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { Fault, type FaultData } from '../../shared/domain/fault.ts';
import type { CardSnapshot, CardWriteRequest, DeviceSlot, DeviceState, Devices, HeldReader, WriteProgress } from '../core/ports/devices.ts';
import type { CounterEvent } from '../core/ports/runtime.ts';
import { createProcessKeeper, type ProcessKeeper } from '../processes/keeper.ts';
import type { DeviceProcessHandle } from './launch.ts';
import { type DeviceCall, type FromDevice, fromDeviceSchema, type ToDevice } from './protocol.ts';
import { parseCardSnapshot, parseImage, parsePrintResult } from './results.ts';
import type { Settings } from './settings.ts';

/** Long enough for the slowest step between two calls of a task; a core that hangs gives the reader back after it. */
const LEASE_MS = 30_000;
const DEFAULT_COLUMNS = 48;
const TRACE_FRAMES = 400;

/** One frame on a line, for support. */
export interface TraceFrame {
  readonly slot: DeviceSlot;
  readonly atMs: number;
  readonly direction: 'sent' | 'received';
  readonly hex: string;
  readonly note: string;
}

export interface DeviceClientOptions {
  launch(): DeviceProcessHandle;
  /** Reads the settings afresh; the fault when the file is wrong. */
  settings(): Settings | Fault;
  readonly driverRoots: readonly string[];
  publish(event: CounterEvent): void;
  readonly timers: Timers;
  newLeaseId(): string;
}

export interface DeviceClient extends Devices {
  /** Starts the device process and binds the devices of the settings. */
  start(): void;
  /** Ends the device process; resolves when it is gone. */
  stop(): Promise<void>;
  /** Reads the settings again and binds what has changed. */
  configure(): void;
  /** The last frames on the lines, oldest first. */
  trace(): readonly TraceFrame[];
}

interface Pending {
  readonly slot: DeviceSlot;
  /** Whether the call can have changed something once it has been sent. */
  readonly hasEffect: boolean;
  readonly isCall: boolean;
  readonly progress: ((progress: WriteProgress) => void) | null;
  settle(outcome: Outcome<unknown>): void;
}

/** A message without its number, which `ask` gives. */
type Request = { readonly message: (id: number) => ToDevice } & Omit<Pending, 'settle'>;

export function createDeviceClient(options: DeviceClientOptions): DeviceClient {
  const { timers } = options;
  const states = new Map<DeviceSlot, DeviceState>(DEVICE_SLOTS.map((slot) => [slot, emptyState(slot)]));
  const pending = new Map<number, Pending>();
  const frames: TraceFrame[] = [];
  let settingsFault: FaultData | null = null;
  let columns = 0;
  let nextId = 1;
  let printing: Promise<unknown> = Promise.resolve();

  const keeper: ProcessKeeper = createProcessKeeper({
    launch: options.launch,
    timers,
    ping: (n) => ({ type: 'ping', n }) satisfies ToDevice,
    started: configure,
    received: (message) => {
      const parsed = fromDeviceSchema.safeParse(message);
      // A process that does not keep to the protocol is not to be trusted with a card.
      if (parsed.success) receive(parsed.data);
      else keeper.kill();
    },
    lost: processLost,
  });

  function send(message: ToDevice): void {
    keeper.send(message);
  }

  function configure(): void {
    const settings = options.settings();
    settingsFault = settings instanceof Fault ? settings.toData() : null;
    if (settings instanceof Fault) {
      // Devices that are open stay as they were: a slip in the file must not stop the hall.
      for (const slot of DEVICE_SLOTS)
        if (state(slot).state === 'not-configured') show({ ...state(slot), state: 'down', lastError: settings.toData() });
      return;
    }
    send({ type: 'configure', settings, driverRoots: [...options.driverRoots] });
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

  function receive(message: FromDevice): void {
    switch (message.type) {
      case 'outcome': {
        const asked = pending.get(message.id);
        pending.delete(message.id);
        asked?.settle(message.outcome as Outcome<unknown>);
        break;
      }
      case 'progress':
        pending.get(message.id)?.progress?.({ doneBytes: message.doneBytes, totalBytes: message.totalBytes });
        break;
      case 'state': {
        const { columns: reported, ...next } = message.state;
        if (next.slot === 'printer' && reported > 0) columns = reported;
        show(next as DeviceState);
        break;
      }
      case 'presence':
        options.publish({ type: 'card', slot: message.cardSlot, presence: message.presence });
        break;
      case 'trace': {
        const { type: _, ...frame } = message;
        frames.push(frame);
        if (frames.length > TRACE_FRAMES) frames.shift();
        break;
      }
      case 'pong':
        break;
    }
  }

  function processLost(): void {
    const fault: FaultData = { code: 'DEVICE_PROCESS_LOST', context: {} };
    const asked = [...pending.values()];
    pending.clear();
    for (const request of asked) request.settle(request.hasEffect ? unknown(fault) : refused(fault));
    for (const slot of DEVICE_SLOTS) {
      if (state(slot).state !== 'not-configured') show({ ...state(slot), state: 'down', lastError: fault, cards: [], paperNearEnd: null });
    }
  }

  function ask(request: Request): Promise<Outcome<unknown>> {
    if (!keeper.alive()) return Promise.resolve(refused({ code: 'DEVICE_PROCESS_LOST', context: { slot: request.slot } }));
    const id = nextId;
    nextId += 1;
    return new Promise((settle) => {
      pending.set(id, { ...request, settle });
      send(request.message(id));
    });
  }

  async function takeLease(slot: DeviceSlot): Promise<Outcome<string>> {
    const leaseId = options.newLeaseId();
    const message = (id: number): ToDevice => ({ type: 'lease', id, slot, leaseId, leaseMs: LEASE_MS });
    const taken = await ask({ slot, hasEffect: false, isCall: false, progress: null, message });
    return taken.kind === 'done' ? done(leaseId) : taken;
  }

  async function callOn<T>(held: {
    readonly leaseId: string;
    readonly slot: DeviceSlot;
    readonly call: DeviceCall;
    readonly hasEffect: boolean;
    readonly progress?: (progress: WriteProgress) => void;
    readonly parse: (value: unknown) => T;
  }): Promise<Outcome<T>> {
    const { leaseId, slot, call, hasEffect, progress = null, parse } = held;
    const message = (id: number): ToDevice => ({ type: 'call', id, leaseId, call });
    const outcome = await ask({ slot, hasEffect, isCall: true, progress, message });
    // An answer of the wrong shape says nothing: whether there was an effect is then as open as without an answer.
    return outcome.kind === 'done'
      ? outcomeOf(
          async () => parse(outcome.value),
          () => hasEffect,
        )
      : outcome;
  }

  function holdReader(leaseId: string): HeldReader {
    return {
      read: (cardSlot): Promise<Outcome<CardSnapshot>> =>
        callOn({ leaseId, slot: 'reader', call: { op: 'card.read', cardSlot }, hasEffect: false, parse: parseCardSnapshot }),
      write: (request: CardWriteRequest, progress): Promise<Outcome<Uint8Array>> => {
        const call: DeviceCall = {
          op: 'card.write',
          cardSlot: request.slot,
          expected: Uint8Array.from(request.expected),
          writes: request.writes.map(({ address, data }) => ({ address, data: Uint8Array.from(data) })),
          psc: Uint8Array.from(request.psc),
          allowLastAttempt: request.allowLastAttempt,
        };
        return callOn({ leaseId, slot: 'reader', call, hasEffect: true, progress, parse: parseImage });
      },
    };
  }

  async function printNow(job: PrintJob): Promise<Outcome<PrintResult>> {
    const lease = await takeLease('printer');
    if (lease.kind !== 'done') return lease;
    const leaseId = lease.value;
    const call: DeviceCall = { op: 'printer.print', job: { ...job } };
    const printed = await callOn({ leaseId, slot: 'printer', call, hasEffect: true, parse: parsePrintResult });
    send({ type: 'release', leaseId });
    return printed;
  }

  return {
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    configure,
    trace: () => frames.slice(),
    states: () => DEVICE_SLOTS.map(state),
    printerColumns: () => (columns > 0 ? columns : DEFAULT_COLUMNS),
    async reconnect(slot) {
      configure();
      if (settingsFault !== null) return refused(settingsFault);
      const message = (id: number): ToDevice => ({ type: 'reconnect', id, slot });
      const reopened = await ask({ slot, hasEffect: false, isCall: false, progress: null, message });
      return reopened.kind === 'done' ? done(state(slot)) : reopened;
    },
    async withReader(task) {
      const lease = await takeLease('reader');
      if (lease.kind !== 'done') return lease;
      try {
        return done(await task(holdReader(lease.value)));
      } finally {
        send({ type: 'release', leaseId: lease.value });
      }
    },
    print(job) {
      // Two receipts at once wait for each other; only the reader's holders are told DEVICE_BUSY.
      const printed = printing.then(() => printNow(job));
      printing = printed;
      return printed;
    },
    cancel(slot) {
      for (const [id, request] of pending) if (request.slot === slot && request.isCall) send({ type: 'cancel', id });
    },
  };
}

function emptyState(slot: DeviceSlot): DeviceState {
  return { slot, state: 'not-configured', driverId: '', connection: '', lastError: null, lastSeenMs: null, paperNearEnd: null, cards: [] };
}
