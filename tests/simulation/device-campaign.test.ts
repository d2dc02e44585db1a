// The fault campaign: every driver, one misfortune of its line per case, from a seed. Each call ends in success, a typed fault, or unknown with the
// right recovery; never wrong, never hung. COUNTERTOP_CASES=10000 for the whole of it, COUNTERTOP_SEED=n repeats one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LineFault } from '../support/campaign/faults.ts';
import { type Candidate, cleanRun, findCandidates, runCase, type Traffic } from '../support/campaign/run.ts';
import { seeded } from '../support/journal.ts';

const SEED = Number(process.env.COUNTERTOP_SEED ?? 3);
const CASES = Number(process.env.COUNTERTOP_CASES ?? 1500);

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
    for (const task of candidate.subject.tasks) tasks.push({ candidate, task, traffic: await cleanRun(candidate, task) });
});
afterAll(() => process.off('unhandledRejection', onUnhandled));

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

test(`${CASES} misfortunes, seed ${SEED}: success, a typed fault, or unknown with the right recovery`, {
  timeout: 300_000 + CASES * 100,
}, async () => {
  const random = seeded(SEED);
  const ends = new Map<string, number>();
  const wrong: string[] = [];
  const covered = new Set<string>();
  for (let index = 0; index < CASES; index += 1) {
    const { task, fault } = draw(index, random);
    const name = `${task.candidate.manifest.id}, ${task.candidate.subject.name}: ${task.task}`;
    covered.add(`${name}, ${fault.kind}`);
    const result = await runCase(task.candidate, { task: task.task, fault });
    ends.set(result.end, (ends.get(result.end) ?? 0) + 1);
    if (result.wrong !== null)
      wrong.push(`#${index} ${name}, ${fault.kind} at message ${fault.message} ${fault.direction}: ${result.wrong}`);
  }
  const drivers = new Set(tasks.map(({ candidate }) => candidate.manifest.id));
  console.log(`seed ${SEED}: ${CASES} cases, ${drivers.size} drivers, ${tasks.length} calls, ${covered.size} pairs of call and fault`);
  console.log(
    [...ends]
      .sort(([, left], [, right]) => right - left)
      .map(([end, count]) => `${end} ${count}`)
      .join(', '),
  );
  expect(wrong).toEqual([]);
  expect(unhandled).toEqual([]);
  expect(drivers.size).toBeGreaterThanOrEqual(10);
});
