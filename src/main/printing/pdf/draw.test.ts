// The engine: what stands on which page, in which fonts, and that the same document gives the same bytes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaperBlock, PaperDocument, PaperSheet } from '../../core/ports/paper.ts';
import { drawPdf, drawSheet } from './draw.ts';
import { createFonts } from './fonts.ts';
import { createTexts, pieces } from './text.ts';

const fonts = createFonts();

const documentOf = (blocks: readonly PaperBlock[], more: Partial<PaperDocument> = {}): PaperDocument => ({
  language: 'zh-CN',
  company: '滨江燃气有限公司',
  title: '营业日结对账表',
  number: 'D-20261121',
  foot: '第一营业厅',
  landscape: false,
  madeAtMs: Date.UTC(2026, 10, 21, 9, 30),
  blocks,
  ...more,
});

const table = (rows: readonly (readonly (string | number)[])[]): PaperBlock => ({
  kind: 'table',
  numbered: true,
  columns: [
    { title: '收据号', kind: 'text', width: 3 },
    { title: '户名', kind: 'text', width: 3 },
    { title: '气量', kind: 'litres', width: 2, sum: true },
    { title: '金额', kind: 'money', width: 2, sum: true },
  ],
  rows,
});

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => [
    `01-${String(at + 1).padStart(8, '0')}`,
    `王小${String.fromCodePoint(0x4e00 + (at % 2_000))}`,
    1_000 + at,
    100 + at,
  ]);

function sheetsOf(document: PaperDocument, pages: number): PaperSheet[] {
  return Array.from({ length: pages }, (_, at) => drawSheet(document, { fonts, page: at + 1, pages })).filter((sheet) => sheet !== null);
}

/** Texts of a page line by line, from left to right. */
function linesOf(sheet: PaperSheet): string[][] {
  const lines = new Map<number, { x: number; text: string }[]>();
  for (const { x, y, text } of sheet.texts) lines.set(y, [...(lines.get(y) ?? []), { x, text }]);
  return [...lines].sort(([a], [b]) => a - b).map(([, line]) => line.sort((a, b) => a.x - b.x).map(({ text }) => text));
}

describe('text on paper', () => {
  const texts = createTexts(fonts, 'zh-CN');
  const wrap = (text: string, width: number) => texts.wrap(text, { bold: false, width }).map((line) => line.text);

  test('Chinese breaks between characters, Latin words and figures stay whole', () => {
    expect(wrap('滨江区江南大道1234号', 6_000)).toEqual(['滨江区江南大', '道1234号']);
    expect(wrap('the meter is in the hall', 5_500)).toEqual(['the meter', 'is in the', 'hall']);
  });

  test('no mark of punctuation begins a line, no opening bracket ends one', () => {
    expect(wrap('一二三四五（六）', 6_000)).toEqual(['一二三四五', '（六）']);
    expect(wrap('一二三四五六。七', 6_000)).toEqual(['一二三四五', '六。七']);
  });

  test('a word that is wider than its line is broken, never lost', () => {
    expect(wrap('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 3_000).join('')).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  });

  test('no text loses a character by being broken, and no line is too wide', () => {
    const character = fc.constantFrom(...'户名王小明，。（）「」《》 -/ABCabc0123456789𬭚䶮¥%');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 120 }), fc.integer({ min: 2_000, max: 20_000 }), (text, width) => {
        const lines = texts.wrap(text, { bold: false, width });
        expect(
          lines
            .map((line) => line.text)
            .join('')
            .replaceAll(' ', ''),
        ).toBe(text.replaceAll(' ', ''));
        for (const line of lines) if (Array.from(line.text).length > 1) expect(line.width).toBeLessThanOrEqual(width);
      }),
    );
    expect(pieces('')).toEqual([]);
  });

  test('lines are broken at their ends and nothing invisible is drawn', () => {
    expect(wrap('户号\r\n户名\t王\u200b小\ufe0f明', 20_000)).toEqual(['户号', '户名 王小明']);
  });
});

