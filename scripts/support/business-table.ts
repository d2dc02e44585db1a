// The table of business kinds in the README: every reference is looked up in the code, and a cell whose reference leads nowhere stays empty.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contract } from '../../src/shared/contract/index.ts';
import { type NewOperation, OPERATION_KINDS, type OperationKind } from '../../src/shared/domain/operation.ts';
import { postingsOf } from '../../src/shared/domain/postings.ts';
import { ROOT } from './build.ts';
import { BUSINESS_KINDS, type BusinessKind, PUBLISHED } from './business-kinds.ts';
import { PAID_TOPUP, POSTING_SAMPLES } from './posting-samples.ts';

const SCREENS = 'src/renderer/screens';

export interface BusinessTable {
  readonly markdown: string;
  /** What is missing, in sentences; empty when no cell is. */
  readonly problems: readonly string[];
}

/** Returns the table and what is missing in it. */
export async function businessTable(): Promise<BusinessTable> {
  const problems: string[] = [];
  const letters = await taskLetters();
  const rendererText = textOf('src/renderer/**/*.{ts,tsx}');
  const mainText = textOf('src/main/**/*.ts');
  const isCalled = callsIn(rendererText);

  const cell = (kind: BusinessKind, column: string, text: string | null, missing: string): string => {
    if (text === null) problems.push(`${kind.name}: no ${column}: ${missing}`);
    return text ?? '';
  };

  const rows = BUSINESS_KINDS.map((kind) => {
    const unknownCalls = kind.calls.filter((call) => !isCall(call));
    const uncalled = kind.calls.filter((call) => isCall(call) && !isCalled(call));
    const unmade = kind.operations.filter((operation) => !mainText.includes(`'${operation}'`));
    return [
      kind.name,
      cell(kind, 'screen', screenCell(kind, uncalled, letters), screenProblem(kind, uncalled)),
      cell(kind, 'call', unknownCalls.length > 0 ? null : code(kind.calls), `the contract has no ${unknownCalls.join(', ')}`),
      cell(kind, 'journal operation', unmade.length > 0 ? null : code(kind.operations), `nothing makes ${unmade.join(', ')}`),
      kind.operations.flatMap((operation) => postingText(operation, kind)).join('<br>') || 'moves no money',
      cell(kind, 'test', testText(kind), `${kind.test.file} has no "${kind.test.title}"`),
    ];
  });

  const covered = new Set([...PUBLISHED, ...BUSINESS_KINDS.flatMap((kind) => kind.operations)]);
  for (const kind of OPERATION_KINDS) if (!covered.has(kind)) problems.push(`${kind} belongs to no kind of business`);

  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const header = ['kind of business', 'screen', 'calls', 'journal operations', 'postings: debit → credit', 'test'];
  const markdown = [
    line(header),
    line(header.map(() => '---')),
    ...rows.map(line),
    '',
    `${BUSINESS_KINDS.length} kinds of business make ${covered.size - PUBLISHED.length} kinds of operations. ${code(PUBLISHED, ', ')} come from headquarters.`,
  ].join('\n');
  return { markdown, problems };
}

function textOf(pattern: string): string {
  const files = globSync(pattern, { cwd: ROOT }).filter((file) => !/\.test\.tsx?$/.test(file));
  return files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
}

/** Returns the letter of each task. The registry loads no screen; its types would bring the renderer's in, so it is found by its path. */
async function taskLetters(): Promise<ReadonlyMap<string, string>> {
  const registry = pathToFileURL(join(ROOT, SCREENS, 'tasks/tasks.ts')).href;
  const { TASKS } = (await import(registry)) as { readonly TASKS: readonly { readonly id: string; readonly letter: string }[] };
  return new Map(TASKS.map(({ id, letter }) => [id, letter]));
}

/** Returns what says whether a screen makes a call, written out or picked by its name: `client.charging[kind]`. */
function callsIn(text: string): (call: string) => boolean {
  // Looked ahead, so that client.charging.pay gives charging.pay too.
  const written = new Set([...text.matchAll(/\b(\w+)\s*\.\s*(?=(\w+))/g)].map(([, area, name]) => `${area}.${name}`));
  return (call) => {
    const [area, name] = call.split('.');
    return written.has(call) || (text.includes(`client.${area}[`) && new RegExp(`['"]${name}['"]`).test(text));
  };
}

function isCall(call: string): boolean {
  const [area = '', name = ''] = call.split('.');
  return name in ((contract as Readonly<Record<string, object>>)[area] ?? {});
}

function code(names: readonly string[], between = '<br>'): string {
  return names.map((name) => `\`${name}\``).join(between);
}

/** Returns what the screen's cell says; null when it would lead nowhere. */
function screenCell(kind: BusinessKind, uncalled: readonly string[], letters: ReadonlyMap<string, string>): string | null {
  if (kind.callOnly === true) return uncalled.length === kind.calls.length ? 'not on screen yet: `npm run call`' : null;
  return uncalled.length > 0 ? null : screenText(kind, letters);
}

function screenText({ screen }: BusinessKind, letters: ReadonlyMap<string, string>): string | null {
  const letter = screen.task === undefined ? '' : letters.get(screen.task);
  if (letter === undefined || !existsSync(join(ROOT, SCREENS, screen.file))) return null;
  return `\`${screen.file}\`${letter === '' ? '' : ` (${letter})`}`;
}

function screenProblem({ screen, callOnly }: BusinessKind, uncalled: readonly string[]): string {
  if (callOnly === true) return 'a screen makes the call now: take callOnly away';
  if (uncalled.length > 0) return `no screen calls ${uncalled.join(', ')}`;
  return `there is no ${screen.file}${screen.task === undefined ? '' : `, or no task ${screen.task}`}`;
}

/** Returns "debited accounts → credited accounts" of an operation; nothing for one that moves no money. */
function postingText(kind: OperationKind, { bills }: BusinessKind): readonly string[] {
  const facts = { id: '', businessDate: '', shiftId: '', clerk: '', accountId: '', recordedAtMs: 0 };
  const payload = { ...POSTING_SAMPLES[kind], ...(kind === 'receivable.raised' && bills === true ? { kind: 'gas' } : {}) };
  const operation = { ...facts, kind, payload } as unknown as NewOperation;
  const postings = postingsOf(operation, () => PAID_TOPUP);
  const side = (debit: boolean) =>
    [...new Set(postings.filter(({ amountFen }) => amountFen > 0 === debit).map(({ ledgerAccount }) => ledgerAccount))].join(', ');
  return postings.length === 0 ? [] : [`${side(true)} → ${side(false)}`];
}

function testText({ test }: BusinessKind): string | null {
  const file = join(ROOT, test.file);
  return existsSync(file) && readFileSync(file, 'utf8').includes(test.title) ? `\`${test.file}\`` : null;
}
