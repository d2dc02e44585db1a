// npm run docs [-- --check] [--results report.json]: writes the generated parts of the pages, or says which of them are stale or have gaps.
// A part stands between <!-- generated: name --> and <!-- end: name -->. `--results` takes a report of all unit tests instead of running the suites.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchTable } from './support/bench-record.ts';
import { ROOT } from './support/build.ts';
import { businessTable } from './support/business-table.ts';
import { conformanceMatrix } from './support/conformance-matrix.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, results: { type: 'string' } } });

interface Part {
  readonly page: string;
  /** Stands between the markers. */
  readonly name: string;
  /** Returns the text, and in sentences what is missing in it: a page with gaps may be written, but does not pass. */
  make(): Promise<{ readonly markdown: string; readonly problems: readonly string[] }>;
}

const PARTS: readonly Part[] = [
  { page: 'README.md', name: 'business kinds', make: businessTable },
  {
    page: 'README.md',
    name: 'conformance matrix',
    make: async () => ({ markdown: conformanceMatrix(conformanceReport(values.results)), problems: [] }),
  },
  { page: 'README.md', name: 'benchmarks', make: benchTable },
];

/** Returns the report of the conformance suites, from a file or by running them. */
function conformanceReport(file: string | undefined): unknown {
  if (file !== undefined) return JSON.parse(readFileSync(file, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'countertop-docs-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--project', 'unit', '--reporter', 'json', '--outputFile', report, 'conformance.test.ts'];
    spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the page with the part in its place. Throws when the page has no such place. */
function withPart(text: string, { name, content }: { readonly name: string; readonly content: string }): string {
  const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no place for the ${name}: ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

let failed = false;
for (const { page, name, make } of PARTS) {
  const file = join(ROOT, page);
  const before = readFileSync(file, 'utf8');
  const { markdown, problems } = await make();
  console.log(`\n${markdown}\n`);
  for (const problem of problems) console.log(`✗ ${problem}`);
  if (values.check && problems.length > 0) failed = true;
  const after = withPart(before, { name, content: markdown });
  if (after === before) console.log(`${page}: the ${name} is up to date.`);
  else if (values.check) {
    failed = true;
    console.log(`${page}: the ${name} is stale. npm run docs writes it.`);
  } else {
    writeFileSync(file, after);
    console.log(`${page}: the ${name} is written.`);
  }
}
process.exit(failed ? 1 : 0);
