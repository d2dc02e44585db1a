// The device process' side of the conversation: leases, calls, cancellation, heartbeat, and one host per device slot.
import { done, type Outcome, refused } from '../../../drivers/kit/outcome.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { Channel } from '../processes/channel.ts';
import { type DriverRegistry, scanDrivers } from '../processes/driver-registry.ts';
import { callKind, type DeviceCall } from './calls.ts';
import { lookForDevices } from './discovery/look.ts';
import { Leases } from './leases.ts';
import { type FromDevice, type ToDevice, toDeviceSchema } from './protocol.ts';
import { settingsSchema, type TransportSettings } from './settings.ts';
import { SlotHost } from './slot.ts';
import { openConnection } from './transports/open.ts';

export interface DeviceServerOptions {
  readonly channel: Channel;
  readonly timers: Timers;
  /** Everything is closed after a `stop` of the core: the process ends. */
  ended?(): void;
  /** Replaced in tests, as `scan` and `look` are. */
  readonly openConnection?: typeof openConnection;
  readonly look?: typeof lookForDevices;
  readonly scan?: typeof scanDrivers;
}

/** Serves the channel until `stop`. */
export function createDeviceServer(options: DeviceServerOptions): { stop(): Promise<void> } {
  const { channel, timers } = options;
  const leases = new Leases(timers);
  const running = new Map<number, AbortController>();
  const look = options.look ?? lookForDevices;
  let registry: DriverRegistry = { drivers: new Map(), layouts: new Map(), broken: [], untrusted: new Set() };
  const send = (message: FromDevice) => channel.send(message);
  const slots = Object.fromEntries(DEVICE_SLOTS.map((slot) => [slot, slotHost(slot)])) as Readonly<Record<DeviceSlot, SlotHost>>;

  function transportOf(slot: DeviceSlot): TransportSettings[] {
    const { resolved } = slots[slot].state;
    return resolved === null ? [] : [resolved];
  }

  function slotHost(slot: DeviceSlot): SlotHost {
    return new SlotHost(slot, {
      timers,
      openConnection: options.openConnection ?? openConnection,
      look,
      registry: () => registry,
      taken: (asking) => DEVICE_SLOTS.flatMap((other) => (other === asking ? [] : transportOf(other))),
      onState: (state) => send({ type: 'state', state: { ...state, cards: [...state.cards] } }),
      onPresence: (cardSlot, presence) => send({ type: 'presence', cardSlot, presence }),
      onCode: ({ text, aimIdentifier }) => send({ type: 'code', text, aimIdentifier }),
      onTrace: (frame) => send({ type: 'trace', slot, ...frame }),
    });
  }

  function answer(id: number, outcome: Outcome<unknown>): void {
    const { kind } = outcome;
    if (kind === 'done') send({ type: 'outcome', id, outcome: { kind, value: outcome.value } });
    else send({ type: 'outcome', id, outcome: { kind, fault: { code: outcome.fault.code, context: { ...outcome.fault.context } } } });
  }

  async function call(id: number, leaseId: string, wanted: DeviceCall): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const { slot, leave } = leases.enter(leaseId);
      try {
        const { limitMs, work } = callKind(wanted.op);
        answer(
          id,
          await slots[slot].run({
            abort,
            limitMs: typeof limitMs === 'number' ? limitMs : limitMs(wanted),
            work: (device, control) =>
              work(device, wanted, {
                ...control,
                progress: (progress) => send({ type: 'progress', id, ...progress }),
                notePresence: (cardSlot, presence) => slots[slot].notePresence(cardSlot, presence),
              }),
          }),
        );
      } finally {
        leave();
      }
    } catch (error) {
      answer(id, refused(asFault(error).toData()));
    } finally {
      running.delete(id);
    }
  }

  async function reconnect(id: number, slot: DeviceSlot): Promise<void> {
    if (slots[slot].busy) answer(id, refused({ code: 'DEVICE_BUSY', context: { slot } }));
    else {
      await slots[slot].reopen();
      answer(id, slots[slot].state.state === 'not-configured' ? refused({ code: 'DEVICE_NOT_CONFIGURED', context: { slot } }) : done(null));
    }
  }

  async function stop(): Promise<void> {
    leases.clear();
    await Promise.all(DEVICE_SLOTS.map((slot) => slots[slot].close()));
  }

  function handle(message: ToDevice): void {
    switch (message.type) {
      case 'configure': {
        const { devices } = settingsSchema.parse(message.settings);
        registry = (options.scan ?? scanDrivers)(message.driverRoots, message.outside);
        for (const { folder, reason } of registry.broken) console.error(`driver folder ${folder} is left out: ${reason}`);
        for (const slot of DEVICE_SLOTS) void slots[slot].configure(devices[slot] ?? null);
        break;
      }
      case 'discover':
        void look().then((sighting) => answer(message.id, done(sighting)));
        break;
      case 'reconnect':
        void reconnect(message.id, message.slot);
        break;
      case 'lease':
        answer(
          message.id,
          attempt(() => leases.take(message)),
        );
        break;
      case 'release':
        leases.release(message.leaseId);
        break;
      case 'call':
        void call(message.id, message.leaseId, message.call);
        break;
      case 'cancel':
        running.get(message.id)?.abort(new Fault('DEVICE_CANCELLED'));
        break;
      case 'ping':
        send({ type: 'pong', n: message.n });
        break;
      case 'stop':
        void stop().then(options.ended);
    }
  }

  channel.onMessage((message) => handle(toDeviceSchema.parse(message)));
  return { stop };
}

function attempt(act: () => void): Outcome<null> {
  try {
    act();
    return done(null);
  } catch (error) {
    return refused(asFault(error).toData());
  }
}