describe('fonts', () => {
  const RARE =
    '䶮㛃𬭚垚喆犇淼堃昇祎赟婳龘燚曌劼昉彧翀囍镕玥仝仉伋邵亓佴佘侴冼厍妘妫嬴宓岙昝晏晁暨柘桓欎殳洺湉溆灈熠玢珺琎瑄畲禤禳窅竑翟肸臧芈苻荙莒菏蔄蕲虢觞訾谌谯赜逄郄郏郓郗郜郯鄄鄢釐闫闵阚隗雒靳頔颛饔髙麒黟齮龑' +
    '𠅤𡎚𣗋𣲘𣸣𤧛𤩽𥻗𦈡𦭜𦰡𨙸𨚕𨟠𨱇𨱏𨺙𩽾𩾃𪟝𪣻𪤗𪨰𪩘𪾢𫄧𫄨𫄷𫇭𫌀𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫔍𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫚕𫚖𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓' +
    '㑇㑊㕮㘎㙍㙘㙦㛚㛹㟃㠇㠓㤘㥄㧐㧑㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㺄㻬㽏䁖䂮䃅䃎䅟䌹䎃䎖䏝䐃䓖䓛䓨䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙' +
    '峯羣綫裏恒爨邨埗鰂鯪蠔曺嫚涌';

  test.each(['zh-CN', 'zh-TW', 'en'] as const)('rare surnames and names of places have a glyph in %s', (language) => {
    for (const bold of [false, true])
      for (const character of RARE) expect(fonts.glyphs({ language, bold })(character.codePointAt(0) ?? 0), character).not.toBeNull();
  });

  test('a language begins with the cut of its own country and goes on with the other', () => {
    const nameOf = (character: string, language: 'zh-CN' | 'zh-TW') =>
      fonts.glyphs({ language, bold: false })(character.codePointAt(0) ?? 0)?.face.font.postscriptName;
    expect(nameOf('骨', 'zh-CN')).toBe('NotoSansSC-Regular');
    expect(nameOf('骨', 'zh-TW')).toBe('NotoSansTC-Regular');
    // Simplified only.
    expect(nameOf('𬭚', 'zh-TW')).toBe('NotoSansSC-Regular');
  });

  test('a character that no font has is a box on paper, and is named', () => {
    const document = documentOf([{ kind: 'facts', columns: 1, items: [['户名', '王\u{2b688}明']] }]);
    const { missing } = drawPdf(document, { fonts });
    expect(missing).toEqual([{ character: '\u{2b688}', codePoint: 'U+2B688', firstPage: 1 }]);
    const [sheet] = sheetsOf(document, 1);
    const [before, after] = [sheet?.texts.find(({ text }) => text === '王'), sheet?.texts.find(({ text }) => text === '明')];
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeCloseTo(2 * (before?.size ?? 0), 1);
  });
});

