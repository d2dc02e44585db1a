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
import type { End, Options, Stage, Subject } from './subject.ts';
import { SUBJECTS } from './subjects.ts';

const DRIVERS = join(import.meta.dirname, '../../../drivers');
/** A killed process is followed by the next one after about so long. */
const RESTART_MS = 400;
/** Nothing is under way any more, and a handheld has given up. */
const REST_MS = 3_600_000;

type Device = { attach(line: Transport): void; detach(): void };

export interface Candidate {
  readonly manifest: DriverManifest;
  readonly driver: Driver;
  readonly simulator: SimulatorModule;
  readonly subject: Subject<Device>;
  readonly kinds: readonly FaultKind[];
  readonly options: Options;
  /** Driver and capability, and the options that are not as delivered. */
  readonly name: string;
}

/** Finds every driver through its manifest, once for each capability that its simulator has and each way its options make it speak. */
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
    for (const [subject, over] of SUBJECTS.flatMap((each) =>
      [{}, ...(simulator.variants ?? [])].map((variant) => [each, variant] as const),
    )) {
      const options = { ...manifest.options, ...over };
      const device = subject.create(simulator, { timers: createManualTimers(), options });
      const said = Object.entries(over).map(([option, value]) => `, ${option} ${value}`);
      const name = `${manifest.id}, ${subject.name}${said.join('')}`;
      if (device) found.push({ manifest, driver, simulator, subject, kinds: kindsOf({ carriesBytes }), options, name });
    }
  }
  return found;
}

/** A driver and a device on a line that can be replaced by a new one. */
async function plugIn({ options, driver, simulator, subject }: Candidate, { withEcho = false } = {}) {
  const timers = createManualTimers();
  const device = subject.create(simulator, { timers, options });
  if (!device) throw new Error('no device');
  let line = createMemoryLine(timers);
  let open: OpenDevice;
  let process = { killed: false };

  /** A new line, as after the plug was put in again; the driver is opened anew. */
  async function plug(how: { readonly withEcho: boolean }): Promise<void> {
    line = createMemoryLine(timers);
    line.toHost.always(usual);
    line.toDevice.always(usual);
    if (how.withEcho) makeEcho(line);
    device?.detach();
    device?.attach(line.device);
    await start();
  }

  /** Opens the driver on the line as it is, in a process of its own. */
  async function start(): Promise<void> {
    process = { killed: false };
    open = await timers.settle(driver.open({ transport: endingWith(process, line.host), timers, options, trace: () => {} }));
  }

  const stage: Stage<Device> = {
    timers,
    device,
    options,
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
  const kill = () => {
    process.killed = true;
  };
  return { stage, plug, start, kill };
}

/** The line as a process has it that may be killed: from then on it sends nothing and hears nothing, and no write of it ever ends. */
function endingWith(process: { readonly killed: boolean }, line: Transport): Transport {
  return {
    write: (bytes) => (process.killed ? new Promise(() => {}) : line.write(bytes)),
    onData: (listener) =>
      line.onData((chunk) => {
        if (!process.killed) listener(chunk);
      }),
    onLost: (listener) =>
      line.onLost((error) => {
        if (!process.killed) listener(error);
      }),
    close: () => line.close(),
  };
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
  const lengths = (sent: readonly Uint8Array[], from: number) => sent.slice(from).map(({ length }) => length);
  const traffic = { toHost: lengths(toHost.sent, before.toHost), toDevice: lengths(toDevice.sent, before.toDevice) };
  await stage.timers.advance(REST_MS);
  const wrong = call.judge(end, null);
  if (wrong !== null) throw new Error(`${candidate.name}, ${task}, on a good line: ${wrong}`);
  return traffic;
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
    const { stage, plug, start, kill } = await plugIn(candidate, { withEcho: fault.kind === 'echo' });
    const call = await candidate.subject.stage(task, stage, candidate.simulator);
    const open = stage.open();
    let closing: Promise<void> = Promise.resolve();
    let isLost = false;
    let lose: (fault: Fault) => void = () => {};
    const lost = new Promise<never>((_resolve, reject) => {
      lose = reject;
    });
    lost.catch(() => {});
    const heal = unleash(fault, {
      line: stage.line(),
      timers: stage.timers,
      detach: () => stage.device.detach(),
      close: () => {
        closing = open.close();
      },
      kill() {
        kill();
        // The core hears of it at once, by the end of the process.
        lose(new Fault('DEVICE_PROCESS_LOST'));
        isLost = true;
      },
    });
    end = await stage.endOf(Promise.race([call.run(), lost]));
    heal();
    const endName = typeof end === 'string' ? end : 'success';
    if (isLost) {
      await stage.timers.advance(RESTART_MS);
      await start();
    }
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
