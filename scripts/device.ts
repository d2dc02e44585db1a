// npm run device -- list|probe|trace|record|replay: what is plugged in, whether it answers, its bytes, kept and played again.
// On a running counter with a slot's name, or without a counter with a driver and a line. Exit code 1: it failed, 2: the command is wrong.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ORPCError } from '@orpc/client';
import type { Driver } from '../drivers/kit/driver.ts';
import { inWords, type Meaning } from '../drivers/kit/meaning.ts';
import { replayScenario } from '../drivers/kit/testing/recording.ts';
import { endInWords, type Scenario, scenariosOf } from '../drivers/kit/testing/scenarios.ts';
import { formatTranscript, parseTranscript } from '../drivers/kit/transcript.ts';
import { matchFingerprints } from '../src/main/devices/discovery/fingerprints.ts';
import { lookForDevices } from '../src/main/devices/discovery/look.ts';
import { defaultDataDir } from '../src/main/hosts/data-folder.ts';
import { faultsEn } from '../src/renderer/text/faults.en.ts';
import { DEVICE_SLOTS } from '../src/shared/contract/devices.ts';
import type { CounterClient, Inputs, Outputs } from '../src/shared/contract/index.ts';
import { toHex } from '../src/shared/domain/card-image.ts';
import { Fault, isFaultCode } from '../src/shared/domain/fault.ts';
import { askPassword, connectCounter, readDoor } from './support/client.ts';
import { driverNamed, driversHere, numberOf, openDevice, Usage } from './support/device-line.ts';

const USAGE = `npm run device -- list [--staff N]                       drivers, and what is plugged in
npm run device -- probe  SLOT|DRIVER [where]             asks for a sign of life
npm run device -- trace  SLOT|DRIVER [where]             prints every frame until Ctrl+C
npm run device -- record FILE SLOT|DRIVER [where]        keeps what passes until Ctrl+C as a transcript
npm run device -- replay FILE                            runs the driver against the transcript
where, on a running counter:  --staff N [--data DIR]     (SLOT: ${DEVICE_SLOTS.join(', ')})
where, without a counter:     --path PORT|HOST:PORT|VVVV:PPPP|NAME|FOLDER|LIBRARY [--transport KIND] [--baud N] [--com N] [--option name=value]
also: --seconds N ends trace and record; --help`;

const LOOK_EVERY_MS = 500;
type Slot = Inputs['devices']['trace']['slot'];
type Frame = Pick<Outputs['devices']['trace'][number], 'direction' | 'hex' | 'note' | 'atMs'>;

function readCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        staff: { type: 'string' },
        transport: { type: 'string' },
        path: { type: 'string' },
        baud: { type: 'string' },
        option: { type: 'string', multiple: true },
        com: { type: 'string' },
        seconds: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node adds a hint about positional arguments, of which no command has such.
    throw new Usage((error instanceof Error ? error.message : String(error)).replace(/ To specify a positional.*$/s, ''));
  }
}
type Flags = ReturnType<typeof readCommandLine>['values'];

async function main(): Promise<number> {
  try {
    const { values, positionals } = readCommandLine();
    const [command = '', first = '', second = '', ...more] = positionals;
    if (values.help === true || command === 'help') {
      console.log(USAGE);
      return 0;
    }
    const extra = [...(command === 'record' ? [] : [second]), ...(command === 'list' ? [first] : []), ...more].find((word) => word !== '');
    if (extra !== undefined) throw new Usage(`One word too many: "${extra}".`);
    numberOf('seconds', values.seconds);
    if ((command === 'probe' || command === 'trace') && first === '') throw new Usage('A slot or driver is needed.');
    switch (command) {
      case 'list':
        return await (values.staff === undefined ? listHere() : withCounter(values, listCounter));
      case 'probe':
        return await (isSlot(first) ? withCounter(values, (client) => probeSlot(client, first)) : probeHere(first, values));
      case 'trace':
        return await (isSlot(first) ? withCounter(values, (client) => traceSlot(client, first, values)) : traceHere(first, values));
      case 'record':
        if (second === '') throw new Usage('A file and a slot or driver are needed.');
        requireFolder(first);
        return await (isSlot(second)
          ? withCounter(values, (client) => recordSlot(client, { file: first, slot: second }, values))
          : recordHere(second, { file: first, flags: values }));
      case 'replay':
        return await replay(first);
      default:
        throw new Usage(command === '' ? '' : `There is no command "${command}".`);
    }
  } catch (error) {
    return complain(error);
  }
}