describe('documents', () => {
  test('the same document gives the same bytes, and another date gives others', () => {
    const document = documentOf([{ kind: 'title', text: '过户申请表', lines: ['01-R000001'], code: 'CT1:R:1' }, table(rowsOf(80))]);
    const bytes = drawPdf(document, { fonts }).pdf;
    expect(Buffer.compare(bytes, drawPdf(document, { fonts: createFonts() }).pdf)).toBe(0);
    expect(Buffer.compare(bytes, drawPdf({ ...document, madeAtMs: document.madeAtMs + 1_000 }, { fonts }).pdf)).not.toBe(0);
  });

  test('pages and rows are numbered through over more than 200 pages, none left out, none twice', () => {
    const rows = rowsOf(9_500);
    const document = documentOf([table(rows)], { landscape: false });
    const { pages } = drawPdf(document, { fonts });
    expect(pages).toBeGreaterThan(200);
    // Some of them; the whole is read out of the PDF where pdftotext is installed.
    for (let page = 1; page <= pages; page += page < pages - 41 ? 40 : 13) {
      const sheet = drawSheet(document, { fonts, page, pages });
      if (sheet === null) throw new Error(`page ${page} is missing`);
      const lines = linesOf(sheet);
      expect(lines.at(-1)).toContain(`第 ${page} 页 共 ${pages} 页`);
      expect(lines.some((line) => line.includes('收据号'))).toBe(true);
      const numbers = lines.filter((line) => /^01-\d{8}$/.test(line[1] ?? '')).map((line) => [Number(line[0]), Number(line[1]?.slice(3))]);
      for (const [at, [number, receipt]] of numbers.entries()) {
        expect(number).toBe(receipt);
        expect(number).toBe((numbers[0]?.[0] ?? 0) + at);
      }
    }
    expect(drawSheet(document, { fonts, page: pages + 1, pages })).toBeNull();
  });

  test('what a page carries forward is what the next brings, and the total is the sum of all rows', () => {
    const rows = rowsOf(150);
    const document = documentOf([table(rows)]);
    const { pages } = drawPdf(document, { fonts });
    const sheets = sheetsOf(document, pages).map(linesOf);
    let seenFen = 0;
    sheets.forEach((lines, at) => {
      const brought = lines.find((line) => line[0] === '承前页');
      const carried = lines.find((line) => line[0] === '过次页');
      expect(brought?.at(-1)).toBe(at === 0 ? undefined : (seenFen / 100).toFixed(2));
      for (const line of lines) if (/^01-\d{8}$/.test(line[1] ?? '')) seenFen += Math.round(Number(line.at(-1)) * 100);
      if (at < sheets.length - 1) expect(carried?.at(-1)).toBe((seenFen / 100).toFixed(2));
    });
    expect(seenFen).toBe(rows.reduce((sum, row) => sum + Number(row[3]), 0));
    expect(
      sheets
        .at(-1)
        ?.find((line) => line[0] === '合计')
        ?.at(-1)
        ?.replace(',', ''),
    ).toBe((seenFen / 100).toFixed(2));
  });

  test('long names and addresses wrap inside their cells; a row that is taller than a page goes on on the next', () => {
    const long = '滨江区江南大道一千二百三十四号阳光花园小区'.repeat(90);
    const document = documentOf([
      table([
        ['01-00000001', long, 1, 1],
        ['01-00000002', '王小明', 1, 1],
      ]),
    ]);
    const { pages } = drawPdf(document, { fonts });
    const sheets = sheetsOf(document, pages);
    const [wide] = sheets;
    if (wide === undefined) throw new Error('no page');
    for (const { texts } of sheets)
      for (const { x, y, width, text } of texts) {
        expect(x + width, text).toBeLessThanOrEqual(wide.widthPt - 40);
        expect(y).toBeLessThan(wide.heightPt - 20);
      }
    const drawn = sheets.flatMap(({ texts }) => texts.filter(({ text }) => long.includes(text) && text.length > 2).map(({ text }) => text));
    expect(drawn.join('')).toBe(long);
    expect(pages).toBeGreaterThan(1);
  });

  test('all sign on one page, whatever stands above', () => {
    for (let rows = 20; rows < 45; rows += 1) {
      const document = documentOf([table(rowsOf(rows)), { kind: 'signatures', items: ['甲', '乙', '丙', '丁'] }]);
      const sheets = sheetsOf(document, drawPdf(document, { fonts }).pages);
      expect(sheets.filter(({ texts }) => texts.some(({ text }) => ['甲', '乙', '丙', '丁'].includes(text)))).toHaveLength(1);
    }
  });
});

test('a foot holds a close, its moment, its people and its whole hash beside the number of the page; a longer one ends in an ellipsis', () => {
  const hash = 'b30491766e1fe723'.repeat(4);
  const footOf = (foot: string): readonly string[] => {
    const [sheet] = sheetsOf(documentOf([{ kind: 'text', text: '正文' }], { foot }), 1);
    return (sheet?.texts ?? []).map(({ text }) => text);
  };
  const foot = `C01-0001 2026-11-21 18:30 3001 / 2001 ${hash}`;
  expect(footOf(foot)).toContain(foot);
  expect(footOf(`${foot} ${hash}`).some((text) => text.startsWith(`${foot} b`) && text.endsWith('…'))).toBe(true);
});
