// The device process' side of the conversation: leases, calls, cancellation, heartbeat, and one host per device slot.
import type { MemoryCardReader } from '../../../drivers/kit/card-reader.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import { done, type Outcome, refused } from '../../../drivers/kit/outcome.ts';
import type { ReceiptPrinter } from '../../../drivers/kit/receipt-printer.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { Channel } from '../processes/channel.ts';
import { type DriverRegistry, scanDrivers } from '../processes/driver-registry.ts';
import { readCard, writeCard } from './card-write.ts';
import { Leases } from './leases.ts';
import { type DeviceCall, type FromDevice, type ToDevice, toDeviceSchema } from './protocol.ts';
import { settingsSchema } from './settings.ts';
import { type CallControl, SlotHost } from './slot.ts';
import { openConnection } from './transports/open.ts';

/** The longest a call may take before it is aborted. A card write moves 256 bytes at 2.5 to 5 ms each, and frames between. */
const LIMIT_MS: Readonly<Record<DeviceCall['op'], number>> = {
  'card.read': 10_000,
  'card.write': 60_000,
  'printer.status': 5_000,
  'printer.print': 60_000,
  'printer.open-drawer': 5_000,
};

export interface DeviceServerOptions {
  readonly channel: Channel;
  readonly timers: Timers;
  /** Replaced in tests, as `scan` is. */
  readonly openConnection?: typeof openConnection;
  readonly scan?: typeof scanDrivers;
}

/** Serves the channel until `stop`. */
export function createDeviceServer(options: DeviceServerOptions): { stop(): Promise<void> } {
  const { channel, timers } = options;
  const leases = new Leases(timers);
  const running = new Map<number, AbortController>();
  let registry: DriverRegistry = { drivers: new Map(), layouts: new Map(), broken: [] };
  const send = (message: FromDevice) => channel.send(message);
  const slots = Object.fromEntries(DEVICE_SLOTS.map((slot) => [slot, slotHost(slot)])) as Readonly<Record<DeviceSlot, SlotHost>>;

  function slotHost(slot: DeviceSlot): SlotHost {
    return new SlotHost(slot, {
      timers,
      openConnection: options.openConnection ?? openConnection,
      registry: () => registry,
      onState: (state) => send({ type: 'state', state: { ...state, cards: [...state.cards] } }),
      onPresence: (cardSlot, presence) => send({ type: 'presence', cardSlot, presence }),
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
        const work = (device: OpenDevice, control: CallControl) => perform(id, device, wanted, control);
        answer(id, await slots[slot].run({ abort, limitMs: LIMIT_MS[wanted.op], work }));
      } finally {
        leave();
      }
    } catch (error) {
      answer(id, refused(asFault(error).toData()));
    } finally {
      running.delete(id);
    }
  }

  async function perform(id: number, device: OpenDevice, wanted: DeviceCall, control: CallControl): Promise<Outcome<unknown>> {
    switch (wanted.op) {
      case 'card.read': {
        const reader = requireReader(device, wanted.cardSlot);
        const snapshot = await readCard(reader, wanted.cardSlot);
        slots.reader.notePresence(wanted.cardSlot, snapshot.presence);
        return done(snapshot);
      }
      case 'card.write':
        return writeCard(requireReader(device, wanted.cardSlot), wanted, {
          ...control,
          progress: (progress) => send({ type: 'progress', id, ...progress }),
        });
      case 'printer.status':
        return done(await requirePrinter(device).status());
      case 'printer.print':
        return done(await requirePrinter(device).print(wanted.job, control.effectBegins));
      case 'printer.open-drawer':
        control.effectBegins();
        return done(await requirePrinter(device).openDrawer());
    }
  }

  async function reconnect(id: number, slot: DeviceSlot): Promise<void> {
    if (slots[slot].busy) answer(id, refused({ code: 'DEVICE_BUSY', context: { slot } }));
    else {
      await slots[slot].reopen();
      answer(id, slots[slot].state.state === 'not-configured' ? refused({ code: 'DEVICE_NOT_CONFIGURED', context: { slot } }) : done(null));
    }
  }

  function handle(message: ToDevice): void {
    switch (message.type) {
      case 'configure': {
        const { devices } = settingsSchema.parse(message.settings);
        registry = (options.scan ?? scanDrivers)(message.driverRoots);
        for (const { folder, reason } of registry.broken) console.error(`driver folder ${folder} is left out: ${reason}`);
        for (const slot of DEVICE_SLOTS) void slots[slot].configure(devices[slot] ?? null);
        break;
      }
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
    }
  }

  channel.onMessage((message) => handle(toDeviceSchema.parse(message)));
  return {
    async stop() {
      leases.clear();
      await Promise.all(DEVICE_SLOTS.map((slot) => slots[slot].close()));
    },
  };
}

function attempt(act: () => void): Outcome<null> {
  try {
    act();
    return done(null);
  } catch (error) {
    return refused(asFault(error).toData());
  }
}

function requireReader(device: OpenDevice, cardSlot: number): MemoryCardReader {
  if (device.cardReader === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'not a card reader' });
  if (cardSlot > device.cardReader.slots) throw new Fault('INPUT_INVALID', { field: 'slot', slot: cardSlot });
  return device.cardReader;
}

function requirePrinter(device: OpenDevice): ReceiptPrinter {
  if (device.receiptPrinter === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'not a receipt printer' });
  return device.receiptPrinter;
}
