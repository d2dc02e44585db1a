// The tables of a meter-reading handheld: round trips in every form, bytes of any kind, and what is said about each bad row.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { type BusinessDate, businessDate } from './business-date.ts';
import { parseRows } from './delimited-text.ts';
import { litres } from './money.ts';
import {
  type BookRow,
  decodeBook,
  decodeReadings,
  encodeBook,
  encodeReadings,
  READING_STATES,
  type ReadingRow,
  type TableForm,
  type TableTools,
} from './reading-table.ts';

const tools: TableTools = {
  decode(bytes, coding) {
    try {
      return new TextDecoder(coding, { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  },
  encode: (text, coding) => new Uint8Array(iconv.encode(text, coding === 'utf-8' ? 'utf8' : 'gb18030', { addBOM: false })),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
};
const none: ReadonlySet<string> = new Set();
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

// Pieces that have broken exports elsewhere: quotes, delimiters, line ends, formulas, full width, Chinese, characters beyond the BMP.
const piece = fc.constantFrom(...'aZ09 ,\t;"\'\r\n=+-@＝抄表册号é㐀𠮷中', '""', "'=", '=1+1', ' x', 'x ', '\u00a0');
const text = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((pieces) => pieces.join(''))
  .filter((value) => value.trim() !== '');
const maybeText = fc.oneof(text, fc.constant(''));
const volume = fc.integer({ min: 0, max: 999_999_999_999 }).map(litres);
const date = fc
  .integer({ min: 0, max: 40_000 })
  .map((days): BusinessDate => businessDate(new Date(Date.UTC(2000, 0, 1 + days)).toISOString().slice(0, 10)));
const bookRow = fc
  .record({
    userNo: text,
    address: maybeText,
    book: text,
    meterNo: text,
    vendor: maybeText,
    lastReading: volume,
    lastDate: date,
    limits: fc.tuple(volume, volume),
  })
  .map(({ limits: [one, other], ...row }): BookRow => {
    return { ...row, lowestReading: one < other ? one : other, highestReading: one < other ? other : one };
  });
const readingRow = fc
  .record({
    userNo: text,
    meterNo: text,
    reading: fc.option(volume),
    date,
    reader: text,
    state: fc.constantFrom(...READING_STATES),
    residual: fc.option(volume),
  })
  .filter(({ state, reading }): boolean => reading !== null || (state !== 'read' && state !== 'estimated'));
const form: fc.Arbitrary<TableForm> = fc.record({
  coding: fc.constantFrom('utf-8' as const, 'gb18030' as const),
  delimiter: fc.constantFrom(',' as const, '\t' as const),
});

describe('a round trip', () => {
  it('brings every book back, in every coding and with either delimiter', () => {
    const rows = fc.uniqueArray(bookRow, { maxLength: 8, selector: ({ meterNo }) => meterNo });
    fc.assert(
      fc.property(rows, form, (book, how) => {
        const decoded = decodeBook(encodeBook(book, how, tools), tools);
        expect(decoded.problems).toEqual([]);
        expect(decoded.rows.map(({ row }) => row)).toEqual(book);
      }),
    );
  });

  it('brings every reading back, and knows all of them the second time, in whatever form they come', () => {
    const rows = fc.uniqueArray(readingRow, { maxLength: 8, selector: ({ meterNo, date: day }) => JSON.stringify([meterNo, day]) });
    fc.assert(
      fc.property(rows, form, form, (readings, how, again) => {
        const first = decodeReadings(encodeReadings(readings, how, tools), tools, none);
        expect(first.problems).toEqual([]);
        expect(first.repeated).toEqual([]);
        expect(first.rows.map(({ row }) => row)).toEqual(readings);
        const known = new Set(first.rows.map(({ sha256 }) => sha256));
        const second = decodeReadings(encodeReadings(readings, again, tools), tools, known);
        expect([second.problems, second.rows]).toEqual([[], []]);
        expect(second.repeated.map(({ row }) => row)).toEqual(readings);
      }),
    );
  });
});

describe('anything at all', () => {
  const header = 'user_no,meter_no,reading_l,date,reader,state,residual_l\n';

  it('never throws, and what is not taken has a reason', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 200 }).map((body) => utf8(header + body)),
      fc.array(fc.constantFrom(...'",\t\r\n=\'ab1', '2026-01-31', 'read'), { maxLength: 60 }).map((parts) => utf8(header + parts.join(''))),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        for (const { rows, problems } of [decodeReadings(bytes, tools, none), decodeBook(bytes, tools)]) {
          for (const { line, column } of problems) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(column).not.toBe('');
          }
          const lines = [...rows.map(({ line }) => line)];
          expect(lines).toEqual([...new Set(lines)].sort((one, other) => one - other));
        }
      }),
    );
  });

  it('keeps the good rows around any bad line', () => {
    const good = (meter: number) => `U${meter},M${meter},${meter},2026-11-2${meter},1001,read,\n`;
    const bad = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((line) => line.replaceAll(/[\r\n]/g, ' '));
    fc.assert(
      fc.property(bad, (line) => {
        // A quote that opens there may close in a later line only if nothing in between was lost.
        const { rows } = decodeReadings(utf8(`${header}${good(1)}${line}\n${good(2)}${good(3)}`), tools, none);
        expect(rows.map(({ row }) => row.meterNo)).toEqual(expect.arrayContaining(['M1', 'M2', 'M3']));
      }),
    );
  });

  it('ends in time where every line opens a quote', () => {
    const rows = parseRows(`${'"aaaaaaaaaa,"b\n'.repeat(50_000)}`, ',');
    expect(rows).toHaveLength(50_000);
    expect(rows.every(({ broken }) => broken)).toBe(true);
  });
});

