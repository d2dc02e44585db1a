// The fault campaign: every driver, one misfortune of its line per case, from a seed. Each call ends in success, a typed fault, or unknown with the
// right recovery; never wrong, never hung. COUNTERTOP_CASES=10000 for the whole of it, COUNTERTOP_SEED=n repeats one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LineFault } from '../support/campaign/faults.ts';
import { type Candidate, cleanRun, findCandidates, runCase, type Traffic } from '../support/campaign/run.ts';
import { seeded } from '../support/journal.ts';

const SEED = Number(process.env.COUNTERTOP_SEED ?? 3);
const CASES = Number(process.env.COUNTERTOP_CASES ?? 1500);
/** Every byte of all calls in the whole campaign, some of them in passing. */
const SWEEP_STEP = CASES < 10_000 ? 100 : 1;
/** Of a longer message, as a page of crosses is, so many places stand for all. */
const MOST_PLACES = 512;

interface Task {
  readonly candidate: Candidate;
  readonly task: string;
  readonly traffic: Traffic;
}

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
const tasks: Task[] = [];

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  for (const candidate of await findCandidates())
    for (const task of candidate.subject.tasks) {
      const traffic = await cleanRun(candidate, task);
      // A call that passes no byte, as a question on a line on which nothing comes back, has no line to suffer from.
      if (traffic.toHost.length + traffic.toDevice.length > 0) tasks.push({ candidate, task, traffic });
    }
});
afterAll(() => process.off('unhandledRejection', onUnhandled));

/** Byte by byte, every message of every call: what a line does to one byte of it. */
const SWEPT = ['cut', 'byte lost', 'corrupted'] as const;

/** Returns every place where a byte of a call can be cut off, lost or damaged, call by call. */
function places(random: () => number): { readonly task: Task; readonly fault: LineFault }[] {
  return tasks.flatMap((task) =>
    SWEPT.filter((kind) => task.candidate.kinds.includes(kind)).flatMap((kind) =>
      (['toHost', 'toDevice'] as const).flatMap((direction) =>
        task.traffic[direction].flatMap((length, message) =>
          Array.from({ length: Math.min(length, MOST_PLACES) }, (_, index) => {
            const at = Math.floor(index * Math.max(1, length / MOST_PLACES));
            return { task, fault: { kind, direction, message, at, random } };
          }),
        ),
      ),
    ),
  );
}

/** Draws a case; every driver and task comes in turn, so that none is rare. */
function draw(index: number, random: () => number): { readonly task: Task; readonly fault: LineFault } {
  const task = tasks[index % tasks.length];
  if (!task) throw new Error('no tasks');
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  };
  const { traffic } = task;
  // A device that says nothing, as a display, has one direction only.
  const directions = (['toHost', 'toDevice'] as const).filter((direction) => traffic[direction].length > 0);
  const direction = pick(directions);
  const message = Math.floor(random() * traffic[direction].length);
  return { task, fault: { kind: pick(task.candidate.kinds), direction, message, random } };
}

/** Runs the cases and holds that none ended wrong; prints how they ended. */
async function campaign(cases: Iterable<{ readonly task: Task; readonly fault: LineFault }>): Promise<void> {
  const ends = new Map<string, number>();
  const wrong: string[] = [];
  const covered = new Set<string>();
  let count = 0;
  for (const { task, fault } of cases) {
    const name = `${task.candidate.name}: ${task.task}`;
    covered.add(`${name}, ${fault.kind}`);
    const result = await runCase(task.candidate, { task: task.task, fault });
    ends.set(result.end, (ends.get(result.end) ?? 0) + 1);
    const place = fault.at === undefined ? '' : `byte ${fault.at} of `;
    if (result.wrong !== null)
      wrong.push(`#${count} ${name}, ${fault.kind} at ${place}message ${fault.message} ${fault.direction}: ${result.wrong}`);
    count += 1;
  }
  const drivers = new Set(tasks.map(({ candidate }) => candidate.manifest.id));
  console.log(`seed ${SEED}: ${count} cases, ${drivers.size} drivers, ${tasks.length} calls, ${covered.size} pairs of call and fault`);
  console.log(
    [...ends]
      .sort(([, left], [, right]) => right - left)
      .map(([end, times]) => `${end} ${times}`)
      .join(', '),
  );
  expect(wrong).toEqual([]);
  expect(unhandled).toEqual([]);
  expect(drivers.size).toBeGreaterThanOrEqual(10);
}

test(`${CASES} misfortunes, seed ${SEED}: success, a typed fault, or unknown with the right recovery`, {
  timeout: 300_000 + CASES * 100,
}, async () => {
  const random = seeded(SEED);
  await campaign(Array.from({ length: CASES }, (_, index) => draw(index, random)));
});

test(`one of ${SWEEP_STEP} bytes cut off, lost or damaged, seed ${SEED}: as much`, { timeout: 3_600_000 }, async () => {
  const random = seeded(SEED);
  const first = Math.floor(random() * SWEEP_STEP);
  await campaign(places(random).filter((_, index) => index % SWEEP_STEP === first));
});
