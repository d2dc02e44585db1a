// The last whole run of the measurements, kept in resources/benchmarks.json by `npm run bench -- --save`, and its table for the README.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './build.ts';

const figureSchema = z.object({
  name: z.string(),
  unit: z.string(),
  ours: z.number(),
  reference: z.number(),
  ratio: z.number(),
  sense: z.enum(['min', 'max']),
  bound: z.number(),
  ok: z.boolean(),
});

const recordSchema = z.object({
  /** Where it ran: what the figures without a ratio depend on. */
  machine: z.string(),
  /** By the name of the measurement's file, without `.bench.ts`. */
  figures: z.record(z.string(), z.array(figureSchema).min(1)),
});

export type BenchFigure = z.infer<typeof figureSchema>;
export type BenchRecord = z.infer<typeof recordSchema>;

const FOLDER = join(ROOT, 'tests', 'bench');
const FILE = join(ROOT, 'resources', 'benchmarks.json');

/** Returns the names of all measurements, sorted. */
export function benchNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.bench.ts'))
    .map((name) => name.slice(0, -'.bench.ts'.length))
    .sort();
}

/** Returns the file of a measurement. */
export function benchFile(name: string): string {
  return join(FOLDER, `${name}.bench.ts`);
}

/** Returns the figure on a line of a measurement's output; null where the line is none. */
export function figureOf(line: string): BenchFigure | null {
  if (!line.startsWith('{')) return null;
  try {
    return figureSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** Writes what a run gave; measurements that it left out keep their figures. */
export function saveRun(run: BenchRecord): void {
  const names = benchNames();
  const figures = { ...(existsSync(FILE) ? readRecord().figures : {}), ...run.figures };
  const kept = Object.fromEntries(names.flatMap((name) => (figures[name] === undefined ? [] : [[name, figures[name]]])));
  const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
  writeFileSync(FILE, `${JSON.stringify({ machine: run.machine, figures: kept }, rounded, 2)}\n`);
}

function readRecord(): BenchRecord {
  return recordSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

/** Returns the table in Markdown, with the measurements that no saved run has named below it. */
export async function benchTable(): Promise<{ readonly markdown: string; readonly problems: readonly string[] }> {
  const { machine, figures } = readRecord();
  const unsaved = benchNames().filter((name) => figures[name] === undefined);
  const lines = ['| figure | ours | reference | ratio | bound | unit |', '| --- | --: | --: | --: | --: | --- |'];
  for (const figure of Object.values(figures).flat()) {
    const { ours, reference, ratio, unit } = figure;
    const name = figure.ok ? figure.name : `**${figure.name}: missed**`;
    lines.push(`| ${[name, short(ours), short(reference), short(ratio), boundText(figure), unit].join(' | ')} |`);
  }
  const rest = unsaved.length === 0 ? '' : ` Not in it yet: ${unsaved.map((name) => `\`tests/bench/${name}.bench.ts\``).join(', ')}.`;
  return { markdown: `${lines.join('\n')}\n\nMeasured on ${machine}.${rest}`, problems: [] };
}

/** Returns the bound with its sense, "≥ 0.5". */
export function boundText({ sense, bound }: Pick<BenchFigure, 'sense' | 'bound'>): string {
  return `${sense === 'min' ? '≥' : '≤'} ${short(bound)}`;
}

/** Three digits that count. */
export function short(value: number): string {
  return value >= 1_000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}
