// npm run bench: runs every measurement in tests/bench as a process of its own and prints one table. Exits 1 when a bound is missed.
// `--only search` takes the files whose name holds the word, `--save` keeps the figures for the README's table (npm run docs writes it); all other
// options go to the measurements, for instance `--accounts 100000`.
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { type BenchFigure, benchFile, benchNames, boundText, figureOf, saveRun, short } from './support/bench-record.ts';

const args = process.argv.slice(2);
const at = args.indexOf('--only');
const only = at < 0 ? '' : (args.splice(at, 2)[1] ?? '');
const saveAt = args.indexOf('--save');
if (saveAt >= 0) args.splice(saveAt, 1);
const names = benchNames().filter((name) => name.includes(only));
if (names.length === 0) {
  console.error(`no measurement is called ${only}`);
  process.exit(1);
}

const rows: string[][] = [['', 'figure', 'ours', 'reference', 'ratio', 'bound', 'unit']];
const measured: Record<string, BenchFigure[]> = {};
let failed = false;
for (const name of names) {
  console.log(`${name} …`);
  const { figures, code } = await run(benchFile(name));
  if (figures.length === 0 || code !== 0) failed = true;
  if (figures.length === 0) rows.push(['✗', `${name} gave no figure (exit ${code})`, '', '', '', '', '']);
  else measured[name] = figures;
  for (const figure of figures) {
    failed ||= !figure.ok;
    const { ours, reference, ratio, unit } = figure;
    rows.push([figure.ok ? '✓' : '✗', figure.name, short(ours), short(reference), short(ratio), boundText(figure), unit]);
  }
}
printTable(rows);
if (saveAt >= 0) saveRun({ machine: machine(), figures: measured });
console.log(failed ? '\nA bound was missed.' : '\nAll bounds hold.');
process.exit(failed ? 1 : 0);

function machine(): string {
  const [first] = cpus();
  const model = (first?.model ?? '').replace(/\(.*?\)|@.*$/g, '').trim();
  return `${cpus().length} cores${model === '' ? '' : ` (${model})`}, ${process.platform}, Node ${process.versions.node}`;
}

/** Runs one measurement; lines that are no figure are passed on. */
function run(file: string): Promise<{ readonly figures: BenchFigure[]; readonly code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const figures: BenchFigure[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      const figure = figureOf(line);
      if (figure === null) console.log(line);
      else figures.push(figure);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ figures, code }));
  });
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
