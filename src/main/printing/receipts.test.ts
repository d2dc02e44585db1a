// Receipts: one content, one text; nothing a customer's name holds becomes markup; every line fits both papers.
import receiptline from 'receiptline';
import { describe, expect, it } from 'vitest';
import type { ReceiptContent } from '../core/ports/printing.ts';
import { createReceipts } from './receipts.ts';

const content: ReceiptContent = {
  branch: { branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: '2026-11-21' },
  receiptNo: '01-C01-00000001',
  counterId: 'C01',
  clerkName: '李静',
  clerkNo: '1001',
  accountNo: '1000000002',
  customerName: '欧阳|{code:1}_~^"`\\娜',
  address: '城北区中山西路43号阳湖新村1栋1单元101室',
  cardNo: '6200000008',
  meterNo: '472100000000',
  sequence: 49,
  litres: 100_000,
  amountFen: 23_000,
  vatPermille: 90,
  lines: [
    { tier: 1, litres: 20_000, priceFenPerM3: 198, amountFen: 3_960 },
    { tier: 2, litres: 80_000, priceFenPerM3: 238, amountFen: 19_040 },
  ],
  tenders: [
    { kind: 'cash', amountFen: 20_000, reference: '' },
    { kind: 'wallet', amountFen: 3_000, reference: 'W20261121001' },
  ],
  cashTenderedFen: 20_000,
  changeFen: 0,
  paidAtMs: Date.UTC(2026, 10, 21, 4, 5),
  verification: 'CT1|01-C01-00000001|1000000002|23000|x',
};

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
