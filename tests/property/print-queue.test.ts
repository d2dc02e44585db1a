// Random lives of the print queue: papers sent, torn off half-way, power cuts, answers; judged by the pile of paper that lies beside the printer.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { done, refused, unknown } from '../../drivers/kit/outcome.ts';
import type { Paper, PaperDocument } from '../../src/main/core/ports/paper.ts';
import type { SystemPrinter } from '../../src/main/core/ports/print-jobs.ts';
import { createPrintQueue, type PrintQueue } from '../../src/main/core/print-queue.ts';
import { isOut, isPending } from '../../src/shared/domain/print-jobs.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

/** What the printer does with the next paper: `cut` is the power, before the paper is out or after. */
const FATES = ['prints', 'spools', 'refuses', 'breaks-before', 'breaks-after', 'cut-before', 'cut-after'] as const;
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), paper: fc.nat(2), fate: fc.constantFrom(...FATES) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), unsure: fc.boolean(), fate: fc.constantFrom(...FATES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), fate: fc.constantFrom(...FATES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reprint' as const), paper: fc.nat(2), fate: fc.constantFrom(...FATES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const documentOf = (paper: number): PaperDocument => ({
  ...{ language: 'zh-CN', company: '', title: `单据${paper}`, number: String(paper), foot: '', landscape: false, madeAtMs: 0 },
  blocks: [{ kind: 'text', text: `内容${paper}` }],
});
/** The PDF is the document: what comes out can be read. */
const PAPER: Paper = {
  draw: async (document) => ({ pdf: Buffer.from(JSON.stringify(document)), pages: 1, missing: [] }),
  sheet: async () => null,
};

let temp: TempStore;
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `job-${ids}`;
};
beforeAll(async () => {
  temp = await tempStore();
});
afterAll(() => temp.remove());

async function live(acts: readonly Act[]): Promise<void> {
  /** The table is every run's; its content is told apart. */
  const run = newId();
  const keyOf = (paper: number) => `${run} ${paper}`;
  const pile: { readonly jobId: string; readonly copyNo: number; readonly text: string }[] = [];
  let fate: (typeof FATES)[number] = 'prints';
  let handed = 0;
  /** Resolves when the power goes. */
  let cut = Promise.withResolvers<void>();
  /** A queue that lost its power never hears from its printer. */
  const printerOf = (): SystemPrinter => ({
    name: 'laser',
    async print({ jobId, pdf }) {
      // On disk before the first byte: else a cut here would forget it.
      expect(temp.store.printJobs.get(jobId)?.state).toBe('handed');
      handed += 1;
      const now = fate;
      fate = 'prints';
      const { copyNo = 0, ...document } = JSON.parse(Buffer.from(pdf).toString()) as PaperDocument;
      if (now === 'prints' || now === 'spools' || now === 'breaks-after' || now === 'cut-after')
        pile.push({ jobId, copyNo, text: JSON.stringify(document) });
      if (now === 'prints') return done({ proof: 'verified' });
      if (now === 'spools') return done({ proof: 'unverified' });
      if (now === 'refuses') return refused({ code: 'PAPER_PRINTER_FAILED', context: { reason: 'no paper' } });
      if (now.startsWith('breaks')) return unknown({ code: 'PAPER_PRINTER_FAILED', context: { reason: 'torn' } });
      cut.resolve();
      return new Promise(() => {});
    },
  });
  const start = (): PrintQueue =>
    createPrintQueue({
      clock: { nowMs: () => pile.length },
      events: { publish: () => {}, subscribe: () => () => {} },
      paper: PAPER,
      printJobs: temp.store.printJobs,
      systemPrinter: printerOf(),
    });
  let queue = start();
  const jobs = () => temp.store.printJobs.latest(200).filter(({ contentKey }) => contentKey.startsWith(`${run} `));
  const settle = async (): Promise<void> => {
    const ended = await Promise.race([queue.idle(), cut.promise.then(() => 'cut')]);
    if (ended !== 'cut') return;
    cut = Promise.withResolvers<void>();
    const before = handed;
    queue = start();
    expect(handed, 'nothing is printed again by itself').toBe(before);
    await settle();
  };
  const paperOf = (paper: number) => ({ document: documentOf(paper), pages: 1, kind: 'statement', contentKey: keyOf(paper) });
  /** By hand, truthfully: whether the paper lies there. Who is unsure has it printed again. */
  const answer = (unsure: boolean): void => {
    const asked = jobs().findLast(({ state }) => state === 'unknown');
    if (asked === undefined) return;
    const { jobId } = asked;
    if (!unsure) queue.step(jobId, pile.some((sheet) => sheet.jobId === jobId) ? 'printed' : 'not-printed');
    else queue.reprint({ jobId: newId(), clerk: '1001', of: queue.step(jobId, 'unverified') });
  };
  const refusedWhilePending = (contentKey: string, send: () => unknown): void => {
    const pending = jobs().some((job) => job.contentKey === contentKey && isPending(job.state));
    if (pending) expect(send).toThrow('PRINT_FATE_OPEN');
    else send();
  };
  for (const one of acts) {
    if ('fate' in one) fate = one.fate;
    if (one.do === 'send') {
      const jobId = newId();
      const send = () => queue.send({ jobId, clerk: '1001', paper: paperOf(one.paper) });
      refusedWhilePending(keyOf(one.paper), send);
      // A second click, or the same call again over a line that broke.
      if (temp.store.printJobs.get(jobId) !== null) send();
    } else if (one.do === 'answer') answer(one.unsure);
    else if (one.do === 'reprint') {
      const of = jobs().find((job) => job.contentKey === keyOf(one.paper) && isOut(job.state));
      if (of !== undefined) refusedWhilePending(of.contentKey, () => queue.reprint({ jobId: newId(), clerk: '1001', of }));
    } else if (one.do === 'retry') {
      const failed = jobs().find(({ state }) => state === 'not-printed');
      if (failed !== undefined) queue.step(failed.jobId, 'queued');
    } else queue = start();
    await settle();
  }
  for (const paper of [0, 1, 2]) {
    const out = pile.filter(({ jobId }) => temp.store.printJobs.get(jobId)?.contentKey === keyOf(paper));
    const numbers = out.map(({ copyNo }) => copyNo);
    expect(new Set(numbers).size, `every printed number exactly once: ${numbers}`).toBe(numbers.length);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    for (const { text, copyNo } of out) {
      expect(text).toBe(JSON.stringify(documentOf(paper)));
      // A mark on paper is never less than the number of sheets that came before it.
      expect(copyNo).toBeGreaterThanOrEqual(numbers.indexOf(copyNo));
    }
  }
  // What is called printed lies there, what is called not printed does not; the rest is unverified, or asked about.
  for (const { jobId, state } of jobs()) {
    const isThere = pile.some((sheet) => sheet.jobId === jobId);
    if (state === 'printed') expect(isThere).toBe(true);
    if (state === 'not-printed' || state === 'given-up' || state === 'queued') expect(isThere).toBe(false);
    expect(state).not.toBe('handed');
  }
}

it('random print jobs: every number comes out once, a reprint bears its count and the same content, and nothing is printed by itself twice', async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 30 }), live), { numRuns: 60 });
}, 60_000);
