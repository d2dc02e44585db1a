// The template of receipts: the built-in one makes what receipts always were; the company's own changes head, title, fields, foot, mark and copies, and a broken one never keeps a receipt from coming out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import receiptline from 'receiptline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReceipts } from '../receipts.ts';
import { BUILT_IN_RECEIPT, readReceiptTemplate } from './receipt-template.ts';
import { createTemplateShelf } from './shelf.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-receipts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = (changes: object): string => JSON.stringify({ ...BUILT_IN_RECEIPT, ...changes });
const chunk = (kind: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};
/** A black mark, 8 bits of grey, 40 dots high. */
const mark = (width: number): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(40, 4);
  head[8] = 8;
  const rows = deflateSync(Buffer.alloc((width + 1) * 40));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
};
/** The sample as lines of paper. */
const paper = (text: string, kind: Parameters<ReturnType<typeof createReceipts>['sample']>[0]['kind'] = 'topup', columns = 48): string => {
  const { markup } = createReceipts(folder).sample({ text, kind, columns });
  return receiptline.transform(markup, { cpl: columns, encoding: 'gb18030', command: 'text' });
};

const OURS = own({
  head: [{ text: '滨江燃气有限公司', size: 2 }, '{{branchName}} {{branchNo}}', '|{code:9}_^'],
  titles: { ...BUILT_IN_RECEIPT.titles, topup: '燃气费收据' },
  fields: [{ label: '客服', text: '96777' }],
  omit: ['address', 'vat', 'capital', 'meterNo'],
  foot: { ...BUILT_IN_RECEIPT.foot, topup: ['{{customerName}}，谢谢惠顾', '用气安全，人人有责'] },
});

describe('the template of receipts', () => {
  it.each([48, 32])('stands on paper of %i columns as it did, the built-in one and one of a company', async (columns) => {
    const papers = [own({}), OURS].map((text) => paper(text, 'topup', columns));
    const slips = (['payment', 'deposit-return'] as const).map((kind) => paper(own({}), kind, columns));
    await expect(`${[...papers, ...slips].join('\n')}\n`).toMatchFileSnapshot(`../../../../tests/golden/paper/receipt-${columns}.txt`);
  });

  it('a text of the company stays a text, whatever it holds', () => {
    expect(paper(OURS)).toContain('|{code:9}_^');
  });

  it('no template takes number, amount, tender, clerk or code from a receipt', () => {
    const bare = own({ head: [], fields: [], omit: ['address', 'cardNo', 'meterNo', 'sequence', 'vat', 'capital'], foot: emptyFoot() });
    const text = paper(bare);
    for (const part of ['01-C01-00000001', '230.00', '现金', '李静', '1000000002']) expect(text).toContain(part);
    expect(createReceipts(folder).sample({ text: bare, kind: 'topup', columns: 48 }).markup).toContain('{code:');
  });

  it('the mark and the copies are added for the printer and the screen, and are no part of the text that is kept', () => {
    writeFileSync(join(folder, 'mark.png'), mark(200));
    writeFileSync(join(folder, 'receipt.json'), own({ logo: 'mark.png', copies: ['客户联', '存根联'] }));
    const receipts = createReceipts(folder);
    const { markup, warning } = receipts.dressed('正文', 'original');
    expect(warning).toBeNull();
    expect(markup.match(/\{image:/g)).toHaveLength(2);
    expect(receiptline.transform(markup, { cpl: 48, encoding: 'gb18030', command: 'text' }).match(/客户联|存根联|正文/g)).toEqual([
      '正文',
      '客户联',
      '正文',
      '存根联',
    ]);
    expect(receipts.svg(markup, 48)).toContain('data:image/png;base64,');
    expect(receipts.dressed('正文', 'reprint').markup.match(/联/g)).toHaveLength(1);
    rmSync(join(folder, 'receipt.json'));
    expect(receipts.dressed('正文', 'original')).toEqual({ markup: '正文', warning: null });
  });

  it.each([
    ['no JSON', '{', { problem: 'no-json' }],
    ['an unknown field', own({ head: ['{{salary}}'] }), { problem: 'unknown-field', where: 'head.0', what: '{{salary}}' }],
    ['a kind without a title', own({ titles: { topup: '收据' } }), { problem: 'malformed' }],
    ['a line that must not be left out', own({ omit: ['amount'] }), { problem: 'malformed', where: 'omit.0' }],
    ['a template of another paper', own({ template: 'exceptions' }), { problem: 'other-paper', what: 'exceptions' }],
    ['a mark that is not there', own({ logo: 'gone.png' }), { problem: 'no-picture', what: 'gone.png' }],
    ['a mark wider than the paper', own({ logo: 'wide.png' }), { problem: 'picture-unprintable', what: 'wide.png' }],
    ['a mark that is cut off', own({ logo: 'half.png' }), { problem: 'picture-unprintable', what: 'half.png' }],
  ])('with %s the built-in one is used, and said so; IT cannot keep it', (_, text, problem) => {
    writeFileSync(join(folder, 'wide.png'), mark(500));
    writeFileSync(join(folder, 'half.png'), mark(200).subarray(0, 40));
    const shelf = createTemplateShelf(folder);
    expect(() => shelf.save('receipt', text)).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
    writeFileSync(join(folder, 'receipt.json'), text);
    const { markup, warning } = createReceipts(folder).dressed('正文', 'original');
    expect([markup, warning]).toEqual(['正文', expect.objectContaining({ template: 'receipt', ...problem })]);
    expect(shelf.check('receipt', text)).toMatchObject(problem);
  });

  it('a saved one is the next receipt’s, and the built-in one comes back when it is removed', () => {
    const shelf = createTemplateShelf(folder);
    expect(readReceiptTemplate(shelf.read('receipt').builtIn, () => null)).toEqual(BUILT_IN_RECEIPT);
    shelf.save('receipt', own({ copies: ['一', '二'] }));
    expect(createReceipts(folder).dressed('正文', 'original').markup).toContain('=');
    shelf.remove('receipt');
    expect(createReceipts(folder).dressed('正文', 'original').markup).toBe('正文');
  });
});

function emptyFoot() {
  return Object.fromEntries(Object.keys(BUILT_IN_RECEIPT.foot).map((kind) => [kind, []]));
}
