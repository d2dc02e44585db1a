// npm run bench: runs every measurement in tests/bench as a process of its own and prints one table. Exits 1 when a bound is missed.
// `--only search` takes the files whose name holds the word; all other options go to the measurements, for instance `--accounts 100000`.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

interface Figure {
  readonly name: string;
  readonly unit?: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  readonly sense?: 'min' | 'max';
  readonly bound: number;
  readonly ok: boolean;
}

const folder = join(import.meta.dirname, '..', 'tests', 'bench');
const args = process.argv.slice(2);
const at = args.indexOf('--only');
const only = at < 0 ? '' : (args.splice(at, 2)[1] ?? '');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts') && name.includes(only))
  .sort();
if (files.length === 0) {
  console.error(`no measurement is called ${only}`);
  process.exit(1);
}

const rows: string[][] = [['', 'figure', 'ours', 'reference', 'ratio', 'bound', 'unit']];
let failed = false;
for (const file of files) {
  console.log(`${basename(file, '.bench.ts')} …`);
  const { figures, code } = await run(join(folder, file));
  if (figures.length === 0 || code !== 0) failed = true;
  if (figures.length === 0) rows.push(['✗', `${file} gave no figure (exit ${code})`, '', '', '', '', '']);
  for (const figure of figures) {
    failed ||= !figure.ok;
    const sense = figure.sense === 'min' ? '≥' : '≤';
    rows.push([
      figure.ok ? '✓' : '✗',
      figure.name,
      short(figure.ours),
      short(figure.reference),
      short(figure.ratio),
      `${sense} ${short(figure.bound)}`,
      figure.unit ?? '',
    ]);
  }
}
printTable(rows);
console.log(failed ? '\nA bound was missed.' : '\nAll bounds hold.');
process.exit(failed ? 1 : 0);

/** Runs one measurement; lines that are no figure are passed on. */
function run(file: string): Promise<{ readonly figures: readonly Figure[]; readonly code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const figures: Figure[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      const figure = figureOf(line);
      if (figure === null) console.log(line);
      else figures.push(figure);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ figures, code }));
  });
}

function figureOf(line: string): Figure | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'ok' in value && 'ratio' in value ? (value as Figure) : null;
  } catch {
    return null;
  }
}

/** Three digits that count. */
function short(value: number): string {
  return value >= 1_000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

function printTable(lines: readonly (readonly string[])[]): void {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length))) ?? [];
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
