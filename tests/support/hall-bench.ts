// A demo hall with real processes and lines: forked device and hall processes, serialport over a PTY, the printer over TCP.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemTimers } from '../../drivers/kit/transport.ts';
import type { DeviceState } from '../../src/main/core/ports/devices.ts';
import type { HallState } from '../../src/main/core/ports/hall.ts';
import type { CounterEvent } from '../../src/main/core/ports/runtime.ts';
import { createDeviceClient, type DeviceClient } from '../../src/main/devices/client.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import { loadSettings } from '../../src/main/devices/settings-file.ts';
import type { CardRecord } from '../../src/main/hall/card-file.ts';
import { createDemoHallFiles, type DemoHallContent } from '../../src/main/hall/demo-hall-files.ts';
import { createHallClient, type HallClient } from '../../src/main/hall/hall-client.ts';
import { simulatedDevices } from '../../src/main/hosts/compose.ts';
import { launchForked, type ProcessHandle } from '../../src/main/processes/launch.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const DRIVER_ROOTS = [join(ROOT, 'drivers')];
export const PSC = Uint8Array.of(0x11, 0x22, 0x33);

export interface HallBench {
  readonly folder: string;
  readonly devices: DeviceClient;
  readonly hall: HallClient;
  readonly events: readonly CounterEvent[];
  device(slot: 'reader' | 'printer'): DeviceState;
  /** Resolves when `condition` holds; rejects after twenty seconds with what it was. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** SIGKILL, as from outside, to the device process of a group: the reader's unless said otherwise. */
  killDeviceProcess(group?: string): void;
  /** SIGSTOP: the reader's device process hangs, and answers nothing any more. */
  stopDeviceProcess(): void;
  /** Groups for which a device process has been started, in that order. */
  readonly startedGroups: readonly string[];
  killHallProcess(): void;
  close(): Promise<void>;
}

/** A card of 256 equal bytes, ready for writing. */
export function plainCard(cardNo: string, change: Partial<CardRecord> = {}): CardRecord {
  return { cardNo, image: new Uint8Array(256).fill(0xff), errorCounter: 7, psc: PSC, flaw: '', ...change };
}

/** Makes the hall's files in a temporary folder and starts both processes; resolves when reader and printer are ready. */
export async function openHallBench(content: DemoHallContent, byteTimeMs = 2): Promise<HallBench> {
  const folder = mkdtempSync(join(tmpdir(), 'countertop-hall-'));
  await createDemoHallFiles(folder, content, { driverRoots: DRIVER_ROOTS, platform: process.platform });
  const settings = loadSettings(join(folder, 'settings.json'));
  const events: CounterEvent[] = [];
  const deviceProcesses = new Map<string, ProcessHandle>();
  const startedGroups: string[] = [];
  /** On Windows the hall's reader hangs on TCP too. */
  const readerGroup = settings.devices.reader?.transport.kind ?? 'serial';
  let hallProcess: ProcessHandle | null = null;
  let leases = 0;
  const hall = createHallClient({
    launch: () => {
      hallProcess = launchForked(join(ROOT, 'src/main/hall/hall-process.ts'));
      return hallProcess;
    },
    dataFolder: folder,
    driverRoots: DRIVER_ROOTS,
    devices: () => simulatedDevices(settings),
    timers: systemTimers,
    byteTimeMs,
  });
  const devices = createDeviceClient({
    launch: ({ group }) => {
      const handle = launchForkedDeviceProcess(join(ROOT, 'src/main/devices/device-process.ts'));
      deviceProcesses.set(group, handle);
      startedGroups.push(group);
      return handle;
    },
    settings: () => settings,
    driverRoots: DRIVER_ROOTS,
    publish: (event) => events.push(event),
    timers: systemTimers,
    newLeaseId: () => `lease-${++leases}`,
  });
  const device = (slot: 'reader' | 'printer') => {
    const found = devices.states().find((state) => state.slot === slot);
    if (found === undefined) throw new Error(`no ${slot}`);
    return found;
  };
  const bench: HallBench = {
    folder,
    devices,
    hall,
    events,
    device,
    async until(what, condition) {
      const end = Date.now() + 20_000;
      while (!(await condition())) {
        if (Date.now() > end) throw new Error(`never: ${what}; ${JSON.stringify(devices.states())}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    startedGroups,
    killDeviceProcess: (group = readerGroup) => signalTo(deviceProcesses.get(group) ?? null, 'SIGKILL'),
    stopDeviceProcess: () => signalTo(deviceProcesses.get(readerGroup) ?? null, 'SIGSTOP'),
    killHallProcess: () => signalTo(hallProcess, 'SIGKILL'),
    async close() {
      await devices.stop();
      await hall.stop();
      rmSync(folder, { recursive: true });
    },
  };
  hall.start();
  devices.start();
  await bench.until('reader and printer ready', () => device('reader').state === 'ready' && device('printer').state === 'ready');
  return bench;
}

/** The place of a card at the bench. */
export function placeOf(state: HallState, cardNo: string): string | undefined {
  return state.cards.find((card) => card.cardNo === cardNo)?.place;
}

function signalTo(handle: ProcessHandle | null, signal: NodeJS.Signals): void {
  if (handle?.pid === undefined) throw new Error('not running');
  process.kill(handle.pid, signal);
}
