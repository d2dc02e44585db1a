// The drawing thread: papers one after the other, with progress and cancel, and what a broken one does to the next.
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { PaperDocument } from '../../core/ports/paper.ts';
import { createPaper } from './paper.ts';

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const paper of open.splice(0)) await paper.close();
});

function started() {
  const paper = createPaper({ workerFile });
  open.push(paper);
  return paper;
}

const documentOf = (rows: number): PaperDocument => ({
  language: 'zh-CN',
  company: '滨江燃气有限公司',
  title: '登记簿',
  number: 'D-1',
  foot: '',
  landscape: false,
  madeAtMs: 0,
  blocks: [
    {
      kind: 'table',
      numbered: true,
      columns: [{ title: '户名', kind: 'text', width: 1 }],
      rows: Array.from({ length: rows }, (_, at) => [`王小明${at}`]),
    },
  ],
});

describe('paper', () => {
  test('a document comes back as PDF, with every page told as it is begun', async () => {
    const told: string[] = [];
    const { pdf, pages } = await started().draw(documentOf(200), { onProgress: ({ page, pages }) => told.push(`${page}/${pages}`) });
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(told).toEqual(Array.from({ length: pages }, (_, at) => `${at + 1}/${pages}`));
  });

  test('the thread that asks goes on while a long paper is drawn', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    await started().draw(documentOf(3_000));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(10);
  });

  test('a paper that is cancelled ends at once; the next is drawn all the same', async () => {
    const paper = started();
    const cancel = new AbortController();
    const long = paper.draw(documentOf(20_000), { signal: cancel.signal, onProgress: () => cancel.abort() });
    const next = paper.draw(documentOf(3));
    await expect(long).rejects.toMatchObject({ code: 'PAPER_CANCELLED' });
    expect((await next).pages).toBe(1);
    await expect(paper.draw(documentOf(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'PAPER_CANCELLED' });
  });

  test('a document that cannot be drawn is PAPER_FAILED and stops nothing', async () => {
    const paper = started();
    const broken = { ...documentOf(1), blocks: [{ kind: 'picture', bytes: new Uint8Array([1, 2, 3]), heightPt: 20 }] } as const;
    await expect(paper.draw(broken)).rejects.toMatchObject({ code: 'PAPER_FAILED' });
    expect((await paper.draw(documentOf(1))).pages).toBe(1);
  });

  test('a page for the screen says the same as the PDF', async () => {
    const paper = started();
    const { pages } = await paper.draw(documentOf(200));
    const sheet = await paper.sheet(documentOf(200), { page: pages, pages });
    expect(sheet?.texts.some(({ text }) => text === `第 ${pages} 页 共 ${pages} 页`)).toBe(true);
    expect(await paper.sheet(documentOf(200), { page: pages + 1, pages })).toBeNull();
  });
});
