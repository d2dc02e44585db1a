// npm run call -- <area.call> '<json>' [--data DIR] [--staff N]: makes one call on a running counter and prints the answer as JSON.
// With --staff the pass word comes from COUNTERTOP_PASSWORD or is asked for. `--list` names every call.
import { parseArgs } from 'node:util';
import { ORPCError } from '@orpc/client';
import { defaultDataDir } from '../src/main/hosts/data-folder.ts';
import { type CounterClient, contract } from '../src/shared/contract/index.ts';
import { askPassword, connectCounter, readDoor } from './support/client.ts';

const USAGE = "usage: npm run call -- <area.call> ['<json>'] [--data DIR] [--staff N]   or   npm run call -- --list";

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { data: { type: 'string' }, staff: { type: 'string' }, list: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.list) {
    for (const [area, calls] of Object.entries(contract)) for (const name of Object.keys(calls)) console.log(`${area}.${name}`);
    return 0;
  }
  const [path = '', json = '{}'] = positionals;
  const [area = '', name = ''] = path.split('.');
  if (!Object.hasOwn(contract, area) || !Object.hasOwn(contract[area as keyof typeof contract], name)) {
    console.error(path === '' ? USAGE : `There is no call "${path}". npm run call -- --list names them all.`);
    return 2;
  }
  let line: Awaited<ReturnType<typeof connectCounter>> | null = null;
  try {
    const input: unknown = JSON.parse(json);
    line = await connectCounter(readDoor(values.data ?? defaultDataDir()));
    if (values.staff !== undefined) await line.client.session.signIn({ staffNo: values.staff, password: await askPassword() });
    await print(await callByName(line.client, { area, name, input }));
    return 0;
  } catch (error) {
    if (error instanceof ORPCError) console.error(JSON.stringify({ code: error.code, context: error.data ?? {} }));
    else console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    line?.close();
  }
}

/** The names come from a person; what they name has been checked against the contract, and the counter checks the input. */
function callByName(
  client: CounterClient,
  call: { readonly area: string; readonly name: string; readonly input: unknown },
): Promise<unknown> {
  const areas = client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  const make = areas[call.area]?.[call.name];
  if (make === undefined) throw new Error(USAGE);
  return make(call.input);
}

/** Streams are printed event by event until the counter or the person ends them. */
async function print(answer: unknown): Promise<void> {
  const isStream = typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
  if (!isStream) return console.log(JSON.stringify(answer, null, 2));
  for await (const event of answer as AsyncIterable<unknown>) console.log(JSON.stringify(event));
}
