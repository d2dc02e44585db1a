// A dock's driver with a handheld at the other side, over a line or over a folder: what holds for every dock is tested through this.
import { Fault } from '../../../src/shared/domain/fault.ts';
import type { OpenDevice } from '../driver.ts';
import type { DockFile, DockReceiveResult, DockSendResult, MeterDock } from '../meter-dock.ts';
import { createMemoryFolder, type MemoryFolder } from '../testing/folder.ts';
import { createMemoryLine, delay, type MemoryLine } from '../testing/line.ts';
import { createManualTimers, type ManualTimers } from '../testing/timers.ts';
import { type DriverUnderTest, optionsOf } from './bench.ts';

export interface DockUnderTest extends DriverUnderTest {
  /** One file at a time, whose name does not travel: XMODEM. */
  readonly single?: boolean;
  /** Returns a name for a file to the handheld, and one for a file from it; by default any will do. */
  readonly outgoingName?: (name: string) => string;
  readonly incomingName?: (name: string) => string;
}

/** Every write takes a while, as on a wire: the hands of the clock move with each block. */
export const TRAVEL_MS = 20;

/** What the tests need of a dock, whatever is between it and the handheld. */
export interface DockBench {
  readonly timers: ManualTimers;
  readonly open: OpenDevice;
  readonly dock: MeterDock;
  /** What the handheld holds. */
  readonly held: Map<string, Uint8Array>;
  /** Lets time pass until the call settles. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Sends while the handheld takes. */
  sends(...call: Parameters<MeterDock['send']>): Promise<DockSendResult>;
  /** Receives while the handheld offers. */
  receives(offered: readonly DockFile[], control?: Parameters<MeterDock['receive']>[0]): Promise<DockReceiveResult>;
  /** Makes the handheld ready without anybody at the counter, runs the act, and clears what is left over. */
  whileReadyTo<T>(what: 'receive' | 'send', offered: readonly DockFile[], act: () => Promise<T>): Promise<T>;
  /** The line or the folder is gone. */
  lose(): void;
}

export interface LineDockBench extends DockBench {
  readonly line: MemoryLine;
  readonly handheld: ReturnType<NonNullable<DriverUnderTest['simulator']['createMeterDock']>>;
}

export interface FolderDockBench extends DockBench {
  readonly shared: MemoryFolder;
  readonly program: ReturnType<NonNullable<DriverUnderTest['simulator']['createFolderDock']>>;
}

/** Returns driver and handheld at the two ends of a line. */
export async function openLineDock(underTest: DockUnderTest): Promise<LineDockBench> {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  line.toHost.always(delay(TRAVEL_MS));
  line.toDevice.always(delay(TRAVEL_MS));
  const options = optionsOf(underTest);
  const handheld = underTest.simulator.createMeterDock?.({ timers, options });
  const open = await underTest.driver.open({ transport: line.host, timers, options, trace: () => {} });
  const dock = open.meterDock;
  if (!dock || !handheld) throw new Error('no dock, or simulator.ts has no createMeterDock');
  handheld.attach(line.device);
  const run = <T>(promise: Promise<T>) => timers.settle(promise);
  return {
    timers,
    line,
    open,
    dock,
    handheld,
    held: handheld.files,
    run,
    sends: async (...call) => (await run(Promise.all([dock.send(...call), handheld.receive()])))[0],
    receives: async (offered, control) => (await run(Promise.all([dock.receive(control), handheld.send(offered)])))[0],
    async whileReadyTo(what, offered, act) {
      const ready: Promise<unknown> = what === 'receive' ? handheld.receive() : handheld.send(offered);
      const result = await run(act());
      handheld.cancel();
      await run(ready);
      return result;
    },
    lose: () => line.lose(),
  };
}

/** Returns driver and maker's program with a folder between them. */
export async function openFolderDock(underTest: DockUnderTest): Promise<FolderDockBench> {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const shared = createMemoryFolder(timers);
  const options = optionsOf(underTest);
  const program = underTest.simulator.createFolderDock?.({ timers, options });
  const open = await underTest.driver.open({ transport: line.host, folder: shared.folder, timers, options, trace: () => {} });
  const dock = open.meterDock;
  if (!dock || !program) throw new Error('no dock, or simulator.ts has no createFolderDock');
  program.attach(shared.folder);
  const run = <T>(promise: Promise<T>) => timers.settle(promise);
  return {
    timers,
    shared,
    open,
    dock,
    program,
    held: program.files,
    run,
    async sends(...call) {
      const sent = await run(dock.send(...call));
      await run(program.takeAll());
      return sent;
    },
    async receives(offered, control) {
      await run(program.put(offered));
      return run(dock.receive(control));
    },
    async whileReadyTo(what, offered, act) {
      if (what === 'send') await run(program.put(offered));
      const result = await run(act());
      for (const { name } of offered) shared.files.delete(name);
      return result;
    },
    lose() {
      const gone = new Fault('PORT_MISSING', { reason: 'gone' });
      shared.breakWith(gone);
      line.lose(gone);
    },
  };
}

/** Returns `length` bytes that look like nothing in particular, the same ones each time; the last is never 1Ah, XMODEM's filling. */
export function dockBytes(length: number, salt = 0): Uint8Array {
  let state = (length * 2_654_435_761 + salt + 1) >>> 0;
  return Uint8Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return index === length - 1 ? 0x0a : state >>> 24;
  });
}

/** Returns numbers from 0 to 1 that depend on the seed only. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
