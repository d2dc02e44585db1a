// Records a driver's scenes against its simulator, and plays them again with the transcript in the simulator's place. Time is not the clock's.
import type { Driver, DriverContext } from '../driver.ts';
import { manifestSchema } from '../manifest.ts';
import type { Meaning } from '../meaning.ts';
import type { SimulatorModule } from '../simulator.ts';
import { formatTranscript, parseTranscript, playTranscript, recordTranscript } from '../transcript.ts';
import type { Transport } from '../transport.ts';
import { createMemoryLine, delay } from './line.ts';
import { endInWords, type Scenario, type ScenarioBench } from './scenarios.ts';
import { createManualTimers } from './timers.ts';

export interface RecordedDriver {
  readonly driver: Driver;
  readonly manifest: unknown;
  readonly simulator: SimulatorModule;
  /** Puts an answer right in which the trace masks secrets: fills them in and makes the check sum anew. */
  complete?(bytes: Uint8Array): Uint8Array;
}

/** On a line in memory every message takes as long, ms; enough that question and answer never bear the same time. */
const TRAVEL_MS = 2;

/** Recordings made here bear this date, so that the same bytes make the same file. */
const RECORDED_AT = '2026-01-01T00:00:00Z';

function manifestOf({ manifest }: RecordedDriver) {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error(`${parsed.id} is no driver`);
  return parsed;
}

/** Plays the scene against the simulator; returns the transcript as text. `heard` is told what each traced frame means. */
export async function recordScenario(
  recorded: RecordedDriver,
  scenario: Scenario,
  heard: (note: Meaning) => void = () => {},
): Promise<string> {
  const { id, options } = manifestOf(recorded);
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  for (const direction of [line.toHost, line.toDevice]) direction.always(delay(TRAVEL_MS));
  const header = { driver: id, recordedAt: RECORDED_AT, options, scenario: scenario.name };
  const trace: DriverContext['trace'] = (_direction, _bytes, note = '') => heard(note);
  const recorder = recordTranscript({ transport: line.host, timers, header, trace });
  const bench: ScenarioBench = {
    timers,
    open: () => recorded.driver.open({ transport: recorder.transport, timers, options, trace: recorder.trace }),
    async step(what, call) {
      recorder.note(`${what} → ${await timers.settle(endInWords(call()))}`);
    },
    note: (text) => recorder.note(text),
    hand(create) {
      const device = create({ timers, options });
      device.attach(line.device);
      return device;
    },
  };
  await scenario.run(bench);
  return formatTranscript(recorder.transcript());
}

/** What a replay gave: notes as they were recorded and as they came out, where the driver departed, and lines that were not played. */
export interface Replay {
  readonly recorded: readonly string[];
  readonly replayed: readonly string[];
  readonly mismatch: string | null;
  readonly unplayed: readonly number[];
}

/** Plays the scene with the transcript as the device. */
export async function replayScenario(
  recorded: RecordedDriver,
  { scenario, text }: { readonly scenario: Scenario; readonly text: string },
): Promise<Replay> {
  const transcript = parseTranscript(text);
  const timers = createManualTimers();
  const player = playTranscript({ transcript, timers, ...(recorded.complete ? { complete: recorded.complete } : {}) });
  const notes: string[] = [];
  const transport: Transport = player.transport;
  const bench: ScenarioBench = {
    timers,
    open: () => recorded.driver.open({ transport, timers, options: transcript.header.options, trace: () => {} }),
    async step(what, call) {
      notes.push(`${what} → ${await timers.settle(endInWords(call()))}`);
    },
    note: (note) => void notes.push(note),
    hand: () => null,
  };
  await scenario.run(bench);
  return {
    recorded: transcript.frames.flatMap((frame) => (frame.direction === 'note' ? [frame.note] : [])),
    replayed: notes,
    mismatch: player.mismatch()?.message ?? null,
    unplayed: player.unplayed(),
  };
}
