// The hall process' side of the conversation with the core.
import type { SimulatorModule } from '../../../drivers/kit/simulator.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { Channel } from '../processes/channel.ts';
import { type DriverRegistry, scanDrivers } from '../processes/driver-registry.ts';
import { Bench } from './bench.ts';
import { createSerialCable, createTcpCable } from './cable.ts';
import { readerLinkPath } from './folder.ts';
import { type FromHall, type SimulatedDevice, type ToHall, toHallSchema } from './hall-protocol.ts';
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
    const readerModule = await simulatorOf(registry, message.reader);
    const printerModule = await simulatorOf(registry, message.printer);
    const meterRules = await loadMeterRules(registry);
    const bench: Bench = new Bench({
      folder: message.folder,
      meterRules,
      reader: ({ readerPort }) => {
        const device = readerModule?.createCardReader?.({ timers, byteTimeMs: message.byteTimeMs });
        if (device === undefined) return null;
        return {
          device,
          cable: options.platform === 'win32' ? createTcpCable(readerPort) : createSerialCable(readerLinkPath(message.folder)),
        };
      },
      printer: ({ printerPort }) => {
        const device = printerModule?.createReceiptPrinter?.({ timers, options: message.printer?.options ?? {} });
        return device === undefined ? null : { device, cable: createTcpCable(printerPort) };
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

async function simulatorOf(registry: DriverRegistry, device: SimulatedDevice | null): Promise<SimulatorModule | null> {
  if (device === null) return null;
  return (await registry.drivers.get(device.driver)?.simulator()) ?? null;
}
