// Measures the reconciliation of 5,000 rows in Chinese, each way in a process of its own: ours, plain pdfkit drawing the same table, plain pdfmake, and
// the browser's printToPDF; then how long a search waits while paper is drawn.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PaperDocument } from '../../src/main/core/ports/paper.ts';
import { type Chance, chanceOf } from '../../src/main/hall/demo-people.ts';
import { programFiles } from '../../src/main/hosts/program-files.ts';
import { createPaper } from '../../src/main/printing/pdf/paper.ts';
import { numberOption, percentile, report } from './report.ts';

const TIME_BOUND = 1;
const MEMORY_BOUND = 0.8;
const SEARCH_BOUND_MS = 20;
/** Of so many turns, each way in each, the quickest counts: what drawing costs, not what else the machine was doing. */
const ROUNDS = 3;
const ACCOUNTS = 20_000;

const HEAD = ['序号', '收据号', '时间', '户号', '户名', '业务', '收款方式', '气量（m³）', '金额（元）', '收款员'];
const WIDTHS = [28, 88, 56, 80, 104, 72, 64, 64, 80, 56];
const RIGHT = new Set([0, 7, 8]);
const TITLE = '营业日结对账表';

const WAYS = ['ours', 'pdfkit', 'pdfmake', 'chromium'] as const;
type Way = (typeof WAYS)[number];
interface Cost {
  readonly ms: number;
  readonly rssMb: number;
  readonly bytes: number;
}