function complain(error: unknown): number {
  if (error instanceof Usage) {
    console.error(`${error.message}\n${USAGE}`.trim());
    return 2;
  }
  if (error instanceof Fault) console.error(faultInWords(error.code, error.context));
  else if (error instanceof ORPCError) console.error(faultInWords(error.code, (error.data ?? {}) as Fault['context']));
  else console.error(error instanceof Error ? error.message : error);
  return 1;
}

function faultInWords(code: string, context: Fault['context']): string {
  const words = isFaultCode(code) ? `${faultsEn[code].title}. ${faultsEn[code].next}` : '';
  const details = Object.entries(context).map(([name, value]) => `${name} ${value}`);
  return `${code}: ${words}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function isSlot(name: string): name is Slot {
  return (DEVICE_SLOTS as readonly string[]).includes(name);
}

async function withCounter(flags: Flags, work: (client: CounterClient) => Promise<number>): Promise<number> {
  if (flags.staff === undefined) throw new Usage('A counter asks who you are: --staff N.');
  const line = await connectCounter(readDoor(flags.data ?? defaultDataDir()));
  try {
    await line.client.session.signIn({ staffNo: flags.staff, password: await askPassword() });
    return await work(line.client);
  } finally {
    line.close();
  }
}

/** Rows as columns that line up. */
function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

interface Found {
  readonly bus: string;
  readonly address: string;
  readonly name: string;
  readonly matches: readonly { readonly driverId: string; readonly score: number }[];
}

function tellFound(found: readonly Found[], faults: readonly { readonly code: string; readonly context: Fault['context'] }[]): void {
  console.log(found.length === 0 ? 'Nothing announces itself.' : 'Plugged in:');
  table(
    found.map(({ bus, address, name, matches }) => [
      `  ${bus}`,
      address,
      name,
      matches.length === 0 ? 'no driver fits' : matches.map(({ driverId, score }) => `${driverId} (${score})`).join(', '),
    ]),
  );
  for (const { code, context } of faults) console.log(`  ${faultInWords(code, context)}`);
}

async function listHere(): Promise<number> {
  const { drivers, broken } = driversHere();
  const manifests = [...drivers.values()].map(({ manifest }) => manifest);
  console.log('Drivers:');
  table(manifests.map(({ id, capabilities, transports }) => [`  ${id}`, capabilities.join(', '), Object.keys(transports).join(', ')]));
  for (const { folder, reason } of broken) console.log(`  ${folder} is left out: ${reason}`);
  const { devices, faults } = await lookForDevices();
  tellFound(
    devices.map((device) => ({ ...device, matches: matchFingerprints(device, manifests) })),
    faults,
  );
  return 0;
}

async function listCounter(client: CounterClient): Promise<number> {
  console.log('Slots:');
  const states = await client.devices.list({});
  table(
    states.map(({ slot, state, driverId, connection, lastError }) => [`  ${slot}`, state, driverId, connection, lastError?.code ?? '']),
  );
  const { drivers, broken } = await client.devices.drivers({});
  console.log('Drivers:');
  table(drivers.map(({ id, capabilities, transports }) => [`  ${id}`, capabilities.join(', '), transports.join(', ')]));
  for (const { folder, reason } of broken) console.log(`  ${folder} is left out: ${reason}`);
  const { devices, faults } = await client.devices.discover({});
  tellFound(devices, faults);
  return 0;
}

async function probeSlot(client: CounterClient, slot: Slot): Promise<number> {
  const { facts } = await client.devices.test({ slot, test: { test: 'probe' } });
  table(facts.map(({ label, value }) => [label, value]));
  return 0;
}

async function probeHere(id: string, flags: Flags): Promise<number> {
  const startedMs = performance.now();
  const { device } = await openDevice(id, flags, tellBytes);
  try {
    await device.probe();
    console.log(`${id} answers, ${Math.round(performance.now() - startedMs)} ms after its line was opened.`);
    return 0;
  } finally {
    await device.close();
  }
}

function tellFrame({ direction, hex, note, atMs }: Frame): void {
  const bytes = (hex.match(/../g) ?? []).join(' ');
  console.log(
    `${new Date(atMs).toISOString().slice(11, 23)} ${direction === 'sent' ? '>' : '<'} ${bytes}${note === '' ? '' : `  ${note}`}`,
  );
}

function tellBytes(direction: 'sent' | 'received', bytes: Uint8Array, note: Meaning = ''): void {
  tellFrame({ direction, hex: toHex(bytes), note: inWords(note), atMs: Date.now() });
}

/** Resolves at Ctrl+C, or when the seconds of the command line are over. */
function untilEnded({ seconds }: Flags): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (seconds !== undefined) setTimeout(resolve, Number(seconds) * 1_000);
  });
}

/** Calls `tell` with every new frame of the slot until the command ends. */
async function followSlot(client: CounterClient, slot: Slot, flags: Flags, tell: (frame: Frame) => void): Promise<void> {
  let ended = false;
  const end = untilEnded(flags).then(() => {
    ended = true;
  });
  let known: readonly Frame[] = await client.devices.trace({ slot });
  while (!ended) {
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
    const now: readonly Frame[] = await client.devices.trace({ slot });
    // The counter keeps the last frames: what it kept before stands at the front of what it has now, less what it has dropped.
    const last = known.at(-1);
    const seen =
      last === undefined
        ? -1
        : now.findLastIndex(({ atMs, hex, direction }) => atMs === last.atMs && hex === last.hex && direction === last.direction);
    for (const frame of now.slice(seen + 1)) tell(frame);
    known = now;
  }
}

async function traceSlot(client: CounterClient, slot: Slot, flags: Flags): Promise<number> {
  await followSlot(client, slot, flags, tellFrame);
  return 0;
}

async function traceHere(id: string, flags: Flags): Promise<number> {
  const { device } = await openDevice(id, flags, tellBytes);
  await device.probe().catch((error: unknown) => complain(error));
  await untilEnded(flags);
  await device.close();
  return 0;
}

async function recordSlot(
  client: CounterClient,
  { file, slot }: { readonly file: string; readonly slot: Slot },
  flags: Flags,
): Promise<number> {
  const driver = (await client.devices.list({})).find((state) => state.slot === slot)?.driverId ?? '';
  if (driver === '') throw new Fault('DEVICE_NOT_CONFIGURED', { slot });
  const startMs = Date.now();
  const frames: Frame[] = [];
  await followSlot(client, slot, flags, (frame) => {
    tellFrame(frame);
    frames.push(frame);
  });
  const options = (await client.devices.drivers({})).drivers.find(({ id }) => id === driver)?.options ?? {};
  const header = { transcript: 1, kit: 1, driver, recordedAt: new Date(startMs).toISOString(), options } as const;
  keep(
    file,
    formatTranscript({
      header,
      frames: frames.map(({ atMs, direction, hex, note }) => ({
        ms: Math.max(0, Math.round(atMs - startMs)),
        direction,
        hex: hex.toUpperCase(),
        ...(note === '' ? {} : { note }),
      })),
    }),
  );
  return 0;
}

async function recordHere(id: string, { file, flags }: { readonly file: string; readonly flags: Flags }): Promise<number> {
  const { device, recorder } = await openDevice(id, flags, tellBytes);
  recorder.note(`probe → ${await endInWords(device.probe())}`);
  await untilEnded(flags);
  keep(file, formatTranscript(recorder.transcript()));
  await device.close();
  return 0;
}

/** What was recorded for an hour must not be lost at its end. */
function requireFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new Usage(`There is no folder ${folder} to record into.`);
}

function keep(file: string, text: string): void {
  writeFileSync(file, text);
  console.log(`${file}: ${text.split('\n').length - 2} lines`);
}

/** What `record` does without a counter, done again. */
const SESSION: Scenario = {
  name: 'session',
  async run({ timers, open, step }) {
    const device = await timers.settle(open());
    await step('probe', () => device.probe());
  },
};

async function replay(file: string): Promise<number> {
  if (file === '') throw new Usage('A transcript is needed.');
  const text = readFileSync(file, 'utf8');
  const { header } = parseTranscript(text);
  const { manifest, driver, simulator } = driverNamed(header.driver);
  const module = (await simulator()) ?? {};
  const scenario = header.scenario === undefined ? SESSION : scenariosOf(module).find(({ name }) => name === header.scenario);
  if (scenario === undefined) throw new Fault('INPUT_INVALID', { field: 'scenario', reason: header.scenario ?? '' });
  const loaded: Driver = await driver();
  const { complete } = module;
  const result = await replayScenario(
    { driver: loaded, manifest, simulator: module, ...(complete ? { complete } : {}) },
    { scenario, text },
  );
  for (const note of result.replayed) console.log(note);
  const changed = result.recorded.filter((note, index) => note !== result.replayed[index]);
  if (result.mismatch !== null) console.error(`The driver asked something else: ${result.mismatch}`);
  else if (changed.length > 0) console.error(`It ended otherwise than recorded: ${changed.join('; ')}`);
  else console.log(`${header.driver} did with this device what was recorded${unplayed(result.unplayed.length)}.`);
  return result.mismatch === null && changed.length === 0 ? 0 : 1;
}

function unplayed(lines: number): string {
  return lines === 0 ? '' : `; ${lines} lines after it were not asked for`;
}

process.exitCode = await main();
