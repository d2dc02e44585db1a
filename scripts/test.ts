// npm test: checks, then unit, contract, property, simulation and migration tests, whether generated pages are fresh, then the end-to-end tests on the loopback host.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './support/build.ts';

/** What the tests gave, for the pages that quote it. */
const RESULTS = 'test-results/unit.json';

const steps: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'check', args: ['scripts/check.ts'] },
  {
    name: 'tests',
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      '--reporter',
      'dot',
      '--reporter',
      'json',
      `--outputFile=${RESULTS}`,
    ],
  },
  { name: 'generated pages', args: ['scripts/docs.ts', '--check', '--results', RESULTS] },
  { name: 'end-to-end (loopback)', args: ['scripts/test-e2e.ts', 'loopback'] },
];

const results = steps.map(({ name, args }) => {
  console.log(`\n— ${name}`);
  const startedMs = performance.now();
  const { status } = spawnSync(process.execPath, [...args], { cwd: ROOT, stdio: 'inherit', env: withOwnTools() });
  return { name, passed: status === 0, seconds: (performance.now() - startedMs) / 1000 };
});

console.log('');
for (const { name, passed, seconds } of results) console.log(`${passed ? '✓' : '✗'} ${name} (${seconds.toFixed(0)} s)`);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);

/** The tools of the checks and this very Node first, also when npm did not start us. */
function withOwnTools(): NodeJS.ProcessEnv {
  const delimiter = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}` };
}