const require = createRequire(import.meta.url);
const fontFile = (weight: string) =>
  join(dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json')), weight, `NotoSansSC_${weight}.ttf`);

type Row = readonly [
  receiptNo: string,
  time: string,
  accountNo: string,
  name: string,
  kind: string,
  tender: string,
  litres: number,
  amountFen: number,
  clerk: string,
];

/** The day of a hall: names and amounts repeat as they do in life, numbers do not. */
function rowsOf(count: number): readonly Row[] {
  const chance: Chance = chanceOf(5);
  const pick = (from: string): string => Array.from(from)[chance(Array.from(from).length)] ?? '';
  const SURNAMES =
    '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文';
  const GIVEN =
    '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红鑫玲飞建国志文海燕云龙梅春雪松柏瑞祥嘉怡思远子涵雨欣浩宇博晨曦诗琪梦佳俊豪天佑婷颖慧哲昊然泽楷轩睿诚凯翔晟淼堃喆祎赟';
  return Array.from({ length: count }, (_, at): Row => {
    const name = pick(SURNAMES) + pick(GIVEN) + (chance(4) === 0 ? '' : pick(GIVEN));
    const minutes = 510 + Math.floor((at * 480) / count);
    const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const kind = ['购气', '缴费', '过户费', '押金', '补卡'][chance(5)] ?? '';
    const tender = ['现金', '银行卡', '电子钱包'][chance(3)] ?? '';
    return [
      `01-${String(at + 1).padStart(8, '0')}`,
      time,
      `3201${String(chance(1_000_000)).padStart(6, '0')}`,
      name,
      kind,
      tender,
      chance(300) * 1_000 + 500,
      chance(80_000) + 1_000,
      ['李静', '王芳', '赵磊'][chance(3)] ?? '',
    ];
  });
}

function ourDocument(rows: readonly Row[]): PaperDocument {
  const [, ...titles] = HEAD;
  const kinds = ['text', 'text', 'text', 'text', 'text', 'text', 'litres', 'money', 'text'] as const;
  return {
    language: 'zh-CN',
    company: '滨江燃气有限公司',
    title: TITLE,
    number: '01-20261121',
    foot: '',
    landscape: true,
    madeAtMs: 0,
    blocks: [
      { kind: 'title', text: TITLE, lines: [], code: '' },
      {
        kind: 'table',
        numbered: true,
        columns: titles.map((title, at) => ({ title, kind: kinds[at] ?? 'text', width: WIDTHS[at + 1] ?? 1, sum: at === 6 || at === 7 })),
        rows,
      },
      { kind: 'signatures', items: ['制表', '复核', '网点负责人'] },
    ],
  };
}

const words = (row: Row, at: number): string[] => [
  String(at + 1),
  ...row.slice(0, 6).map(String),
  (row[6] / 1_000).toFixed(1),
  (row[7] / 100).toFixed(2),
  row[8],
];

async function drawOurs(rows: readonly Row[]): Promise<number> {
  const paper = createPaper({ workerFile: programFiles().paperWorker });
  const { pdf } = await paper.draw(ourDocument(rows));
  await paper.close();
  return pdf.length;
}

/** What a reader of pdfkit's guide writes: each cell a text, each line a stroke, header and page number on every page. */
async function drawPdfkit(rows: readonly Row[]): Promise<number> {
  interface Kit {
    on(event: 'data', heard: (chunk: Uint8Array) => void): void;
    on(event: 'end', heard: () => void): void;
    registerFont(name: string, file: string): void;
    font(name: string): Kit;
    fontSize(size: number): Kit;
    addPage(): Kit;
    text(text: string, x: number, y: number, options: object): Kit;
    moveTo(x: number, y: number): Kit;
    lineTo(x: number, y: number): Kit;
    stroke(): Kit;
    end(): void;
  }
  const PDFDocument = require('pdfkit') as new (options: object) => Kit;
  const kit = new PDFDocument({ size: 'A4', layout: 'landscape', margin: 42, autoFirstPage: false });
  let bytes = 0;
  kit.on('data', (chunk) => {
    bytes += chunk.length;
  });
  const ended = new Promise<void>((resolve) => kit.on('end', resolve));
  kit.registerFont('regular', fontFile('400Regular'));
  kit.registerFont('bold', fontFile('700Bold'));
  let y = 0;
  let page = 0;
  const line = (cells: readonly string[]): void => {
    let x = 42;
    cells.forEach((cell, at) => {
      const width = WIDTHS[at] ?? 0;
      kit.text(cell, x + 3, y, { width: width - 6, align: RIGHT.has(at) ? 'right' : 'left', lineBreak: true });
      x += width;
    });
    y += 15.2;
    kit
      .moveTo(42, y - 2)
      .lineTo(x, y - 2)
      .stroke();
  };
  const turn = (): void => {
    page += 1;
    kit.addPage().font('regular').fontSize(8);
    kit.text(`第 ${page} 页`, 42, 545, { width: 758, align: 'right', lineBreak: false });
    y = 50;
    kit.font('bold');
    line(HEAD);
    kit.font('regular');
  };
  turn();
  rows.forEach((row, at) => {
    if (y > 520) turn();
    line(words(row, at));
  });
  kit.end();
  await ended;
  return bytes;
}

async function drawPdfmake(rows: readonly Row[]): Promise<number> {
  const pdfmake = require('pdfmake') as {
    setFonts(fonts: object): void;
    setUrlAccessPolicy(policy: () => boolean): void;
    setLocalAccessPolicy(policy: () => boolean): void;
    createPdf(definition: object): { getBuffer(): Promise<Uint8Array> };
  };
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(() => true);
  pdfmake.setFonts({ Noto: { normal: fontFile('400Regular'), bold: fontFile('700Bold') } });
  const cell = (text: string, at: number) => (RIGHT.has(at) ? { text, alignment: 'right' } : text);
  const definition = {
    pageSize: 'A4',
    pageOrientation: 'landscape',
    defaultStyle: { font: 'Noto', fontSize: 8 },
    footer: (page: number, pages: number) => ({ text: `第 ${page} 页 共 ${pages} 页`, alignment: 'right' }),
    content: [
      { text: TITLE, bold: true, fontSize: 17 },
      {
        table: {
          headerRows: 1,
          widths: WIDTHS.map((width) => width - 10),
          body: [HEAD.map((text) => ({ text, bold: true })), ...rows.map((row, at) => words(row, at).map(cell))],
        },
      },
    ],
  };
  return (await pdfmake.createPdf(definition).getBuffer()).length;
}

async function drawChromium(rows: readonly Row[]): Promise<number> {
  const { launchBrowser } = await import('../support/browser.ts');
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const font = readFileSync(fontFile('400Regular')).toString('base64');
    const body = rows
      .map(
        (row, at) =>
          `<tr>${words(row, at)
            .map((word) => `<td>${word}</td>`)
            .join('')}</tr>`,
      )
      .join('');
    await page.setContent(
      `<style>@font-face{font-family:N;src:url(data:font/ttf;base64,${font})}table{font:8pt N;border-collapse:collapse}td{border-bottom:1px solid}</style>` +
        `<h1>${TITLE}</h1><table><thead><tr>${HEAD.map((word) => `<th>${word}</th>`).join('')}</tr></thead>${body}</table>`,
    );
    return (await page.pdf({ format: 'A4', landscape: true })).length;
  } finally {
    await browser.close();
  }
}

const DRAW: Readonly<Record<Way, (rows: readonly Row[]) => Promise<number>>> = {
  ours: drawOurs,
  pdfkit: drawPdfkit,
  pdfmake: drawPdfmake,
  chromium: drawChromium,
};

const role = process.argv[2];
if (role === 'draw') await drawOnce(process.argv[3] as Way, Number(process.argv[4]));
else if (role === 'search') await searchMeanwhile(process.argv[3] ?? '', Number(process.argv[4]));
else await measure();

