// The whole day that `npm run demo -- --day` plays, once and shorter: its books agree with each other and with the journal, and its papers are there.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { playDay } from '../../scripts/demo-day.ts';

const SEED = 7;
const out = mkdtempSync(join(tmpdir(), 'countertop-demo-day-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

it(`a day of three clerks with accidents closes with books that agree, seed ${SEED}`, async () => {
  const said: string[] = [];
  const apart = await playDay({ seed: SEED, out, transactions: 50, say: (text) => said.push(text), progress: () => {} });
  expect(apart, said.join('\n')).toEqual([]);
  const papers = readdirSync(out).sort();
  expect(papers).toEqual([
    'card-register.pdf',
    'daily-reconciliation.pdf',
    'exceptions.pdf',
    'monthly-summary.pdf',
    'receipt-register.pdf',
    'tender-list.pdf',
  ]);
  for (const paper of papers) expect(readFileSync(join(out, paper)).subarray(0, 5).toString()).toBe('%PDF-');
});
