// Receipts: one content, one text; nothing a customer's name holds becomes markup; every line fits both papers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import receiptline from 'receiptline';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../tests/support/columns.ts';
import { sampleReceipt as content } from '../../../tests/support/sample-receipt.ts';
import { RECEIPT_KINDS, type SlipContent } from '../core/ports/printing.ts';
import { createReceipts } from './receipts.ts';
import { BUILT_IN_RECEIPT } from './templates/receipt-template.ts';

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

  it('says power where the account has power: 千瓦时 and 购电, and nobody is called otherwise than they are', () => {
    const customerName = '中国石油天然气食堂';
    const lines = paper(receipts.markup({ ...content, commodity: 'power', customerName }, 48), 48).map((line) => line.trim());
    const text = lines.join('\n');
    expect(lines.map((line) => line.replace(/\s/g, ''))).toEqual(expect.arrayContaining(['购电收据', '电量(千瓦时)×单价金额']));
    expect(text).toContain(customerName);
    expect(text).toContain('购电量');
    expect(text).toContain('电量已写卡并核对');
    expect(text).toMatch(/[\d.]+ 千瓦时/);
    expect(text.replace(customerName, '')).not.toMatch(/气|立方米/);
  });

  for (const columns of [32, 48]) {
    it(`speaks the language of the branch on ${columns} columns, without a word of another one`, () => {
      // Names and places are data and stand as they are.
      const plain = {
        ...content,
        customerName: 'Li',
        address: '1 Road',
        clerkName: 'Wang',
        branch: { ...content.branch, name: 'North Hall' },
      };
      const said = (language: 'zh-TW' | 'en', commodity: 'gas' | 'power') => {
        const own = createReceipts('', () => language);
        const slips = RECEIPT_KINDS.flatMap((kind) =>
          kind === 'topup'
            ? []
            : [own.slip({ ...SLIP, ...plain, kind, accounts: [], lines: [], remarks: [], atMs: 0, verification: 'x' }, columns)],
        );
        const all = [own.reprintMarkup(own.markup({ ...plain, commodity }, columns), 2), ...slips];
        return all.map((markup) => paper(markup, columns).map((line) => line.trim()));
      };
      const [english = []] = said('en', 'gas');
      const flat = english.map((line) => line.replace(/\s+/g, ' '));
      expect(flat).toEqual(expect.arrayContaining(['Receipt 01-C01-00000001', 'Tier 1 20.0 × 1.98 39.60', 'Volume 100.0 cubic metres']));
      expect(flat.map((line) => line.replace(/ /g, ''))).toEqual(expect.arrayContaining(['Gasreceipt', 'Reprint2', 'Total¥230.00']));
      expect(said('en', 'power')[0]?.join(' ')).toContain('kilowatt-hours');
      expect([...said('en', 'gas'), ...said('en', 'power')].flat().join('\n')).not.toMatch(/[\u3400-\u9fff]/);
      const traditional = said('zh-TW', 'gas').flat().join('\n');
      expect(traditional).toContain('貳佰參拾元整');
      expect(traditional.replace(/\s/g, '')).toContain('補印2');
      expect(traditional).not.toMatch(/[据户实费单价额时间号员柜钱贰叁银电积阶总发]/);
    });
  }

  it('follows the language that the company’s template says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countertop-receipts-'));
    writeFileSync(join(folder, 'receipt.json'), JSON.stringify({ ...BUILT_IN_RECEIPT, language: 'en' }));
    const lines = paper(createReceipts(folder).markup(content, 48), 48).map((line) => line.trim());
    rmSync(folder, { recursive: true });
    expect(lines.some((line) => /^Receipt\s+01-C01-00000001$/.test(line))).toBe(true);
    expect(lines.map((line) => line.replace(/\s/g, ''))).toContain('购气收据');
  });

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

const AMOUNT_FEN = 1_000_000_000;
/** The longest of everything that a clerk can enter, and the highest sum of a payload. */
const SLIP: Omit<SlipContent, 'kind'> = {
  commodity: 'gas',
  branch: { branchNo: '9A0101', name: '城南天然气有限公司客户服务中心第一营业厅（总部）', regionCode: '9A01', businessDate: '2026-11-21' },
  ...{ receiptNo: '9A0101-C01-00000001', counterId: 'C01', clerkName: '欧阳娜娜·买买提', clerkNo: '1001' },
  accounts: [1, 2].map((number) => ({
    accountNo: `10000000000${number}`,
    customerName: '中国石油天然气集团有限公司后勤服务中心职工食堂 (Block 7, North)',
    address: '城北区和平路1288号阳光花园二期3栋2单元501室'.repeat(2),
  })),
  lines: [
    { name: '100000000001 气费 2026-02-28～2026-03-10 500.5 m³', amountFen: AMOUNT_FEN },
    { name: '违约金', amountFen: 1 },
    { name: '余额抵扣', amountFen: -1 },
  ],
  amountFen: AMOUNT_FEN,
  tenders: [
    { kind: 'cash', amountFen: 1, reference: '' },
    { kind: 'bank-card', amountFen: AMOUNT_FEN - 2, reference: '6222020000112233445566778899001122334455667788990011223344556677' },
    { kind: 'wallet', amountFen: 1, reference: 'W2026112100000000000001' },
  ],
  ...{ cashTenderedFen: AMOUNT_FEN, changeFen: AMOUNT_FEN - 1 },
  remarks: [{ name: '事由', value: '客户搬迁退还押金并结清全部余额，凭原收据及身份证办理'.repeat(4) }],
  ...{ atMs: 1_795_000_000_000, verification: 'CT1|9A0101-C01-00000001|100000000001|1000000000|01890000-0000-7000-8000-0000000000aa' },
};

describe('slips of every kind', () => {
  for (const kind of RECEIPT_KINDS.filter((one) => one !== 'topup')) {
    for (const columns of [32, 48]) {
      it(`${kind} fits ${columns} columns with everything on it`, () => {
        const lines = paper(receipts.slip({ ...SLIP, kind }, columns), columns);
        for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(columns);
        const whole = lines.join('').replace(/\s/g, '');
        for (const word of [
          BUILT_IN_RECEIPT.titles[kind],
          String(BUILT_IN_RECEIPT.foot[kind][0]),
          '¥10,000,000.00',
          '壹仟万元整',
          '9A0101-C01-00000001',
          '100000000002',
        ])
          expect(whole).toContain(word);
        for (const { reference } of SLIP.tenders) expect(whole).toContain(reference);
        expect(whole.split('凭原收据及身份证办理')).toHaveLength(5);
      });
    }
  }
});

describe('a purchase with the longest texts', () => {
  for (const columns of [32, 48]) {
    it(`fits ${columns} columns`, () => {
      const { customerName, address } = SLIP.accounts[0] ?? { customerName: '', address: '' };
      const long = { ...content, branch: SLIP.branch, customerName, address, amountFen: AMOUNT_FEN };
      for (const line of paper(receipts.markup(long, columns), columns)) expect(columnsOf(line), line).toBeLessThanOrEqual(columns);
    });
  }
});
