// npm run check: formatting and lint, types per environment, import directions, unused code. Prints what failed, exits 1 then.
import { spawnSync } from 'node:child_process';

const steps: [string, string[]][] = [
  ['biome', ['check', '.']],
  ...['shared', 'node', 'electron', 'preload', 'renderer', 'tests'].map((name): [string, string[]] => [
    'tsc',
    ['-p', `tsconfig.${name}.json`],
  ]),
  ['depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src', 'drivers', 'migrations', 'scripts', 'tests']],
  ['knip', []],
];

let failed = false;
for (const [command, args] of steps) {
  const result = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status === 0) continue;
  failed = true;
  console.log(`\n✗ ${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
}
console.log(failed ? 'check failed' : 'check passed');
process.exit(failed ? 1 : 0);
