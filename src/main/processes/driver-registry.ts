// Finds driver and layout folders through their manifests and imports their modules when they are needed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CardChip } from '../../../drivers/kit/chip-reader.ts';
import type { Driver } from '../../../drivers/kit/driver.ts';
import { type DriverManifest, type LayoutManifest, type Manifest, manifestSchema } from '../../../drivers/kit/manifest.ts';
import { type Words, wordsSchema } from '../../../drivers/kit/meaning.ts';
import type { SimulatorModule } from '../../../drivers/kit/simulator.ts';
import { accessProblem } from '../../shared/domain/card-access.ts';
import type { CardLayout } from '../../shared/domain/card-layout.ts';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { CardLayouts } from '../core/ports/cards.ts';
import { importGuarded } from './driver-guard.ts';
import { type OutsideDrivers, readSignedFolder } from './driver-trust.ts';

/** A folder that was found but cannot be used. It never keeps the others from working. */
export interface BrokenFolder {
  /** The folder's own name. */
  readonly folder: string;
  readonly reason: string;
}

export interface DriverEntry {
  readonly manifest: DriverManifest;
  /** What its frames mean, in other languages than English. */
  readonly words: Words;
  /** Of a driver from outside: changes with every byte of its folder. Null for the program's own. */
  readonly signedVersion: string | null;
  /** Imports the folder's driver. Rejects with DRIVER_UNKNOWN when there is none that can be loaded. */
  driver(): Promise<Driver>;
  /** Imports the folder's simulator, or returns null when it ships none. */
  simulator(): Promise<SimulatorModule | null>;
}

export interface LayoutEntry {
  readonly id: string;
  readonly chip: CardChip;
  layout(): Promise<CardLayout>;
  /** Imports another module of the folder by name without ending, for instance 'meter-simulator'; null when there is none. */
  module(name: string): Promise<Readonly<Record<string, unknown>> | null>;
}

export interface DriverRegistry {
  readonly drivers: ReadonlyMap<string, DriverEntry>;
  readonly layouts: ReadonlyMap<string, LayoutEntry>;
  readonly broken: readonly BrokenFolder[];
  /** Those of the broken folders that were refused because they are not signed as they must be. */
  readonly untrusted: ReadonlySet<string>;
}

/** Beside the manifest: what the driver's frames mean, in other languages than English. */
const WORDS_FILE = 'words.json';

const NOTHING_OUTSIDE: OutsideDrivers = { roots: [], keys: [] };

/**
 * Scans the folders directly below each root for manifest.json. An earlier root wins over a later one with the same id, a driver of the program
 * over one from outside. Broken folders are reported in the result; a root that does not exist counts as empty. From outside come drivers only, no
 * layouts, and only with a good signature.
 */
export function scanDrivers(roots: readonly string[], outside: OutsideDrivers = NOTHING_OUTSIDE): DriverRegistry {
  const drivers = new Map<string, DriverEntry>();
  const layouts = new Map<string, LayoutEntry>();
  const broken: BrokenFolder[] = [];
  const untrusted = new Set<string>();
  for (const folder of roots.flatMap(subfolders)) {
    const file = join(folder, 'manifest.json');
    if (!existsSync(file)) continue;
    const found = parseManifest(folder, () => readFileSync(file, 'utf8'));
    const words = parseWords(() => (existsSync(join(folder, WORDS_FILE)) ? readFileSync(join(folder, WORDS_FILE), 'utf8') : null));
    if (typeof found === 'string') broken.push({ folder: basename(folder), reason: found });
    else if (typeof words === 'string') broken.push({ folder: basename(folder), reason: words });
    else if (found.kind === 'driver' && !drivers.has(found.id))
      drivers.set(
        found.id,
        driverEntry({ manifest: found, words, signedVersion: null }, (name) => importFrom(folder, name)),
      );
    else if (found.kind === 'layout' && !layouts.has(found.id)) layouts.set(found.id, layoutEntry(folder, found));
  }
  const kitUrl = kitUrlIn(roots);
  for (const folder of outside.roots.flatMap(subfolders)) {
    if (!existsSync(join(folder, 'manifest.json'))) continue;
    try {
      const found = outsideDriver(folder, { keys: outside.keys, kitUrl });
      if (typeof found === 'string') broken.push({ folder: basename(folder), reason: found });
      else if (!drivers.has(found.manifest.id)) drivers.set(found.manifest.id, found);
    } catch (error) {
      const { code, context } = asFault(error);
      if (code === 'DRIVER_UNTRUSTED') untrusted.add(basename(folder));
      broken.push({ folder: basename(folder), reason: String(context.reason) });
    }
  }
  return { drivers, layouts, broken, untrusted };
}

