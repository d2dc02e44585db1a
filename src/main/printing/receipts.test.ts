// Receipts: one content, one text; nothing a customer's name holds becomes markup; every line fits both papers.
import receiptline from 'receiptline';
import { describe, expect, it } from 'vitest';
import { sampleReceipt as content } from '../../../tests/support/sample-receipt.ts';
import { createReceipts } from './receipts.ts';

/** The receipt as plain lines, one string per line of paper. */
function paper(markup: string, columns: number): string[] {
  return receiptline.transform(markup, { cpl: columns, encoding: 'gb18030', command: 'text' }).split('\n');
}

const receipts = createReceipts();

describe('receipts', () => {
  it('gives the same text for the same content', () => {
    expect(receipts.markup(content, 48)).toBe(receipts.markup(structuredClone(content), 48));
  });

  for (const columns of [32, 48]) {
    it(`shows what was bought, what it cost and how it was paid on ${columns} columns, each on one line`, () => {
      const lines = paper(receipts.markup(content, columns), columns);
      const line = (start: string) => lines.find((text) => text.trim().startsWith(start)) ?? '';
      expect(line('收据号')).toContain('01-C01-00000001');
      expect(line('1阶')).toMatch(/20\.0.*1\.98.*39\.60/);
      expect(line('2阶')).toMatch(/80\.0.*2\.38.*190\.40/);
      expect(line('合计')).toContain('230.00');
      expect(line('大写')).toContain('贰佰叁拾元整');
      expect(line('不含税')).toContain('211.01');
      expect(line('税额')).toContain('18.99');
      expect(line('电子钱包')).toContain('30.00');
    });

    it(`prints a customer's name as it is on ${columns} columns, markup characters among it`, () => {
      const text = paper(receipts.markup(content, columns), columns).join('').replace(/\s/g, '');
      expect(text).toContain('欧阳|{code:1}_~^"`\\娜'.slice(0, 5));
      expect(text).toContain('{code:1}');
    });
  }

  it('marks a reprint with its count and keeps the rest', () => {
    const original = receipts.markup(content, 48);
    const [mark, ...rest] = paper(receipts.reprintMarkup(original, 2), 48);
    expect(mark?.replace(/\s/g, '')).toBe('补打2');
    expect(rest).toEqual(paper(original, 48));
  });

  it('draws the paper as SVG', () => {
    expect(receipts.svg(receipts.markup(content, 48), 48)).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });
});
