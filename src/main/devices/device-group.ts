// One device process as the core sees it: kept alive, asked, and what its questions in flight end with when it is lost.
import { type Outcome, refused, unknown } from '../../../drivers/kit/outcome.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import type { FaultData } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import { createProcessKeeper, type ProcessKeeper } from '../processes/keeper.ts';
import type { CallProgress } from './call-kind.ts';
import type { DeviceProcessHandle } from './launch.ts';
import { type FromDevice, fromDeviceSchema, type ToDevice } from './protocol.ts';

/** A question without its number, which the group gives. */
export interface Question {
  /** Null for a question that concerns no slot. */
  readonly slot: DeviceSlot | null;
  /** Whether the call can have changed something once it has been sent. */
  readonly hasEffect: boolean;
  readonly isCall: boolean;
  readonly progress?: (progress: CallProgress) => void;
  message(id: number): ToDevice;
}

/** What a process tells by itself. */
export type DeviceNews = Exclude<FromDevice, { type: 'outcome' | 'progress' | 'pong' }>;

export interface DeviceGroupOptions {
  launch(): DeviceProcessHandle;
  readonly timers: Timers;
  /** A process has started, the first or a later one: tell it what it has to do. */
  started(): void;
  news(news: DeviceNews): void;
  /** The process is gone; another one is on its way unless `stop` was called. */
  lost(fault: FaultData): void;
}

export interface DeviceGroup {
  start(): void;
  /** Starts the next process at once where one is waited for after a crash. */
  hurry(): void;
  /** Lets the process close its lines and end; resolves when it is gone. */
  stop(): Promise<void>;
  send(message: ToDevice): void;
  /** Never rejects. Lost with the process: unknown where there may have been an effect, else refused with DEVICE_PROCESS_LOST. */
  ask(question: Question): Promise<Outcome<unknown>>;
  /** Stops the calls in flight on the slot. */
  cancel(slot: DeviceSlot): void;
}

export function createDeviceGroup(options: DeviceGroupOptions): DeviceGroup {
  const pending = new Map<number, Question & { settle(outcome: Outcome<unknown>): void }>();
  let nextId = 1;

  const keeper: ProcessKeeper = createProcessKeeper({
    launch: options.launch,
    timers: options.timers,
    ping: (n) => ({ type: 'ping', n }) satisfies ToDevice,
    goodbye: { type: 'stop' } satisfies ToDevice,
    started: options.started,
    received: (message) => {
      const parsed = fromDeviceSchema.safeParse(message);
      // A process that does not keep to the protocol is not to be trusted with a card.
      if (parsed.success) receive(parsed.data);
      else keeper.kill();
    },
    lost() {
      const fault: FaultData = { code: 'DEVICE_PROCESS_LOST', context: {} };
      const asked = [...pending.values()];
      pending.clear();
      for (const question of asked) question.settle(question.hasEffect ? unknown(fault) : refused(fault));
      options.lost(fault);
    },
  });

  function receive(message: FromDevice): void {
    switch (message.type) {
      case 'outcome': {
        const asked = pending.get(message.id);
        pending.delete(message.id);
        asked?.settle(message.outcome);
        return;
      }
      case 'progress': {
        const { type: _, id, ...progress } = message;
        pending.get(id)?.progress?.(progress);
        return;
      }
      case 'pong':
        return;
      default:
        options.news(message);
    }
  }

  return {
    start: () => keeper.start(),
    hurry: () => keeper.hurry(),
    stop: () => keeper.stop(),
    send: (message) => keeper.send(message),
    ask(question) {
      if (!keeper.alive()) return Promise.resolve(refused({ code: 'DEVICE_PROCESS_LOST', context: { slot: question.slot } }));
      const id = nextId;
      nextId += 1;
      return new Promise((settle) => {
        pending.set(id, { ...question, settle });
        keeper.send(question.message(id));
      });
    },
    cancel(slot) {
      for (const [id, question] of pending) if (question.slot === slot && question.isCall) keeper.send({ type: 'cancel', id });
    },
  };
}
