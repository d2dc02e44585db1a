// npm run new:driver: what it makes is found by its manifest and passes its conformance suite as it stands.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../drivers/kit/manifest.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['conformance.test.ts', 'driver.ts', 'frames.ts', 'manifest.json', 'simulator.ts', 'transcripts'];

/** A folder of drivers of its own, with the kit in it; inside the checkout, so that libraries are found. */
let drivers = '';

/** Runs the script; returns its exit code and all it wrote. */
async function newDriver(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [join(ROOT, 'scripts/new-driver.ts'), '--root', drivers, ...args], { cwd: ROOT });
  return run.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { readonly code: number; readonly stderr: string }) => ({ code: error.code, text: error.stderr }),
  );
}

/** Runs the tests of a made folder in a vitest of their own; returns how many passed and failed. */
async function testResults(id: string) {
  const report = join(drivers, `${id}.json`);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--root', drivers, '--reporter', 'json', '--outputFile', report, `${id}/`];
  await promisify(execFile)(process.execPath, args, { cwd: drivers }).catch(() => {});
  const {
    numPassedTests,
    numFailedTests,
    numPendingTests,
    success,
    testResults: files,
  } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numPendingTests: number;
    readonly success: boolean;
    readonly testResults: readonly { readonly name: string }[];
  };
  return { numPassedTests, numFailedTests, numPendingTests, success, files: files.map(({ name }) => name) };
}

beforeAll(() => {
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  drivers = mkdtempSync(join(ROOT, 'test-results/new-driver-'));
  symlinkSync(join(ROOT, 'drivers/kit'), join(drivers, 'kit'), 'junction');
});

afterAll(() => rmSync(drivers, { recursive: true, force: true }));

describe.each([
  ['card-reader', 'acme-x200', 60],
  ['receipt-printer', 'acme-p80-usb', 35],
  ['reading-head', 'acme-opto', 15],
  ['scanner', 'acme-gun-2', 12],
  ['customer-display', 'acme-glass', 12],
] as const)('a %s', (capability, id, tests) => {
  it('comes with its manifest, passes its conformance suite, and is never overwritten', async () => {
    const made = await newDriver(id, '--capability', capability);
    expect(made.code).toBe(0);
    expect(made.text).toContain(`"driver": "${id}"`);
    expect(readdirSync(join(drivers, id)).sort()).toEqual(FILES);
    expect(manifestSchema.parse(JSON.parse(readFileSync(join(drivers, id, 'manifest.json'), 'utf8')))).toMatchObject({
      id,
      vendor: 'Acme',
      capabilities: [capability],
    });
    for (const name of FILES.slice(0, -1)) expect(readFileSync(join(drivers, id, name), 'utf8')).not.toMatch(/vendor-model|\.\.\/\.\.\//);

    const results = await testResults(id);
    expect(results).toMatchObject({
      success: true,
      numFailedTests: 0,
      numPendingTests: 0,
      files: [join(drivers, id, 'conformance.test.ts')],
    });
    expect(results.numPassedTests).toBeGreaterThanOrEqual(tests);

    const own = join(drivers, id, 'driver.ts');
    writeFileSync(own, '// mine\n');
    const again = await newDriver(id, '--capability', capability);
    expect(again.code).toBe(1);
    expect(again.text).toContain('is there already');
    expect(readFileSync(own, 'utf8')).toBe('// mine\n');
  }, 120_000);
});

it('a driver that breaks a promise fails the suite it was made with', async () => {
  await newDriver('acme-broken');
  const own = join(drivers, 'acme-broken/driver.ts');
  const text = readFileSync(own, 'utf8');
  const broken = text.replace('heard.sequence !== own || ', '');
  expect(broken).not.toBe(text);
  writeFileSync(own, broken);
  const results = await testResults('acme-broken');
  expect(results.success).toBe(false);
  expect(results.numFailedTests).toBeGreaterThan(0);
  expect(results.numPassedTests).toBeGreaterThan(30);
}, 120_000);

describe('is refused, and nothing is made:', () => {
  it.each([
    ['no name', []],
    ['two names', ['acme-x1', 'acme-x2']],
    ['no model', ['acme']],
    ['capitals', ['Acme-X1']],
    ['a path', ['../acme-x1']],
    ['a folder inside', ['acme-x1/y']],
    ['a double hyphen', ['acme--x1']],
    ['an unknown capability', ['acme-x1', '--capability', 'toaster']],
    ['a path as capability', ['acme-x1', '--capability', '../templates/card-reader']],
    ['an unknown option', ['acme-x1', '--force']],
  ])('%s', async (_name, args) => {
    const before = readdirSync(drivers);
    const { code, text } = await newDriver(...args);
    expect(code).toBe(1);
    expect(text).toContain('npm run new:driver --');
    expect(readdirSync(drivers)).toEqual(before);
    expect(existsSync(join(drivers, '../acme-x1'))).toBe(false);
  });
});
