// The hall process' side of the conversation with the core.
import type { Timers } from '../../../drivers/kit/transport.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { Channel } from '../processes/channel.ts';
import { type DriverRegistry, scanDrivers } from '../processes/driver-registry.ts';
import { Bench } from './bench.ts';
import type { DeviceBench } from './bench-device.ts';
import { DEVICE_KINDS } from './bench-devices.ts';
import { createSerialCable, createTcpCable } from './cable.ts';
import { linkPath } from './folder.ts';
import { type FromHall, type ToHall, toHallSchema } from './hall-protocol.ts';
import { loadMeterRules } from './meters.ts';

/** A port that the last hall process still holds is free a moment later; one that another program holds is not. */
const REOPEN_MS = 300;
const REOPEN_TIMES = 20;

export interface HallServerOptions {
  readonly channel: Channel;
  readonly timers: Timers;
  readonly platform: NodeJS.Platform;
}

/** Serves the channel until `stop`. The bench opens with the first 'open' message. */
export function createHallServer(options: HallServerOptions): { stop(): Promise<void> } {
  const { channel, timers } = options;
  let opened: Promise<Bench> = Promise.reject(new Fault('HALL_UNAVAILABLE', { reason: 'not open' }));
  opened.catch(() => {});
  let stopped = false;
  const send = (message: FromHall) => channel.send(message);

  async function open(message: Extract<ToHall, { type: 'open' }>): Promise<Bench> {
    const registry = scanDrivers(message.driverRoots);
    const modules = await simulatorsOf(registry, message.devices);
    const meterRules = await loadMeterRules(registry);
    const bench: Bench = new Bench({
      folder: message.folder,
      meterRules,
      device(slot, { port, ...side }) {
        const module = modules.get(slot);
        const kind = DEVICE_KINDS[slot];
        if (module === undefined) return null;
        const device = kind.create({ ...side, ...module, timers, byteTimeMs: message.byteTimeMs });
        if (device === null) return null;
        const serial = kind.cable === 'serial' && options.platform !== 'win32';
        return { device, cable: serial ? createSerialCable(linkPath(message.folder, slot)) : createTcpCable(port) };
      },
      changed: () => send({ type: 'changed', state: bench.state() }),
    });
    try {
      await bench.open();
    } catch (error) {
      await bench.close();
      throw error;
    }
    send({ type: 'changed', state: bench.state() });
    return bench;
  }

  /** Tries until the bench is open: the only thing worth waiting for is a port of the process before. */
  async function openPatiently(message: Extract<ToHall, { type: 'open' }>): Promise<Bench> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await open(message);
      } catch (error) {
        const portTaken = error instanceof Fault && error.context.reason === 'EADDRINUSE';
        if (!portTaken || stopped || attempt === REOPEN_TIMES) throw error;
        await new Promise<void>((resolve) => timers.setTimeout(resolve, REOPEN_MS));
      }
    }
  }

  async function answer(id: number, act: (bench: Bench) => Promise<void>): Promise<void> {
    try {
      const bench = await opened;
      await act(bench);
      send({ type: 'answer', id, state: bench.state() });
    } catch (error) {
      const { code, context } = asFault(error).toData();
      send({ type: 'refusal', id, fault: { code, context: { ...context } } });
    }
  }

  channel.onMessage((raw) => {
    const message = toHallSchema.parse(raw);
    switch (message.type) {
      case 'open':
        opened = openPatiently(message);
        opened.catch((error: unknown) => console.error('the demo hall could not be opened:', error));
        break;
      case 'state':
        void answer(message.id, async () => {});
        break;
      case 'act':
        void answer(message.id, (bench) => bench.act(message.act));
        break;
      case 'ping':
        send({ type: 'pong', n: message.n });
    }
  });

  return {
    async stop() {
      stopped = true;
      const bench = await opened.catch(() => null);
      await bench?.close();
    },
  };
}

/** What each slot's device is made of, where its driver ships a simulator. */
async function simulatorsOf(
  registry: DriverRegistry,
  devices: Extract<ToHall, { type: 'open' }>['devices'],
): Promise<ReadonlyMap<DeviceSlot, Pick<DeviceBench, 'module' | 'options'>>> {
  const found = new Map<DeviceSlot, Pick<DeviceBench, 'module' | 'options'>>();
  for (const slot of DEVICE_SLOTS) {
    const device = devices[slot];
    const entry = device === undefined ? undefined : registry.drivers.get(device.driver);
    const module = await entry?.simulator();
    if (entry != null && module != null) found.set(slot, { module, options: { ...entry.manifest.options, ...device?.options } });
  }
  return found;
}
