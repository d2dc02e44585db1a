// The whole day that `npm run demo -- --day` plays, shorter: its books agree with each other, with the journal and with the trays; planted faults are named.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { playDay } from '../../scripts/demo-day.ts';
import { DAY_FAULTS, type DayFault } from '../../scripts/support/day-faults.ts';

const SEED = 7;
/** Two device processes start, and a day is played: on a machine with much else to do that takes its time, ms. */
const LIMIT_MS = 120_000;
const out = mkdtempSync(join(tmpdir(), 'countertop-demo-day-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function play(transactions: number, faults: readonly DayFault[]) {
  const said: string[] = [];
  const folder = join(out, String(transactions));
  const apart = await playDay({
    ...{ seed: SEED, out: folder, transactions, language: 'zh-CN', faults },
    say: (text) => said.push(text),
    progress: () => {},
  });
  return { apart, folder, said: said.join('\n') };
}

it(
  `a day of three clerks with accidents closes with books that agree, seed ${SEED}`,
  async () => {
    const { apart, folder, said } = await play(40, []);
    expect(apart, said).toEqual([]);
    const papers = readdirSync(folder).sort();
    expect(papers).toEqual(
      [
        ...['card-register', 'customer-statement', 'daily-reconciliation', 'exceptions', 'monthly-summary', 'receipt-register'],
        ...['request-form', 'tender-list', ...[1, 2, 3, 4].flatMap((shift) => [`shift-report-${shift}`, `shift-tenders-${shift}`])],
      ]
        .map((name) => `${name}.pdf`)
        .sort(),
    );
    for (const paper of papers) expect(readFileSync(join(folder, paper)).subarray(0, 5).toString()).toBe('%PDF-');
  },
  LIMIT_MS,
);

/** What is said of each planted fault. */
const NAMED: Readonly<Record<DayFault, readonly RegExp[]>> = {
  'short-drawer': [/^drawers: 1000 fen$/, /^cash-short /],
  'card-left': [/^cards: \d+ fen$/, /^paid-not-written /],
  'paper-left': [/^receipt-not-printed /, /^receipt-unverified /],
  'receipt-burnt': [/^receipt \S+ is in the journal and not on paper$/],
  'altered-payment': [
    /^operation \d+ deposit.taken is not as it was written$/,
    /^business \S+ deposit.taken cash: the journal has /,
    /^money: /,
  ],
  'altered-posting': [/^the postings of operation \d+ do not balance: 100 fen$/, /^kind payment.taken debit: /],
};

it(
  `each planted fault is found and named, seed ${SEED}`,
  async () => {
    const { apart, said } = await play(45, Object.keys(DAY_FAULTS) as DayFault[]);
    for (const [fault, patterns] of Object.entries(NAMED))
      for (const pattern of patterns)
        expect(
          apart.some((line) => pattern.test(line)),
          `${fault}: ${pattern} in\n${apart.join('\n')}\n${said}`,
        ).toBe(true);
  },
  LIMIT_MS,
);
