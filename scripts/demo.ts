// npm run demo: a top-up in the terminal against the simulators, with the card torn out in the middle. Exits 0 only if cash, ledger, card and meter agree.
// With -- --day --seed N --out DIR: a whole day of three clerks instead, closed and put on paper; --fault NAME plants one, which is found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import Database from 'better-sqlite3';
import { v7 } from 'uuid';
import { composeCounter } from '../src/main/hosts/compose.ts';
import { programFiles } from '../src/main/hosts/program-files.ts';
import { launchForked } from '../src/main/processes/launch.ts';
import type { CounterClient } from '../src/shared/contract/index.ts';
import { fen, formatCubicMetres, formatYuan } from '../src/shared/domain/money.ts';
import { cashLines } from './support/cash.ts';

const ACCOUNTS = 300;
const FLOAT_FEN = 50_000;
const BUY_LITRES = 100_000;
/** Deep enough that the card already holds some new bytes and still lacks some. */
const TEAR_AFTER_BYTES = 9;

const yuan = (amountFen: number) => `¥${formatYuan(fen(amountFen))}`;
const cubic = (volumeLitres: number) => `${formatCubicMetres(volumeLitres)} m³`;
const say = (text: string) => console.log(text);
const step = (text: string) => console.log(`\n▸ ${text}`);

const disagreements: string[] = [];
/** Compares two books and remembers where they differ. */
function agree(what: string, found: number, expected: number): void {
  say(`  ${found === expected ? '✓' : '✗'} ${what}: ${found}${found === expected ? '' : `, expected ${expected}`}`);
  if (found !== expected) disagreements.push(what);
}

/** Waits until `ask` gives something other than null; gives up after 20 s. */
async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await pause(100);
  }
  throw new Error(`gave up waiting for ${what}`);
}

