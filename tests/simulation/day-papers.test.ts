// Papers of a close on a bad line to the real headquarters: they go on where they were cut, also after a restart, and keep no operation waiting.
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClosePapers } from '../../src/main/core/close-papers.ts';
import { createDayDesk } from '../../src/main/core/day-desk.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { closeDay, viewDay } from '../../src/main/core/usecases/close-day.ts';
import { createTemplates } from '../../src/main/printing/templates/templates.ts';
import { DAY_PAPERS } from '../../src/shared/domain/close-papers.ts';
import { DAY_PAPER_PART_BYTES, DAY_PAPER_PART_PATH, type DayPaperPart } from '../../src/shared/wire/day-papers.ts';
import { type BenchCounter, type BranchBench, branchBench } from '../support/branch-bench.ts';
import { sampleAccount } from '../support/sample-operations.ts';

const NOON_MS = new Date(2026, 2, 2, 12).getTime();
const owed = {
  ...{ receivableId: 'r-1', kind: 'gas' as const, itemCode: 'r', description: '气费', amountFen: 100, vatPermille: 90 },
  ...{ dueDate: '2026-04-01', bearsLateFee: true },
};
let bench: BranchBench;
let here: BenchCounter;

beforeAll(async () => {
  bench = await branchBench({ count: 1, accounts: 1 });
  here = bench.counter(0);
}, 120_000);
afterAll(() => bench.close());

/** Three parts long. */
const drawn = (title: string): Buffer =>
  Buffer.concat([Buffer.from(`%PDF-1.3\n${title}`), Buffer.alloc(2 * DAY_PAPER_PART_BYTES + 9, 0x20), Buffer.from('%%EOF\n')]);

/** What makes the papers, as it begins with a counter. */
function papersHere(): ReturnType<typeof createClosePapers> {
  const more = {
    closePapers: here.store.closePapers,
    templates: createTemplates({ folder: '', language: () => 'zh-CN' }),
    paper: { draw: async ({ title }: { readonly title: string }) => ({ pdf: drawn(title), pages: 1, missing: [] }) },
  };
  return createClosePapers({ ...here.context().ports, ...more } as unknown as Ports);
}

/** What a request says of its part. */
function partOf({ body }: RequestInit): DayPaperPart {
  const bytes = Buffer.from(body as Uint8Array);
  // Packed where it is long (RFC 1952 §2.3.1).
  return JSON.parse(String(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)) as DayPaperPart;
}

it('go on where the line was cut, after a restart too, without an operation waiting for them', async () => {
  const { ports, actor } = here.context('supervisor');
  const context = { ports: { ...ports, clock: { nowMs: () => NOON_MS } }, actor };
  const desk = createDayDesk();
  const { toSeq, businessDate: nextDate } = viewDay(context, desk);
  const closeId = bench.newId();
  closeDay(context, desk, { closeId, nextDate, seenSeq: toSeq }, { staffNo: '3001', role: 'manager' });

  const sent: { readonly paper: string; readonly fromByte: number }[] = [];
  let isCut = false;
  // The second part arrives, its answer does not, and from then on no paper passes.
  here.line = (async (input: URL, init: RequestInit) => {
    if (input.pathname !== DAY_PAPER_PART_PATH) return bench.deliver(input, init);
    if (isCut) throw new Error('the line is down');
    const answer = await bench.deliver(input, init);
    const { receivedBytes } = (await answer.clone().json()) as { readonly receivedBytes?: number };
    isCut = receivedBytes === 2 * DAY_PAPER_PART_BYTES;
    if (isCut) throw new Error('the line is down');
    return answer;
  }) as typeof fetch;
  const first = papersHere();
  first.handOver(closeId);
  await first.idle();
  await bench.settle(() => isCut);
  here.put('receivable.raised', owed, sampleAccount(1).accountId);
  await bench.settle(() => here.store.acknowledgedSeq() === here.store.lastSeq());
  expect((await first.view(closeId)).papers.map(({ state }) => state)).toEqual(DAY_PAPERS.map(() => 'waiting'));

  await bench.restart(here);
  here.line = (async (input: URL, init: RequestInit) => {
    if (input.pathname === DAY_PAPER_PART_PATH) sent.push(partOf(init));
    return bench.deliver(input, init);
  }) as typeof fetch;
  const again = papersHere();
  const isHeld = () => here.store.closePapers.of(closeId).every(({ state }) => state === 'held');
  await bench.settle(isHeld);
  // The question how far it is, then the rest of the first, then the others from their beginning.
  expect(sent.slice(0, 3).map(({ fromByte }) => fromByte)).toEqual([0, 2 * DAY_PAPER_PART_BYTES, 0]);
  expect(sent).toHaveLength(2 + 4 * 4);
  const rows = await bench.db.selectFrom('day_papers').select(['pdf', 'sha256', 'state']).execute();
  expect(rows).toHaveLength(DAY_PAPERS.length);
  for (const { pdf, sha256, state } of rows) {
    expect([
      state,
      createHash('sha256')
        .update(pdf ?? '')
        .digest('hex'),
    ]).toEqual(['held', sha256]);
  }
  expect((await again.view(closeId)).papers.map(({ state }) => state)).toEqual(DAY_PAPERS.map(() => 'held'));
  expect(here.store.closePapers.pdf({ closeId, paper: 'exceptions' })).toBeNull();

  // A headquarters that was restored from before it had one gets it once more.
  await bench.db.deleteFrom('day_papers').where('paper', '=', 'exceptions').execute();
  expect((await again.view(closeId)).papers.filter(({ state }) => state !== 'held')).toMatchObject([{ paper: 'exceptions', state: 'due' }]);
  await again.idle();
  await bench.settle(isHeld);
  expect((await again.view(closeId)).papers.every(({ state }) => state === 'held')).toBe(true);
  // Nobody could be asked: what it said before is no green.
  here.line = () => Promise.reject(new Error('the line is down'));
  const away = await again.view(closeId);
  expect([away.fault?.code, ...new Set(away.papers.map(({ state }) => state))]).toEqual(['HEADQUARTERS_UNREACHABLE', 'said-held']);
}, 120_000);
