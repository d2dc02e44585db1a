// Measures search over generated accounts, kind by kind: the store in a process of its own against FTS5 and LIKE in another.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { seedDemoBranch } from '../../src/main/hall/demo-branch.ts';
import { chanceOf } from '../../src/main/hall/demo-people.ts';
import { openStore } from '../../src/main/store/index.ts';
import { pinyinTerms } from '../../src/main/store/search-terms.ts';
import { numberOption, percentile, report } from './report.ts';

const HITS = 20;
const TYPED_QUERIES = 150;
const WHOLE_QUERIES = 8;
/** Each text is asked so often and the quickest time counts: the cost of the query, not of whatever else the machine was doing. */
const REPEATS = 5;
/** Above this one time is enough, for whichever engine: other work of the machine does not decide there. */
const SLOW_MS = 50;
const FTS_BOUND = 0.5;
const LIKE_BOUND = 100;
const MEMORY_BOUND_MB = 200;

const KINDS = ['account', 'name', 'pinyin', 'phone', 'address', 'meter', 'card'] as const;
type Kind = (typeof KINDS)[number];
/** What each kind is called in the reference's tables. */
const COLUMN: Record<Kind, string> = {
  account: 'account_no',
  name: 'name',
  pinyin: 'pinyin',
  phone: 'phone',
  address: 'address',
  meter: 'meter_no',
  card: 'card_no',
};

type Engine = 'store' | 'fts' | 'like';
interface Ask {
  readonly engine: Engine;
  readonly kind: Kind;
  readonly texts: readonly string[];
}
interface Answer {
  readonly ms: readonly number[];
  readonly hits: number;
  readonly rssMb: number;
}
interface Source {
  readonly account_no: string;
  readonly name: string;
  readonly person: number;
  readonly phone: string;
  readonly address: string;
  readonly meter_no: string;
  readonly card_no: string;
}

const role = process.argv[2];
const folder = process.argv[3] ?? '';
const files = (dir: string) => ({ branch: join(dir, 'branch.sqlite'), reference: join(dir, 'reference.sqlite') });

/** The accounts as a reference would index them; the parts of an address are set apart, else FTS5 would see one word. */
const SOURCE = `SELECT account_no, customer_name AS name, customer_kind = 'residential' AS person, phone,
  district || ' ' || road || ' ' || community || ' ' || unit AS address,
  coalesce((SELECT meter_no FROM meter WHERE meter.account_id = account.account_id), '') AS meter_no,
  coalesce((SELECT card_no FROM card WHERE card.account_id = account.account_id), '') AS card_no FROM account`;

if (role === 'build') await buildStore();
else if (role === 'reference') buildReference();
else if (role === 'serve-store') await serveStore();
else if (role === 'serve-reference') serveReference();
else await measure();

async function buildStore(): Promise<void> {
  const store = await openStore({ file: files(folder).branch, backupDir: folder, counterId: 'C01', clock: { nowMs: () => 0 } });
  seedDemoBranch(store, {
    seed: 20_260_302,
    accounts: Number(process.argv[4]),
    businessDate: '2026-03-02',
    nowMs: 1_772_000_000_000,
    layoutId: 'countertop-double',
  });
  store.close();
}

function buildReference(): void {
  const source = new Database(files(folder).branch, { readonly: true });
  const db = new Database(files(folder).reference);
  db.pragma('journal_mode = OFF');
  const columns = Object.values(COLUMN).join(', ');
  db.exec(`CREATE VIRTUAL TABLE fts USING fts5(${columns}, tokenize = 'unicode61'); CREATE TABLE plain (${columns})`);
  const places = Object.values(COLUMN)
    .map((column) => `@${column}`)
    .join(', ');
  const insertFts = db.prepare(`INSERT INTO fts (${columns}) VALUES (${places})`);
  const insertPlain = db.prepare(`INSERT INTO plain (${columns}) VALUES (${places})`);
  db.exec('BEGIN');
  for (const row of source.prepare<[], Source>(SOURCE).iterate()) {
    const filled = { ...row, pinyin: pinyinTerms(row.name, row.person === 1).join(' ') };
    insertFts.run(filled);
    insertPlain.run({ ...filled, address: row.address.replaceAll(' ', '') });
  }
  db.exec("COMMIT; INSERT INTO fts (fts) VALUES ('optimize')");
  db.close();
  source.close();
}

async function serveStore(): Promise<void> {
  const store = await openStore({ file: files(folder).branch, backupDir: folder, clock: { nowMs: () => 0 } });
  answer((_ask, text) => store.search(text, HITS).length);
}

function serveReference(): void {
  const db = new Database(files(folder).reference, { readonly: true });
  db.pragma('cache_size = -16384');
  const match = db.prepare<[string], number>(`SELECT rowid FROM fts WHERE fts MATCH ? LIMIT ${HITS}`).pluck();
  const like = new Map(
    KINDS.map((kind) => [kind, db.prepare<[string], number>(`SELECT rowid FROM plain WHERE ${COLUMN[kind]} LIKE ? LIMIT ${HITS}`).pluck()]),
  );
  answer(({ engine, kind }, text) => (engine === 'fts' ? match.all(`"${text}"*`) : (like.get(kind)?.all(`%${text}%`) ?? [])).length);
}