/** Loads every layout below the roots. Rejects with DRIVER_UNKNOWN when a layout's module cannot be loaded, or is not for its manifest's chip. */
export async function loadLayouts(roots: readonly string[]): Promise<CardLayouts> {
  const layouts = new Map<string, CardLayout>();
  for (const entry of scanDrivers(roots).layouts.values()) layouts.set(entry.id, await entry.layout());
  return { get: (layoutId) => layouts.get(layoutId) ?? null, all: () => [...layouts.values()] };
}

function subfolders(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .sort();
}

/** Returns the manifest, or the reason why it is none. */
function parseManifest(folder: string, text: () => string): Manifest | string {
  let value: unknown;
  try {
    value = JSON.parse(text());
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable';
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`).join('; ');
  return parsed.data.id === basename(folder) ? parsed.data : `id: is "${parsed.data.id}", not the folder's name`;
}

/** Returns the words of a driver folder, none where it has no file of them, or the reason why they are none. */
function parseWords(text: () => string | null): Words | string {
  let value: unknown;
  try {
    value = JSON.parse(text() ?? '{}');
  } catch (error) {
    return `${WORDS_FILE}: ${error instanceof Error ? error.message : 'unreadable'}`;
  }
  const parsed = wordsSchema.safeParse(value);
  return parsed.success
    ? parsed.data
    : `${WORDS_FILE}: ${parsed.error.issues.map((issue) => `${issue.path.join(' ')}: ${issue.message}`).join('; ')}`;
}

/** Returns the driver of a folder from outside, or the reason why it is none. Throws DRIVER_UNTRUSTED. */
function outsideDriver(
  folder: string,
  { keys, kitUrl }: { readonly keys: readonly string[]; readonly kitUrl: string | null },
): DriverEntry | string {
  const signed = readSignedFolder(folder, keys);
  const manifest = parseManifest(folder, () => new TextDecoder().decode(signed.files.get('manifest.json')));
  if (typeof manifest === 'string') return manifest;
  if (manifest.kind !== 'driver') return 'kind: layouts come with the program';
  const wordsFile = signed.files.get(WORDS_FILE);
  const words = parseWords(() => (wordsFile === undefined ? null : new TextDecoder().decode(wordsFile)));
  if (typeof words === 'string') return words;
  return driverEntry({ manifest, words, signedVersion: signed.version }, async (name) => {
    if (kitUrl === null) throw new Fault('DRIVER_UNTRUSTED', { driver: manifest.id, reason: 'the kit is not there' });
    return importing(manifest.id, { name, load: () => importGuarded(signed, { name, kitUrl }) });
  });
}

/** The kit's public entry beside the program's own drivers. */
function kitUrlIn(roots: readonly string[]): string | null {
  const file = roots.flatMap((root) => ['index.js', 'index.ts'].map((name) => join(root, 'kit', name))).find((path) => existsSync(path));
  return file === undefined ? null : pathToFileURL(file).href;
}

type ImportModule = (name: string) => Promise<Readonly<Record<string, unknown>> | null>;

function driverEntry(about: Pick<DriverEntry, 'manifest' | 'words' | 'signedVersion'>, importModule: ImportModule): DriverEntry {
  return {
    ...about,
    async driver() {
      const module = await importModule('driver');
      return required<Driver>({ value: module?.default, method: 'open', id: about.manifest.id });
    },
    async simulator() {
      const module = await importModule('simulator');
      return (module?.simulator as SimulatorModule | undefined) ?? null;
    },
  };
}

function layoutEntry(folder: string, { id, chip }: LayoutManifest): LayoutEntry {
  return {
    id,
    chip,
    async layout() {
      const module = await importFrom(folder, 'layout');
      const layout = required<CardLayout>({ value: module?.default, method: 'planPurchase', id });
      const problem = layout.access?.chip === chip ? accessProblem(layout) : `its access is not for ${chip}`;
      if (problem !== null) throw new Fault('DRIVER_UNKNOWN', { driver: id, reason: problem });
      return layout;
    },
    module: (name) => importFrom(folder, name),
  };
}

function required<T>(candidate: { readonly value: unknown; readonly method: string; readonly id: string }): T {
  const { value, method, id } = candidate;
  const fits = typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function';
  if (!fits) throw new Fault('DRIVER_UNKNOWN', { driver: id, reason: `no default export with ${method}()` });
  return value as T;
}

/** Built output has .js beside the manifest, a source checkout has .ts; the built one is taken where both are. */
async function importFrom(folder: string, name: string): Promise<Readonly<Record<string, unknown>> | null> {
  const file = ['.js', '.ts'].map((ending) => join(folder, name + ending)).find((path) => existsSync(path));
  if (file === undefined) return null;
  const load = async () => (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  return importing(basename(folder), { name, load });
}

/** Gives what `load` gives; a failure that is not ours becomes DRIVER_UNKNOWN. */
async function importing<T>(driver: string, { name, load }: { readonly name: string; readonly load: () => Promise<T> }): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('DRIVER_UNKNOWN', { driver, reason: `${name} cannot be loaded` }, { cause });
  }
}
