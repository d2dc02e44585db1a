// npm run new:driver: what it makes is found by its manifest and passes its conformance suite as it stands.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAPABILITIES, manifestSchema } from '../../drivers/kit/manifest.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['conformance.test.ts', 'driver.ts', 'frames.ts', 'manifest.json', 'simulator.ts', 'transcripts'];

/** A driver of every capability. With how many tests its suite has at least. */
const MADE = [
  { capability: 'card-reader', id: 'acme-x200', tests: 60, more: ['words.json'] },
  { capability: 'receipt-printer', id: 'acme-p80-usb', tests: 35, more: ['words.json'] },
  { capability: 'form-printer', id: 'acme-lq', tests: 40, more: ['words.json'] },
  { capability: 'cash-drawer', id: 'acme-till', tests: 10, more: ['words.json'] },
  { capability: 'meter-dock', id: 'acme-cradle', tests: 30, more: ['transfer.ts', 'words.json'] },
  { capability: 'reading-head', id: 'acme-opto', tests: 15, more: ['words.json'] },
  { capability: 'scanner', id: 'acme-gun-2', tests: 12, more: ['words.json'] },
  // All that it says, the kit says for it.
  { capability: 'customer-display', id: 'acme-glass', tests: 12, more: [] },
  { capability: 'satisfaction-keypad', id: 'acme-smile', tests: 20, more: ['words.json'] },
] as const;
const BROKEN = 'acme-broken';

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

/** Runs the tests of all made folders in one vitest of their own; returns for each file how many passed, failed and did not run. */
async function testResults() {
  const report = join(drivers, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  // The project's own limit per test, which that folder knows nothing of.
  const limits = ['--testTimeout', '30000'];
  const args = [vitest, 'run', '--root', drivers, ...limits, '--reporter', 'json', '--outputFile', report, 'acme-'];
  await promisify(execFile)(process.execPath, args, { cwd: drivers }).catch(() => {});
  const { testResults: files } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly { readonly status: string }[] }[];
  };
  return new Map(
    files.map(({ name, assertionResults }) => {
      const count = (wanted: string) => assertionResults.filter(({ status }) => status === wanted).length;
      const [passed, failed] = [count('passed'), count('failed')];
      return [name, { passed, failed, other: assertionResults.length - passed - failed }] as const;
    }),
  );
}

const made = new Map<string, Awaited<ReturnType<typeof newDriver>>>();
let results: Awaited<ReturnType<typeof testResults>> = new Map();
const resultsOf = (id: string) => results.get(join(drivers, id, 'conformance.test.ts'));

beforeAll(async () => {
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  drivers = mkdtempSync(join(ROOT, 'test-results/new-driver-'));
  symlinkSync(join(ROOT, 'drivers/kit'), join(drivers, 'kit'), 'junction');
  await Promise.all([
    ...MADE.map(async ({ capability, id }) => void made.set(id, await newDriver(id, '--capability', capability))),
    newDriver(BROKEN),
  ]);
  const own = join(drivers, BROKEN, 'driver.ts');
  const text = readFileSync(own, 'utf8');
  const broken = text.replace('heard.sequence !== own || ', '');
  expect(broken).not.toBe(text);
  writeFileSync(own, broken);
  results = await testResults();
}, 180_000);

afterAll(() => rmSync(drivers, { recursive: true, force: true }));

it('there is a template for every capability', () => {
  expect(MADE.map(({ capability }) => capability).sort()).toEqual([...CAPABILITIES].sort());
  expect(readdirSync(join(ROOT, 'drivers/kit/templates')).sort()).toEqual([...CAPABILITIES].sort());
});

describe.each(MADE)('a $capability', ({ capability, id, tests, more }) => {
  it('comes with its manifest and is bound by its name', () => {
    expect(made.get(id)).toMatchObject({ code: 0, text: expect.stringContaining(`"driver": "${id}"`) });
    expect(readdirSync(join(drivers, id)).sort()).toEqual([...FILES, ...more].sort());
    expect(manifestSchema.parse(JSON.parse(readFileSync(join(drivers, id, 'manifest.json'), 'utf8')))).toMatchObject({
      id,
      vendor: 'Acme',
      capabilities: [capability],
    });
    for (const name of readdirSync(join(drivers, id)).filter((file) => file !== 'transcripts'))
      expect(readFileSync(join(drivers, id, name), 'utf8')).not.toMatch(/vendor-model|\.\.\/\.\.\//);
  });

  it('passes its conformance suite as it stands', () => {
    expect(resultsOf(id)).toMatchObject({ failed: 0, other: 0 });
    expect(resultsOf(id)?.passed).toBeGreaterThanOrEqual(tests);
  });

  it('is never overwritten', async () => {
    const own = join(drivers, id, 'driver.ts');
    writeFileSync(own, '// mine\n');
    const again = await newDriver(id, '--capability', capability);
    expect(again.code).toBe(1);
    expect(again.text).toContain('is there already');
    expect(readFileSync(own, 'utf8')).toBe('// mine\n');
  });
});

it('a driver that breaks a promise fails the suite it was made with', () => {
  expect(resultsOf(BROKEN)?.failed).toBeGreaterThan(0);
  expect(resultsOf(BROKEN)?.passed).toBeGreaterThan(30);
});

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
