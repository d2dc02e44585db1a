// Files of tables, read back: what is written as CSV and XLSX says the same, harms nobody, and a thread that breaks is a fault.
import { describe, expect, it } from 'vitest';
import { readXlsx, sheetMoment } from '../../../../tests/support/xlsx.ts';
import { parseRows } from '../../../shared/domain/delimited-text.ts';
import type { DataTable } from '../../core/ports/tables.ts';
import { programFiles } from '../../hosts/program-files.ts';
import { createTableFiles } from './files.ts';

const files = createTableFiles({ workerFile: programFiles().tableWorker });
const AT_MS = new Date(2026, 10, 21, 14, 5, 9).getTime();
const TABLE: DataTable = {
  title: '收款/流水: [试]',
  columns: [
    { title: '客户', kind: 'text' },
    { title: '金额（元）', kind: 'money' },
    { title: '气量', kind: 'volume' },
    { title: '笔数', kind: 'count' },
    { title: '营业日', kind: 'date' },
    { title: '时间', kind: 'moment' },
  ],
  rows: [
    ['王小明', 123_456_789, 32_500, 3, '2026-11-21', AT_MS],
    ['=HYPERLINK("http://x","点我")', -5, -1, 0, '2026-01-01', AT_MS],
    ['逗号,引号"与\r\n换行', 0, 0, 1, '2026-12-31', AT_MS],
    ['＋86 138', null, '', null, '2026-11-22', null],
    ['@cmd', -12_000, 7, 2, '2026-11-22', AT_MS],
    ['-1+1', 7, 1_000, 2, '2026-11-22', AT_MS],
    ['\t=1', 1, 1, 1, '2026-11-22', AT_MS],
    ['<b>&amp;</b>', 1, 1, 1, '2026-11-22', AT_MS],
  ],
};
const HARMFUL = /^[=+\-@＝＋－＠\t\r]/;

describe('a file of tables', () => {
  it('is CSV that a spreadsheet reads as UTF-8, with figures plain and no formula in any text', async () => {
    const bytes = await files.write([TABLE], 'csv');
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);
    expect(text.endsWith('\r\n')).toBe(true);
    const rows = parseRows(text, ',');
    expect(rows.map(({ cells }) => cells.length)).toEqual(new Array(TABLE.rows.length + 1).fill(6));
    expect(rows[1]?.cells).toEqual(['王小明', '1234567.89', '32.500', '3', '2026-11-21', '2026-11-21 14:05:09']);
    expect(rows[2]?.cells).toEqual(['\'=HYPERLINK("http://x","点我")', '-0.05', '-0.001', '0', '2026-01-01', '2026-11-21 14:05:09']);
    expect(rows[3]?.cells[0]).toBe('逗号,引号"与\r\n换行');
    expect(rows[4]?.cells.slice(1)).toEqual(['', '', '', '2026-11-22', '']);
    for (const { cells } of rows) expect(cells[0]).not.toMatch(HARMFUL);
  });

  it('is XLSX with a sheet per table, the head standing still, and numbers and dates that are such', async () => {
    const sheets = readXlsx(await files.write([TABLE, { ...TABLE, title: '第二张', rows: [] }], 'xlsx'));
    expect(sheets.map(({ name, frozenRows, rows }) => [name, frozenRows, rows.length])).toEqual([
      ['收款 流水   试 ', 1, TABLE.rows.length + 1],
      ['第二张', 1, 1],
    ]);
    const [first] = sheets;
    expect(first?.rows[0]).toEqual(TABLE.columns.map(({ title }) => title));
    const [name, money, volume, count, date, moment] = first?.rows[1] ?? [];
    expect([name, money, volume, count]).toEqual(['王小明', 1_234_567.89, 32.5, 3]);
    expect([sheetMoment(Number(date)), sheetMoment(Number(moment))]).toEqual(['2026-11-21 00:00:00', '2026-11-21 14:05:09']);
    expect(first?.formats[1]?.slice(1)).toEqual(['#,##0.00', '#,##0.000', '0', 'yyyy-mm-dd', 'yyyy-mm-dd hh:mm:ss']);
    // A text is a text in a sheet, whatever it begins with.
    expect(first?.rows.slice(1).map(([text]) => text)).toEqual(TABLE.rows.map(([text]) => text));
    const fen = (first?.rows.slice(1) ?? []).reduce((sum, row) => sum + Math.round(Number(row[1] ?? 0) * 100), 0);
    expect(fen).toBe(TABLE.rows.reduce((sum, row) => sum + Number(row[1] ?? 0), 0));
  });

  it('is a fault when the thread breaks', async () => {
    const broken = createTableFiles({ workerFile: programFiles().tableWorker.replace('worker', 'nowhere') });
    await expect(broken.write([TABLE], 'csv')).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
    const odd = [{ title: 'x', columns: [], rows: 5 }] as unknown as readonly DataTable[];
    await expect(files.write(odd, 'xlsx')).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
  });
});