describe('what a handheld brings', () => {
  const decode = (body: string) => decodeReadings(utf8(`user_no,meter_no,reading_l,date,reader,state,residual_l\r\n${body}`), tools, none);

  it.each<[string, string, object]>([
    ['letters for a number', 'U,M,12a,2026-11-21,1,read,', { column: 'reading_l', reason: 'number' }],
    ['a fraction of a litre', 'U,M,1.5,2026-11-21,1,read,', { column: 'reading_l', reason: 'number' }],
    ['less than nothing', 'U,M,-1,2026-11-21,1,read,', { column: 'reading_l', reason: 'number' }],
    ['a day that is none', 'U,M,1,2026-02-30,1,read,', { column: 'date', reason: 'date' }],
    ['another form of date', 'U,M,1,2026/11/21,1,read,', { column: 'date', reason: 'date' }],
    ['an unknown state', 'U,M,1,2026-11-21,1,gone,', { column: 'state', reason: 'state' }],
    ['no meter', 'U,,1,2026-11-21,1,read,', { column: 'meter_no', reason: 'empty' }],
    ['read, and no reading', 'U,M,,2026-11-21,1,read,', { column: 'reading_l', reason: 'reading-missing' }],
    ['a cell too few', 'U,M,1,2026-11-21,1,read', { column: null, reason: 'cell-count' }],
    ['a cell too many', 'U,M,1,2026-11-21,1,read,,', { column: null, reason: 'cell-count' }],
    ['text behind a quote', 'U,"M"x,1,2026-11-21,1,read,', { column: null, reason: 'quotes' }],
    ['a quote never closed', 'U,"M,1,2026-11-21,1,read,', { column: null, reason: 'quotes' }],
    ['a novel', `${'U'.repeat(201)},M,1,2026-11-21,1,read,`, { column: 'user_no', reason: 'too-long' }],
  ])('%s: named with line and column, and the rows around it are kept', (_name, line, problem) => {
    const { rows, problems } = decode(`A,1,1,2026-11-21,1,read,\r\n\r\n${line}\r\nB,2,,2026-11-21,1,no-access,7\r\n`);
    expect(rows.map(({ line: at, row }) => [at, row.userNo])).toEqual([
      [2, 'A'],
      [5, 'B'],
    ]);
    expect(problems).toEqual([{ line: 4, firstLine: null, ...problem }]);
  });

  it('names every wrong cell of a row', () => {
    expect(decode(',,x,x,,x,x').problems.map(({ column, reason }) => `${column} ${reason}`)).toEqual([
      'user_no empty',
      'meter_no empty',
      'reading_l number',
      'date date',
      'reader empty',
      'state state',
      'residual_l number',
    ]);
  });

  it('takes the first of two rows for a meter and day, and says whether the second differs', () => {
    const { rows, problems } = decode(
      ['U,M,1,2026-11-21,1,read,', 'U,M,1,2026-11-21,1,read,', 'U,M,2,2026-11-21,1,read,', 'U,M,2,2026-11-22,1,read,'].join('\n'),
    );
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
    expect(problems).toEqual([
      { line: 3, column: null, reason: 'duplicate', firstLine: 2 },
      { line: 4, column: null, reason: 'conflict', firstLine: 2 },
    ]);
  });

  it('counts the lines of cells that span several', () => {
    const { rows, problems } = decode('"U\r\nU",M,1,2026-11-21,1,read,\r\nx\r\n');
    expect(rows.map(({ line, row }) => [line, row.userNo])).toEqual([[2, 'U\r\nU']]);
    expect(problems).toMatchObject([{ line: 4, reason: 'cell-count' }]);
  });

  it('finds its columns by either name, in any order, among others', () => {
    const bytes = new Uint8Array(
      iconv.encode('状态\t备注\t表号\t户号\tDATE\t抄表员\t剩余量\t读数\nread\tx\tM\tU\t2026-11-21\t1001\t\t5\n', 'gb18030'),
    );
    const { rows, problems } = decodeReadings(bytes, tools, none);
    expect(problems).toEqual([]);
    expect(rows[0]?.row).toEqual({
      userNo: 'U',
      meterNo: 'M',
      reading: 5,
      date: '2026-11-21',
      reader: '1001',
      state: 'read',
      residual: null,
    } satisfies Record<keyof ReadingRow, unknown>);
  });

  it('names the columns that are missing or there twice, and takes nothing', () => {
    const bytes = utf8('user_no,meter_no,表号,date,reader,state\nU,M,M,2026-11-21,1,read\n');
    expect(decodeReadings(bytes, tools, none)).toEqual({
      rows: [],
      repeated: [],
      problems: [
        { line: 1, column: 'meter_no', reason: 'column-twice', firstLine: null },
        { line: 1, column: 'reading_l', reason: 'column-missing', firstLine: null },
        { line: 1, column: 'residual_l', reason: 'column-missing', firstLine: null },
      ],
    });
    expect(decodeReadings(new Uint8Array(0), tools, none).problems).toHaveLength(7);
  });

  it('decides the coding by the text itself', () => {
    const table = `user_no,meter_no,reading_l,date,reader,state,residual_l\n联通,抄表员,1,2026-11-21,1,read,\n`;
    for (const bytes of [utf8(table), utf8(`\ufeff${table}`), new Uint8Array(iconv.encode(table, 'gb18030'))]) {
      expect(decodeReadings(bytes, tools, none).rows[0]?.row).toMatchObject({ userNo: '联通', meterNo: '抄表员' });
    }
    // Bytes that are right UTF-8 and make letters of Western languages there: Chinese in GB18030.
    const short = table.replace('联通', '小学').replace('抄表员', 'M');
    const ambiguous = new Uint8Array(iconv.encode(short.replace('小学', '一'), 'gb18030'));
    expect(decodeReadings(ambiguous, tools, none).rows[0]?.row.userNo).toBe('一');
    expect(decodeReadings(Uint8Array.of(0xff, 0xff, 0xff), tools, none).problems).toMatchObject([{ line: 1, reason: 'coding' }]);
  });
});

it('no cell that leaves is a formula to a spreadsheet', () => {
  fc.assert(
    fc.property(bookRow, form, (row, how) => {
      const bytes = encodeBook([row], how, tools);
      const content = (tools.decode(bytes, how.coding) ?? '').replace('\ufeff', '');
      for (const { cells } of parseRows(content, how.delimiter)) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
    }),
  );
  const row: BookRow = {
    userNo: '=HYPERLINK("http://x","y")',
    address: '+86',
    book: '-1',
    meterNo: '@SUM(A1)',
    vendor: "'",
    lastReading: litres(0),
    lastDate: businessDate('2026-11-21'),
    lowestReading: litres(0),
    highestReading: litres(9),
  };
  const content = Buffer.from(encodeBook([row], { coding: 'utf-8', delimiter: ',' }, tools)).toString();
  expect(content).toBe(
    '\ufeffuser_no,address,book,meter_no,vendor,last_reading_l,last_date,lowest_reading_l,highest_reading_l\r\n' +
      `"'=HYPERLINK(""http://x"",""y"")",'+86,'-1,'@SUM(A1),'',0,2026-11-21,0,9\r\n`,
  );
});
