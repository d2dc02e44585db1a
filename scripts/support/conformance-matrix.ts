// The conformance matrix: which driver passes how many tests of which suite, from the JSON report of vitest.
import { basename, dirname } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()), status: z.string() })),
    }),
  ),
});

interface Cell {
  passed: number;
  failed: number;
}

/** Returns what a suite tests, from the title of its group: "acme-x1 as a card reader, two slots" → "card reader". */
function suiteOf(title: string, folder: string): string {
  const words = title
    .replace(folder, '')
    .replace(/( that |,).*$/, '')
    .trim();
  return words.replace(/^(as an? |and its |the )/, '').replace(/ of$/, '');
}

/** Returns the table in Markdown: a row for each folder in drivers, a column for each suite. Throws when the report is none of vitest's. */
export function conformanceMatrix(report: unknown): string {
  const rows = new Map<string, Map<string, Cell>>();
  for (const { name, assertionResults } of reportSchema.parse(report).testResults) {
    const folder = basename(dirname(name));
    // Templates are no drivers.
    if (basename(name) !== 'conformance.test.ts' || basename(dirname(dirname(name))) !== 'drivers') continue;
    const row = rows.get(folder) ?? new Map<string, Cell>();
    rows.set(folder, row);
    for (const { ancestorTitles, status } of assertionResults) {
      const suite = suiteOf(ancestorTitles[0] ?? '', folder);
      const cell = row.get(suite) ?? { passed: 0, failed: 0 };
      row.set(suite, cell);
      if (status === 'passed') cell.passed += 1;
      else if (status === 'failed') cell.failed += 1;
    }
  }
  const suites = [...new Set([...rows.values()].flatMap((row) => [...row.keys()]))].sort();
  // Every driver has transcripts: the last column.
  const columns = [...suites.filter((suite) => suite !== 'transcripts'), ...suites.filter((suite) => suite === 'transcripts')];
  const cellText = (cell: Cell | undefined) => {
    if (!cell) return '';
    return cell.failed === 0 ? `${cell.passed}` : `**${cell.failed} of ${cell.passed + cell.failed} fail**`;
  };
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const cells = [...rows.values()].flatMap((row) => [...row.values()]);
  const passed = cells.reduce((sum, cell) => sum + cell.passed, 0);
  const failed = cells.reduce((sum, cell) => sum + cell.failed, 0);
  return [
    line(['', ...columns]),
    line(['---', ...columns.map(() => '--:')]),
    ...[...rows]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([folder, row]) => line([`\`${folder}\``, ...columns.map((suite) => cellText(row.get(suite)))])),
    '',
    `${passed} tests pass, ${failed === 0 ? 'none fails' : `${failed} fail`}.`,
  ].join('\n');
}
