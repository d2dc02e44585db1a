// npm run new:driver -- vendor-model [--capability …]: makes a driver folder that passes its conformance suite.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type Manifest, manifestSchema } from '../drivers/kit/manifest.ts';
import { SLOT_CAPABILITIES } from '../src/shared/contract/devices.ts';

const ROOT = join(import.meta.dirname, '..');
const TEMPLATES = join(ROOT, 'drivers/kit/templates');
const USAGE = `npm run new:driver -- vendor-model [--capability ${readdirSync(TEMPLATES).join('|')}] [--root folder of drivers]`;

function refuse(reason: string): never {
  console.error(`${reason}\n${USAGE}`);
  process.exit(1);
}

/** What the command line says, or a sentence about what is wrong with it. */
function readCommandLine() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { capability: { type: 'string', default: 'card-reader' }, root: { type: 'string', default: join(ROOT, 'drivers') } },
    });
    return { ...values, names: positionals };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Returns a word with a capital: the names a manifest shows until somebody writes the real ones. */
function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const { names, capability, root } = readCommandLine();
const [id = ''] = names;
const capabilities = readdirSync(TEMPLATES);

if (names.length !== 1) refuse('One name is needed.');
if (!capabilities.includes(capability)) refuse(`There is no template for ${capability}; there are ${capabilities.join(', ')}.`);

const template = join(TEMPLATES, capability);
const [vendor = '', ...model] = id.split('-');
const manifest = manifestSchema.safeParse({
  ...(JSON.parse(readFileSync(join(template, 'manifest.json'), 'utf8')) as Manifest),
  id,
  vendor: capital(vendor),
  models: [model.map(capital).join(' ')],
});
if (!manifest.success) refuse(`${id} is no driver's name: small letters and digits, vendor and model apart by a hyphen.`);

const folder = join(root, id);
if (existsSync(folder)) refuse(`${relative(process.cwd(), folder)} is there already.`);

cpSync(template, folder, { recursive: true });
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const { name } = entry;
  const file = join(entry.parentPath, name);
  // A template lies two folders below the kit, a driver beside it.
  const text = readFileSync(file, 'utf8').replaceAll("'../../", "'../kit/").replaceAll('vendor-model', id);
  writeFileSync(
    file,
    name === 'manifest.json'
      ? text.replace('"Vendor"', JSON.stringify(capital(vendor))).replace('"Model"', JSON.stringify(model.map(capital).join(' ')))
      : text,
  );
}

const shown = relative(process.cwd(), folder).replaceAll('\\', '/');
const slot = Object.entries(SLOT_CAPABILITIES).find(([, needed]) => needed === capability)?.[0] ?? capability;
console.log(`Made ${shown}, a driver of an example protocol that passes its conformance suite:

  npx vitest run --project unit ${shown}

Next:
  1. manifest.json: vendor, models, the transports and their line settings.
  2. frames.ts: your device's frames, with tests of bytes from its manual.
  3. simulator.ts: the device as it answers these frames.
  4. driver.ts: the commands, until the suite passes again.
  5. settings.json of a counter: { "devices": { "${slot}": { "driver": "${id}", "transport": { … } } } }
  6. npm run transcripts -- ${id}: what passes on the line, recorded; the suite plays it back from then on.
  7. npm run check`);