/** One way in this process: from the rows to the last byte, fonts and worker included; the highest memory of its whole life. */
async function drawOnce(way: Way, count: number): Promise<void> {
  const rows = rowsOf(count);
  const start = performance.now();
  const bytes = await DRAW[way](rows);
  const ms = performance.now() - start;
  process.send?.({ ms, bytes, rssMb: process.resourceUsage().maxRSS / 1_000 } satisfies Cost);
  process.disconnect();
}

/** Searches all the time, alone and while papers are drawn; how long each search took, with its wait for the loop. */
async function searchMeanwhile(folder: string, count: number): Promise<void> {
  const { seedDemoBranch } = await import('../../src/main/hall/demo-branch.ts');
  const { openStore } = await import('../../src/main/store/index.ts');
  const store = await openStore({ file: join(folder, 'branch.sqlite'), backupDir: folder, counterId: 'C01', clock: { nowMs: () => 0 } });
  const day = { businessDate: '2026-03-02', nowMs: 1_772_000_000_000, layoutId: 'countertop-double' };
  seedDemoBranch(store, { seed: 20_260_302, accounts: ACCOUNTS, ...day });
  const paper = createPaper({ workerFile: programFiles().paperWorker });
  const document = ourDocument(rowsOf(count));
  const chance = chanceOf(11);
  const asked = ['王', '李静', 'wxm', '138', '3201', '阳光', '张伟', 'zw'];
  const searches = async (goesOn: (done: number) => boolean): Promise<number> => {
    const waits: number[] = [];
    while (goesOn(waits.length)) {
      const due = performance.now() + 2;
      await new Promise((resolve) => setTimeout(resolve, 2));
      store.search(asked[chance(asked.length)] ?? '', 20);
      // What came late because the loop was busy counts as waited too.
      waits.push(performance.now() - due);
    }
    return percentile(waits, 0.99);
  };
  const rounds: { alone: number; drawing: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = await searches((done) => done < 300);
    let drawn = false;
    const draw = (async () => {
      for (let paperNo = 0; paperNo < 3; paperNo += 1) await paper.draw(document);
      drawn = true;
    })();
    rounds.push({ alone, drawing: await searches(() => !drawn) });
    await draw;
  }
  await paper.close();
  store.close();
  process.send?.(rounds);
  process.disconnect();
}

function run<T>(args: readonly string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(import.meta.filename, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let answer: T | null = null;
    child.once('message', (message) => {
      answer = message as T;
    });
    child.once('exit', (code) => (answer === null ? reject(new Error(`${args.join(' ')} ended with ${code}`)) : resolve(answer)));
  });
}

/** The cost of each way; a way that is not to be had here is left out. */
async function costs(count: number): Promise<ReadonlyMap<Way, Cost>> {
  const found = new Map<Way, Cost>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const way of WAYS) {
      if (way === 'chromium' && round > 0) continue;
      try {
        const cost = await run<Cost>(['draw', way, String(count)]);
        const best = found.get(way) ?? cost;
        found.set(way, { ...cost, ms: Math.min(cost.ms, best.ms), rssMb: Math.min(cost.rssMb, best.rssMb) });
      } catch (error) {
        if (way !== 'chromium') throw error;
        console.log('no browser here');
      }
    }
  return found;
}

async function measure(): Promise<void> {
  const count = numberOption('rows', 5_000);
  const found = await costs(count);
  const ours = found.get('ours');
  if (ours === undefined) throw new Error('nothing was drawn');
  for (const [way, theirs] of found) {
    if (way === 'ours') continue;
    const name = `paper of ${count} rows to ${way === 'chromium' ? 'printToPDF' : `plain ${way}`}`;
    report({
      name: `${name}, time`,
      unit: 'ms',
      ours: ours.ms,
      reference: theirs.ms,
      ratio: ours.ms / theirs.ms,
      sense: 'max',
      bound: TIME_BOUND,
    });
    // The browser's memory lies in its own processes: what this one sees of it says nothing.
    if (way === 'chromium') continue;
    const memory = { ours: ours.rssMb, reference: theirs.rssMb, ratio: ours.rssMb / theirs.rssMb };
    report({ name: `${name}, memory`, unit: 'MB peak', ...memory, sense: 'max', bound: MEMORY_BOUND });
  }
  const folder = mkdtempSync(join(tmpdir(), 'countertop-paper-'));
  try {
    const rounds = await run<readonly { readonly alone: number; readonly drawing: number }[]>(['search', folder, String(count)]);
    const best = rounds.reduce((one, other) => (other.drawing < one.drawing ? other : one));
    console.log(`search alone, p99: ${best.alone.toFixed(1)} ms`);
    const figure = { ours: best.drawing, reference: SEARCH_BOUND_MS, ratio: best.drawing / SEARCH_BOUND_MS };
    report({ name: 'search while paper is drawn, p99', unit: 'ms to 20 ms', ...figure, sense: 'max', bound: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
