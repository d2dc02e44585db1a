// The built-in templates of the reports: each is sound, fills with what its paper says, and stands on paper as it did.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fontsOf, HAS_POPPLER, inkInMargins, pagesOf } from '../../../../tests/support/paper-text.ts';
import { PAPER_LANGUAGES } from '../../core/ports/paper.ts';
import { PAPER_FIELDS, type PaperContent, type PaperFields, type PaperName } from '../../core/ports/paper-content.ts';
import { drawPdf } from '../pdf/draw.ts';
import { createFonts } from '../pdf/fonts.ts';
import { readTemplate } from './template.ts';
import { createTemplates } from './templates.ts';

const fonts = createFonts();
const NAMES = Object.keys(PAPER_FIELDS) as PaperName[];
const templates = createTemplates({ folder: '', language: () => 'zh-CN' });
const head = { language: 'zh-CN', company: '滨江燃气有限公司', number: '01-20261121', madeAtMs: Date.UTC(2026, 10, 21, 9, 30) } as const;

/** Rows that are told apart by their figures; texts say which field they stand in, so that a wrong column shows. */
function contentOf(name: PaperName, rows: number): PaperContent {
  const fields: PaperFields = PAPER_FIELDS[name];
  const facts = Object.fromEntries(Object.keys(fields.facts).map((fact) => [fact, fact === 'businessDate' ? '2026-11-21' : `〔${fact}〕`]));
  const lists = Object.fromEntries(
    Object.entries(fields.lists).map(([list, columns]) => [
      list,
      Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(
          Object.entries(columns).map(([field, kind], at) => [field, kind === 'text' ? `${field}${row + 1}` : (row + 1) * 100 + at]),
        ),
      ),
    ]),
  );
  return { facts, lists } as unknown as PaperContent;
}

describe('built-in templates', () => {
  it.each(NAMES)('%s is sound', (name) => {
    const json = readFileSync(new URL(`../../../../resources/templates/${name}.json`, import.meta.url), 'utf8');
    expect(readTemplate(name, json)).toMatchObject({ template: name });
  });

  it.each(NAMES)('%s says in every language what it is, with every figure of its lists that it sums', (name) => {
    for (const language of PAPER_LANGUAGES) {
      const { document, warnings } = templates.report(name, contentOf(name, 3), { ...head, language });
      expect(warnings).toEqual([]);
      expect(document.title).not.toBe('');
      for (const block of document.blocks)
        if (block.kind === 'table') {
          expect(block.rows).toHaveLength(3);
          // A title in Chinese on an English paper would have been left untranslated.
          if (language === 'en') for (const { title } of block.columns) expect(title).not.toMatch(/\p{Script=Han}/u);
        }
      expect(drawPdf(document, { fonts }).missing).toEqual([]);
    }
  });

  it.each(NAMES)('%s with nothing to say is a paper all the same', (name) => {
    const { document } = templates.report(name, contentOf(name, 0), head);
    expect(drawPdf(document, { fonts }).pages).toBe(1);
  });
});

describe.runIf(HAS_POPPLER)('reports read back from the PDF', () => {
  it.each(NAMES.filter((name) => name !== 'service-form'))('%s stands on paper as it did, inside its margins', async (name) => {
    const { pdf } = drawPdf(templates.report(name, contentOf(name, 40), head).document, { fonts });
    await expect(`${pagesOf(pdf).join('\n\n')}\n`).toMatchFileSnapshot(`../../../../tests/golden/paper/${name}.txt`);
    expect(inkInMargins(pdf, 20).every((dark) => dark === 0)).toBe(true);
    for (const font of fontsOf(pdf)) expect(font).toMatchObject({ embedded: true, unicode: true });
  });

  it('pages, rows and subtotals run through a reconciliation of more than 200 pages', () => {
    const { document } = templates.report('daily-reconciliation', contentOf('daily-reconciliation', 2_300), head);
    const { pdf, pages } = drawPdf(document, { fonts });
    expect(pages).toBeGreaterThan(200);
    const read = pagesOf(pdf);
    expect(read).toHaveLength(pages);
    read.forEach((page, at) => {
      expect(page.replaceAll(' ', '')).toContain(`第${at + 1}页共${pages}页`);
    });
    const numbers = read.flatMap((page) =>
      Array.from(page.matchAll(/^(\d+) +receiptNo(\d+)\b/gm), ([, row, receipt]) => [Number(row), Number(receipt)]),
    );
    expect(numbers).toEqual(Array.from({ length: 2_300 }, (_, at) => [at + 1, at + 1]));
  });
});
