// npm run transcripts [-- driver …]: records the transcripts of all drivers, or of those named, against their simulators.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Driver } from '../drivers/kit/driver.ts';
import { manifestSchema } from '../drivers/kit/manifest.ts';
import type { SimulatorModule } from '../drivers/kit/simulator.ts';
import { recordScenario } from '../drivers/kit/testing/recording.ts';
import { scenariosOf } from '../drivers/kit/testing/scenarios.ts';
import { ROOT } from './support/build.ts';

const wanted = process.argv.slice(2);
const PLACES = ['drivers', 'drivers/kit/templates'];

const folders = PLACES.flatMap((place) => readdirSync(join(ROOT, place)).map((name) => ({ name, folder: join(ROOT, place, name) })))
  .filter(({ folder }) => existsSync(join(folder, 'manifest.json')) && existsSync(join(folder, 'simulator.ts')))
  .filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const unknown = wanted.filter((id) => !folders.some(({ name }) => name === id));
if (unknown.length > 0) {
  console.error(`No driver with a simulator: ${unknown.join(', ')}`);
  process.exit(1);
}

const load = (file: string): Promise<unknown> => import(pathToFileURL(file).href);

for (const { folder } of folders) {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  if (manifest.kind !== 'driver') continue;
  const { default: driver } = (await load(join(folder, 'driver.ts'))) as { readonly default: Driver };
  const { simulator } = (await load(join(folder, 'simulator.ts'))) as { readonly simulator: SimulatorModule };
  for (const scenario of scenariosOf(simulator)) {
    const text = await recordScenario({ driver, manifest, simulator }, scenario);
    const file = join(folder, 'transcripts', `${scenario.name}.jsonl`);
    mkdirSync(join(folder, 'transcripts'), { recursive: true });
    writeFileSync(file, text);
    console.log(`${relative(ROOT, file)}: ${text.split('\n').length - 2} frames`);
  }
}
