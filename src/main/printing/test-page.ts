// The test page of a receipt printer, in the clerk's language.
import type { TestPageContent } from '../core/ports/printing.ts';
import { localTime, NAME_AND_VALUE, pair, text, WHOLE_LINE } from './markup.ts';

const WORDS = {
  'zh-CN': {
    title: '打印测试页',
    counter: '柜台',
    time: '时间',
    driver: '驱动',
    line: '连接',
    width: '每行列数',
    ruler: '下面一行应占满纸宽，不折行',
    sample: '贰佰叁拾元整 燃气表 购气量 立方米',
    end: '应在此处切纸；这不是收据',
  },
  'zh-TW': {
    title: '列印測試頁',
    counter: '櫃檯',
    time: '時間',
    driver: '驅動程式',
    line: '連線',
    width: '每行欄數',
    ruler: '下面一行應占滿紙寬，不折行',
    sample: '貳佰參拾元整 瓦斯表 購氣量 立方公尺',
    end: '應在此處切紙；這不是收據',
  },
  en: {
    title: 'Printer test page',
    counter: 'Counter',
    time: 'Time',
    driver: 'Driver',
    line: 'Line',
    width: 'Columns',
    ruler: 'The next line fills the paper and does not wrap',
    sample: '贰佰叁拾元整 燃气表 ABC abc 0123456789',
    end: 'The paper is cut here. This is not a receipt.',
  },
} as const;

/** Returns the page in receiptline markup for paper of so many half-width columns. */
export function testPage(content: TestPageContent, columns: number): string {
  const words = WORDS[content.language];
  const ruler = Array.from({ length: columns }, (_, at) => (at + 1) % 10).join('');
  return [
    WHOLE_LINE,
    `"${text(content.branchName)}`,
    `^^^${words.title}`,
    '-',
    NAME_AND_VALUE,
    pair(words.counter, content.counterId),
    pair(words.time, localTime(content.printedAtMs)),
    pair(words.driver, content.driverId),
    pair(words.line, content.connection),
    pair(words.width, String(columns)),
    WHOLE_LINE,
    '-',
    words.ruler,
    ruler,
    words.sample,
    '^^¥1,234.56',
    '{code:COUNTERTOP-TEST; option:qrcode,4,m}',
    words.end,
  ].join('\n');
}
