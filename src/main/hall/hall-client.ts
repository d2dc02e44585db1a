// The core's side of the hall process: the Hall port of a demo counter.
import type { Timers } from '../../../drivers/kit/transport.ts';
import { Fault, isFaultCode } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { Hall, HallState } from '../core/ports/hall.ts';
import { createProcessKeeper, type ProcessKeeper } from '../processes/keeper.ts';
import type { ProcessHandle } from '../processes/launch.ts';
import { hallFolder } from './folder.ts';
import { type FromHall, fromHallSchema, type SimulatedDevice, type ToHall } from './hall-protocol.ts';

export interface HallClientOptions {
  launch(): ProcessHandle;
  readonly dataFolder: string;
  readonly driverRoots: readonly string[];
  /** The devices of the settings; those whose driver ships a simulator come to life. */
  devices(): Readonly<Partial<Record<DeviceSlot, SimulatedDevice | null>>>;
  readonly timers: Timers;
  /** Time one byte takes in card memory: about 4 to be seen, 0 in tests. */
  readonly byteTimeMs: number;
}

export interface HallClient extends Hall {
  start(): void;
  stop(): Promise<void>;
  /** Calls back with the new state after every change at the bench; returns the function that stops it. */
  onChange(listener: (state: HallState) => void): () => void;
}

interface Pending {
  resolve(state: HallState): void;
  reject(fault: Fault): void;
}

/** Returns the client. Its calls reject with HALL_UNAVAILABLE while the hall process is not running, HALL_REFUSED for what no hand can do. */
export function createHallClient(options: HallClientOptions): HallClient {
  const pending = new Map<number, Pending>();
  const listeners = new Set<(state: HallState) => void>();
  let nextId = 1;

  const keeper: ProcessKeeper = createProcessKeeper({
    launch: options.launch,
    timers: options.timers,
    ping: (n) => ({ type: 'ping', n }) satisfies ToHall,
    started() {
      const devices = Object.fromEntries(Object.entries(options.devices()).filter(([, device]) => device !== null));
      send({
        type: 'open',
        folder: hallFolder(options.dataFolder),
        driverRoots: [...options.driverRoots],
        devices: devices as Partial<Record<DeviceSlot, SimulatedDevice>>,
        byteTimeMs: options.byteTimeMs,
      });
    },
    received(message) {
      const parsed = fromHallSchema.safeParse(message);
      if (parsed.success) receive(parsed.data);
      else keeper.kill();
    },
    lost() {
      const asked = [...pending.values()];
      pending.clear();
      for (const request of asked) request.reject(new Fault('HALL_UNAVAILABLE', { reason: 'process lost' }));
    },
  });

  function send(message: ToHall): void {
    keeper.send(message);
  }

  function receive(message: FromHall): void {
    switch (message.type) {
      case 'answer':
        take(message.id)?.resolve(message.state);
        break;
      case 'refusal': {
        const { code, context } = message.fault;
        take(message.id)?.reject(new Fault(isFaultCode(code) ? code : 'INTERNAL', context));
        break;
      }
      case 'changed':
        for (const listener of [...listeners]) listener(message.state);
        break;
      case 'pong':
        break;
    }
  }

  function take(id: number): Pending | undefined {
    const asked = pending.get(id);
    pending.delete(id);
    return asked;
  }

  function ask(message: (id: number) => ToHall): Promise<HallState> {
    if (!keeper.alive()) return Promise.reject(new Fault('HALL_UNAVAILABLE', { reason: 'not running' }));
    const id = nextId;
    nextId += 1;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      send(message(id));
    });
  }

  return {
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    state: () => ask((id) => ({ type: 'state', id })),
    act: (act) => ask((id) => ({ type: 'act', id, act })),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
