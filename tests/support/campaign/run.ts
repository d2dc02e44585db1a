// One case of the fault campaign: stage a call, let one misfortune happen, judge its end, and see that the next calls work.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Driver, OpenDevice } from '../../../drivers/kit/driver.ts';
import { type DriverManifest, manifestSchema } from '../../../drivers/kit/manifest.ts';
import type { SimulatorModule } from '../../../drivers/kit/simulator.ts';
import { createMemoryLine } from '../../../drivers/kit/testing/line.ts';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import type { Transport } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../../src/shared/domain/fault.ts';
import { type FaultKind, kindsOf, type LineFault, makeEcho, unleash, usual } from './faults.ts';
import type { End, Stage, Subject } from './subject.ts';
import { SUBJECTS } from './subjects.ts';

const DRIVERS = join(import.meta.dirname, '../../../drivers');
/** Nothing is under way any more, and a handheld has given up. */
const REST_MS = 3_600_000;

type Device = { attach(line: Transport): void; detach(): void };

export interface Candidate {
  readonly manifest: DriverManifest;
  readonly driver: Driver;
  readonly simulator: SimulatorModule;
  readonly subject: Subject<Device>;
  readonly kinds: readonly FaultKind[];
}

/** Finds every driver through its manifest, once for each capability that its simulator has. */
export async function findCandidates(): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const name of readdirSync(DRIVERS).sort()) {
    const folder = join(DRIVERS, name);
    if (!existsSync(join(folder, 'manifest.json')) || !existsSync(join(folder, 'simulator.ts'))) continue;
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
    if (manifest.kind !== 'driver') continue;
    const { default: driver } = (await import(pathToFileURL(join(folder, 'driver.ts')).href)) as { readonly default: Driver };
    const { simulator } = (await import(pathToFileURL(join(folder, 'simulator.ts')).href)) as { readonly simulator: SimulatorModule };
    const { transports } = manifest;
    const carriesBytes = 'serial' in transports || 'tcp' in transports || 'usb-printer' in transports;
    for (const subject of SUBJECTS) {
      const device = subject.create(simulator, { timers: createManualTimers(), options: manifest.options });
      if (device) found.push({ manifest, driver, simulator, subject, kinds: kindsOf({ carriesBytes }) });
    }
  }
  return found;
}

/** A driver and a device on a line that can be replaced by a new one. */
async function plugIn({ manifest, driver, simulator, subject }: Candidate, { withEcho = false } = {}) {
  const timers = createManualTimers();
  const { options } = manifest;
  const device = subject.create(simulator, { timers, options });
  if (!device) throw new Error('no device');
  let line = createMemoryLine(timers);
  let open: OpenDevice;

  /** A new line, as after the plug was put in again; the driver is opened anew. */
  async function plug(how: { readonly withEcho: boolean }): Promise<void> {
    line = createMemoryLine(timers);
    line.toHost.always(usual);
    line.toDevice.always(usual);
    if (how.withEcho) makeEcho(line);
    device?.detach();
    device?.attach(line.device);
    open = await timers.settle(driver.open({ transport: line.host, timers, options, trace: () => {} }));
  }

  const stage: Stage<Device> = {
    timers,
    device,
    open: () => open,
    line: () => line,
    endOf(call) {
      const end = call.then(
        (value): End => ({ value }),
        (error: unknown): End => {
          if (error instanceof Fault) return error.code;
          throw error;
        },
      );
      return timers.settle(end, subject.deadlineMs);
    },
  };
  await plug({ withEcho });
  return { stage, plug };
}

/** Messages of a call on a good line, with their lengths. */
export interface Traffic {
  readonly toHost: readonly number[];
  readonly toDevice: readonly number[];
}

/** Runs the call on a good line: it must end right. */
export async function cleanRun(candidate: Candidate, task: string): Promise<Traffic> {
  const { stage } = await plugIn(candidate);
  const call = await candidate.subject.stage(task, stage, candidate.simulator);
  const { toHost, toDevice } = stage.line();
  const before = { toHost: toHost.sent.length, toDevice: toDevice.sent.length };
  const end = await stage.endOf(call.run());
  const wrong = call.judge(end, null);
  if (wrong !== null) throw new Error(`${candidate.manifest.id}, ${task}, on a good line: ${wrong}`);
  const lengths = (sent: readonly Uint8Array[], from: number) => sent.slice(from).map(({ length }) => length);
  return { toHost: lengths(toHost.sent, before.toHost), toDevice: lengths(toDevice.sent, before.toDevice) };
}

export interface CaseResult {
  /** `success`, or the code of the fault. */
  readonly end: string;
  /** What must not be; null when all is well. */
  readonly wrong: string | null;
}

/** Runs one case. Never rejects: what is thrown is wrong. */
export async function runCase(
  candidate: Candidate,
  { task, fault }: { readonly task: string; readonly fault: LineFault },
): Promise<CaseResult> {
  let end: End | null = null;
  try {
    const { stage, plug } = await plugIn(candidate, { withEcho: fault.kind === 'echo' });
    const call = await candidate.subject.stage(task, stage, candidate.simulator);
    const open = stage.open();
    let closing: Promise<void> = Promise.resolve();
    const heal = unleash(fault, {
      line: stage.line(),
      timers: stage.timers,
      detach: () => stage.device.detach(),
      close: () => {
        closing = open.close();
      },
    });
    end = await stage.endOf(call.run());
    heal();
    const endName = typeof end === 'string' ? end : 'success';
    await stage.timers.advance(REST_MS);
    const wrong = call.judge(end, fault);
    if (wrong !== null) return { end: endName, wrong };
    await stage.endOf(closing);
    if (['line lost', 'driver closed', 'echo'].includes(fault.kind)) await plug({ withEcho: false });
    else if (fault.kind === 'device without power') stage.device.attach(stage.line().device);
    const unwell = await call.recover();
    return { end: endName, wrong: unwell === null ? null : `afterwards ${unwell}` };
  } catch (error) {
    const ended = end === null ? '' : `after ${typeof end === 'string' ? end : 'success'}: `;
    return { end: 'thrown', wrong: `${ended}${error instanceof Error ? error.message : String(error)}` };
  }
}