async function play(counter: CounterClient): Promise<{ readonly topupId: string; readonly amountFen: number }> {
  const info = await counter.system.info({});
  say(`${info.branchName} (${info.branchNo}), counter ${info.counterId}, business date ${info.businessDate}`);
  const clerk = info.demoStaff.find((staff) => staff.role === 'clerk');
  if (clerk === undefined) throw new Error('the demo hall has no clerk');

  step(`Clerk ${clerk.staffNo} signs in and opens a drawer with ${yuan(FLOAT_FEN)}`);
  await counter.session.signIn({ staffNo: clerk.staffNo, password: clerk.password });
  await counter.shift.open({ shiftId: v7(), floatFen: FLOAT_FEN });
  await until('the reader and the printer', async () => {
    const devices = await counter.devices.list({});
    return devices.every(({ state }) => state === 'ready') ? devices : null;
  });
  for (const device of await counter.devices.list({})) say(`  ${device.slot}: ${device.driverId}, ${device.connection}`);

  step('A customer hands over a card; it goes into slot 1');
  const hall = await counter.hall.state({});
  const hand = hall.cards.find((card) => card.flaw === '');
  if (hand === undefined) throw new Error('no card at the bench');
  await counter.hall.act({ act: 'insert', slot: 1, cardNo: hand.cardNo });
  const seen = await counter.cards.read({ slot: 1 });
  if (seen.content === null || seen.accountId === null || seen.ledger === null) throw new Error(`the card is ${seen.kind}`);
  const first = seen.content;
  say(
    `  card ${first.cardNo}, account ${first.accountNo}, purchase ${first.purchase?.sequence ?? 0}, taken by the meter: ${first.takenByMeter}`,
  );
  say(`  ledger: purchase ${seen.ledger.sequence}; difference: ${seen.difference}; PSC attempts left: ${seen.attemptsLeft}`);
  const found = await counter.accounts.search({ text: first.accountNo });
  say(`  search "${first.accountNo}": ${found.hits[0]?.customerName}, ${found.hits[0]?.address}`);

  step(`The customer wants ${cubic(BUY_LITRES)}`);
  const purchase = { by: 'volume', litres: BUY_LITRES } as const;
  const quote = await counter.topups.quote({ accountId: seen.accountId, purchase });
  for (const line of quote.lines) {
    say(
      `  tier ${line.tier}  ${cubic(line.litres).padStart(12)} × ${formatYuan(fen(line.priceFenPerM3))} = ${formatYuan(fen(line.amountFen)).padStart(10)}`,
    );
  }
  say(`  to take: ${yuan(quote.amountFen)} (${quote.tariffName}, used before: ${cubic(quote.usedBeforeLitres)})`);

  const cashTenderedFen = Math.ceil(quote.amountFen / 10_000) * 10_000;
  const topupId = v7();
  const paid = await counter.topups.pay({
    topupId,
    accountId: seen.accountId,
    slot: 1,
    purchase,
    expectedAmountFen: quote.amountFen,
    tenders: [],
    cashTenderedFen,
  });
  say(`  cash ${yuan(cashTenderedFen)}, change ${yuan(paid.changeFen)}; state: ${paid.state}`);

  step(`The card is torn out after ${TEAR_AFTER_BYTES} bytes`);
  await counter.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: TEAR_AFTER_BYTES });
  const torn = await counter.topups.deliver({ topupId, slot: 1 });
  say(`  ${torn.fault?.code}; state: ${torn.topup.state}; next step: ${torn.topup.nextStep}`);
  const open = await counter.topups.open({});
  say(
    `  undelivered on the home screen: ${open.topups.map(({ customerName, amountFen }) => `${customerName} ${yuan(amountFen)}`).join(', ')}`,
  );

  step('It is put in again');
  await counter.hall.act({ act: 'insert', slot: 1, cardNo: hand.cardNo });
  say(`  the images say: ${(await counter.cards.read({ slot: 1 })).open?.verdict}`);
  const delivered = await counter.topups.deliver({ topupId, slot: 1 });
  say(
    `  ${delivered.fault?.code ?? 'written and verified'}; state: ${delivered.topup.state}; receipt ${delivered.topup.receipt?.receiptNo}`,
  );
  if (delivered.fault !== null) disagreements.push('delivery');

  step('The paper that came out');
  const paper = await until('the paper', async () => (await counter.hall.state({})).paper[0] ?? null);
  for (const line of paper) say(`  │ ${line}`);

  step('The customer puts the card into the meter at home and comes back');
  const meterBefore = (await counter.hall.state({})).meters.find((meter) => meter.cardNo === hand.cardNo);
  await counter.hall.act({ act: 'remove', slot: 1 });
  const atHome = await counter.hall.act({ act: 'meter-takes-card', cardNo: hand.cardNo });
  const meter = atHome.meters.find((candidate) => candidate.cardNo === hand.cardNo);
  say(`  meter ${meter?.meterNo}: ${meter?.lastResult}, holds ${cubic(meter?.remainingLitres ?? 0)}`);
  await counter.hall.act({ act: 'insert', slot: 1, cardNo: hand.cardNo });
  const back = await counter.cards.read({ slot: 1 });
  const account = await counter.accounts.get({ accountId: seen.accountId });
  const shiftId = (await counter.shift.current({}))?.shiftId ?? '';
  const lines = cashLines(FLOAT_FEN + quote.amountFen);
  const counted = await counter.shift.count({ shiftId, countId: v7(), lines });

  step('Do the books agree?');
  agree('cash in the drawer, fen', counted.counts[0]?.tenders[0]?.expectedFen ?? -1, FLOAT_FEN + quote.amountFen);
  agree('purchase on the card', back.content?.purchase?.sequence ?? -1, seen.ledger.sequence + 1);
  agree('volume on the card, l', back.content?.purchase?.volumeLitres ?? -1, BUY_LITRES);
  agree('cumulative volume on the card, l', back.content?.purchase?.cumulativeLitres ?? -1, seen.ledger.cumulativeLitres + BUY_LITRES);
  agree('purchase in the ledger', back.ledger?.sequence ?? -1, seen.ledger.sequence + 1);
  agree('purchase the meter has loaded', meter?.loadedSequence ?? -1, seen.ledger.sequence + 1);
  agree('volume the meter gained, l', (meter?.remainingLitres ?? 0) - (meterBefore?.remainingLitres ?? 0), BUY_LITRES);
  agree('undelivered, fen', account.undeliveredFen, 0);
  agree('volume counted in the tiers, l', account.tierUsedLitres, quote.usedBeforeLitres + BUY_LITRES);
  agree('PSC attempts left', back.attemptsLeft ?? -1, 3);
  return { topupId, amountFen: quote.amountFen };
}