function answer(search: (ask: Ask, text: string) => number): void {
  process.on('message', (ask: Ask) => {
    let hits = 0;
    const ms = ask.texts.map((text) => {
      let quickest = Number.POSITIVE_INFINITY;
      let found = 0;
      for (let time = 0; time < REPEATS; time += 1) {
        const start = performance.now();
        found = search(ask, text);
        quickest = Math.min(quickest, performance.now() - start);
        if (quickest > SLOW_MS) break;
      }
      hits += found;
      return quickest;
    });
    process.send?.({ ms, hits, rssMb: process.memoryUsage.rss() / 1_000_000 } satisfies Answer);
  });
  process.on('disconnect', () => process.exit(0));
}

async function measure(): Promise<void> {
  const accounts = numberOption('accounts', 1_000_000);
  // `--folder` keeps the two databases there and takes those of an earlier run: building them is most of the time.
  const kept = process.argv.indexOf('--folder') < 0 ? undefined : process.argv[process.argv.indexOf('--folder') + 1];
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'countertop-search-'));
  const children: ChildProcess[] = [];
  try {
    if (!existsSync(files(dir).reference)) {
      await finished(start('build', [dir, String(accounts)]));
      await finished(start('reference', [dir]));
    }
    const store = start('serve-store', [dir]);
    const reference = start('serve-reference', [dir]);
    children.push(store, reference);
    const samples = readSamples(dir, TYPED_QUERIES + WHOLE_QUERIES);
    const chance = chanceOf(7);
    let rssMb = 0;
    for (const kind of KINDS) {
      const values = samples.map((sample) => valueIn(sample, kind)).filter((value) => value !== '');
      // As it is typed: every length from the first character on.
      const typed = values.slice(0, TYPED_QUERIES).map((value) => {
        const characters = Array.from(value);
        return characters.slice(0, 1 + chance(characters.length)).join('');
      });
      const whole = kind === 'address' ? samples.slice(-WHOLE_QUERIES).map(homeOf) : values.slice(-WHOLE_QUERIES);
      await ask(store, { engine: 'store', kind, texts: typed.slice(0, 20) });
      await ask(reference, { engine: 'fts', kind, texts: typed.slice(0, 20) });
      const ours = await ask(store, { engine: 'store', kind, texts: typed });
      const fts = await ask(reference, { engine: 'fts', kind, texts: typed });
      const oursWhole = await ask(store, { engine: 'store', kind, texts: whole });
      const like = await ask(reference, { engine: 'like', kind, texts: whole });
      if (ours.hits < typed.length || oursWhole.hits < whole.length) throw new Error(`the store misses accounts by ${kind}`);
      compare(`search by ${kind} to FTS5, p99`, { ours: ours.ms, reference: fts.ms });
      compare(`search by ${kind} to LIKE`, { ours: oursWhole.ms, reference: like.ms, faster: true });
      rssMb = Math.max(rssMb, ours.rssMb, oursWhole.rssMb);
    }
    report({
      name: `memory of the process that searches ${accounts} accounts`,
      unit: 'MB resident',
      ours: rssMb,
      reference: MEMORY_BOUND_MB,
      ratio: rssMb / MEMORY_BOUND_MB,
      sense: 'max',
      bound: 1,
    });
  } finally {
    for (const child of children) child.disconnect();
    if (kept === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

function compare(
  name: string,
  samples: { readonly ours: readonly number[]; readonly reference: readonly number[]; readonly faster?: boolean },
): void {
  const ours = percentile(samples.ours, 0.99);
  const reference = percentile(samples.reference, 0.99);
  const faster = samples.faster === true;
  report({
    name,
    unit: faster ? 'ms; how many times faster' : 'ms',
    ours,
    reference,
    ratio: faster ? reference / ours : ours / reference,
    sense: faster ? 'min' : 'max',
    bound: faster ? LIKE_BOUND : FTS_BOUND,
  });
}

function valueIn(sample: Source, kind: Kind): string {
  switch (kind) {
    case 'account':
      return sample.account_no;
    case 'name':
      return sample.name;
    case 'pinyin':
      return pinyinTerms(sample.name, sample.person === 1)[sample.phone.endsWith('1') ? 1 : 0] ?? '';
    case 'phone':
      return sample.phone;
    case 'address':
      return sample.address.split(' ')[2] ?? '';
    case 'meter':
      return sample.meter_no;
    case 'card':
      return sample.card_no;
  }
}

/** Compound, building, unit and room in one word. */
function homeOf(sample: Source): string {
  return sample.address.split(' ').slice(2).join('');
}

/** Accounts spread evenly over the whole branch. */
function readSamples(dir: string, count: number): Source[] {
  const db = new Database(files(dir).branch, { readonly: true });
  const total = db.prepare<[], number>('SELECT count(*) FROM account').pluck().get() ?? 0;
  const read = db.prepare<[number], Source>(`${SOURCE} WHERE account_key = ?`);
  const rows = Array.from({ length: count * 2 }, (_, index) => read.get(1 + Math.floor((index * total) / (count * 2))));
  db.close();
  return rows.filter((row) => row !== undefined && row.card_no !== '' && row.person === 1).slice(0, count) as Source[];
}

function start(childRole: string, args: readonly string[]): ChildProcess {
  return fork(import.meta.filename, [childRole, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`measuring process ended with ${code}`))));
  });
}

function ask(child: ChildProcess, question: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('measuring process ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Answer);
    });
    child.send(question);
  });
}