/** Reads the journal's file after the counter has closed it, without any of the counter's code. */
function readBooks(file: string, topupId: string, amountFen: number): void {
  const database = new Database(file, { readonly: true });
  const operations = database
    .prepare(
      "SELECT seq, kind FROM operation WHERE json_extract(payload, '$.topupId') = ? OR kind IN ('shift.opened', 'receipt.printed', 'meter.reported') ORDER BY seq",
    )
    .all(topupId) as { seq: number; kind: string }[];
  const postings = database.prepare('SELECT ledger_account AS account, amount_fen AS amountFen FROM posting WHERE seq = ? ORDER BY line');
  step('The journal and its postings (debit +, credit −)');
  for (const { seq, kind } of operations) {
    say(`  ${String(seq).padStart(5)} ${kind}`);
    for (const posting of postings.all(seq) as { account: string; amountFen: number }[]) {
      say(`          ${posting.account.padEnd(22)} ${formatYuan(fen(posting.amountFen)).padStart(12)}`);
    }
  }
  const sum = (where: string) =>
    (database.prepare(`SELECT coalesce(sum(amount_fen), 0) AS total FROM posting WHERE ${where}`).get() as { total: number }).total;
  agree('all postings together, fen', sum('1'), 0);
  agree('revenue and tax, fen', -sum("ledger_account IN ('gas-revenue', 'vat-payable')"), amountFen);
  agree('undelivered purchases, fen', sum("ledger_account = 'undelivered-purchase'"), 0);
  database.close();
}

if (process.argv.includes('--day')) {
  const option = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1];
  const wholeNumber = (name: string, fallback: number): number => {
    const value = process.argv.includes(`--${name}`) ? Number(option(name)) : fallback;
    if (!Number.isSafeInteger(value) || value <= 0) throw new RangeError(`--${name} takes a positive whole number`);
    return value;
  };
  const out = process.argv.includes('--out') ? option('out') : undefined;
  if (out === undefined || out.startsWith('--')) throw new RangeError('--out takes the folder of the PDFs');
  // Only the whole day needs the hall of the tests.
  const { playDay } = await import('./demo-day.ts');
  const { DAY_FAULTS, isDayFault } = await import('./support/day-faults.ts');
  const named = process.argv.includes('--fault') ? (option('fault') ?? '').split(',') : [];
  const faults = named.filter(isDayFault);
  if (faults.length < named.length) throw new RangeError(`--fault takes ${Object.keys(DAY_FAULTS).join(', ')}; several with commas`);
  const language = process.argv.includes('--language') ? option('language') : 'zh-CN';
  if (language !== 'zh-CN' && language !== 'zh-TW' && language !== 'en') throw new RangeError('--language takes zh-CN, zh-TW or en');
  const apart = await playDay({
    ...{ faults, language },
    seed: wholeNumber('seed', 1),
    out: resolve(out),
    transactions: wholeNumber('transactions', 300),
    say,
    progress: (text) => void (process.stdout.isTTY && process.stdout.write(text === '' ? '\r\x1b[K' : `\r${text}`)),
  });
  for (const line of apart) say(`  ✗ ${line}`);
  say(apart.length === 0 ? '\nThe books agree with each other and with the journal.' : '\nThe books do not agree.');
  process.exit(apart.length === 0 ? 0 : 1);
}

const dataDir = mkdtempSync(join(tmpdir(), 'countertop-demo-'));
try {
  const files = programFiles(import.meta.dirname);
  const counter = await composeCounter({
    dataDir,
    host: 'loopback',
    version: files.version,
    driverRoots: files.driverRoots,
    launchers: {
      devices: () => launchForked(files.deviceProcess),
      hall: () => launchForked(files.hallProcess),
      // The demo never calls startLater, so headquarters is not asked for.
      headquarters: () => ({ kill: () => {}, onExit: () => {} }),
    },
    demoAccounts: ACCOUNTS,
  });
  let sale: Awaited<ReturnType<typeof play>>;
  try {
    sale = await play(createRouterClient(counter.dispatcher.router, { context: counter.dispatcher.connect('script') }));
  } finally {
    await counter.close();
  }
  readBooks(join(dataDir, 'branch.sqlite'), sale.topupId, sale.amountFen);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
say(disagreements.length === 0 ? '\nCash, ledger, card and meter agree.' : `\nThe books do not agree: ${disagreements.join(', ')}`);
process.exit(disagreements.length === 0 ? 0 : 1);
