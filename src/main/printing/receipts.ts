// Receipts in receiptline markup: one text that becomes both the printer's bytes and the picture on screen.
import receiptline from 'receiptline';
import { capitalYuan, fen, formatCubicMetres, formatYuan, splitVat } from '../../shared/domain/money.ts';
import { wordsFor } from '../../shared/words/commodity.ts';
import type { ReceiptContent, Receipts } from '../core/ports/printing.ts';
import { invoiceForm } from './invoice-form.ts';
import { localTime, moneyHanded, NAME_AND_VALUE, pair, text, WHOLE_LINE } from './markup.ts';
import { slip } from './slips.ts';
import { testPage } from './test-page.ts';

const LINE_AND_AMOUNT = '{border:space; width:*,10}';

function markup(content: ReceiptContent): string {
  const { branch, commodity } = content;
  const say = (words: string) => wordsFor(commodity, 'zh-CN', words);
  const { netFen, vatFen } = splitVat(fen(content.amountFen), content.vatPermille);
  const yuan = (amountFen: number) => `¥${formatYuan(fen(amountFen))}`;
  const lines = [
    WHOLE_LINE,
    `"${text(branch.name)}`,
    say('^^^购气收据'),
    '-',
    NAME_AND_VALUE,
    pair('收据号', content.receiptNo),
    pair('营业日期', branch.businessDate),
    pair('时间', localTime(content.paidAtMs)),
    '-',
    pair('户号', content.accountNo),
    pair('户名', content.customerName),
    pair('地址', content.address),
    pair('卡号', content.cardNo),
    ...(content.meterNo === '' ? [] : [pair('表号', content.meterNo)]),
    pair(say('购气次数'), content.sequence.toString()),
    '-',
    LINE_AND_AMOUNT,
    say('气量(立方米) × 单价 | 金额'),
    ...content.lines.map((line) =>
      pair(`${line.tier}阶 ${formatCubicMetres(line.litres)} × ${formatYuan(fen(line.priceFenPerM3))}`, formatYuan(fen(line.amountFen))),
    ),
    NAME_AND_VALUE,
    pair(say('购气量'), `${formatCubicMetres(content.litres)} ${say('立方米')}`),
    pair('不含税', formatYuan(netFen)),
    pair('税额', formatYuan(vatFen)),
    '-',
    `^^合计 | ^^${text(yuan(content.amountFen))}`,
    pair('大写', capitalYuan(fen(content.amountFen))),
    ...moneyHanded(content),
    '-',
    pair('收款员', `${content.clerkName} ${content.clerkNo}`),
    pair('柜台', `${branch.branchNo}-${content.counterId}`),
    WHOLE_LINE,
    '',
    `{code:${text(content.verification)}; option:qrcode,4,m}`,
    say('请妥善保管,气量已写卡并核对'),
  ];
  return lines.join('\n');
}

/** Returns the renderer of receipts. Widths of 58 mm (32 columns) and 80 mm (48 columns) paper both hold every line. */
export function createReceipts(): Receipts {
  return {
    markup,
    slip,
    invoiceForm,
    reprintMarkup: (original, copyNo) => `"^^^补打 ${copyNo}\n${original}`,
    testPage,
    svg: (document, columns) => receiptline.transform(document, { cpl: columns, encoding: 'gb18030', command: 'svg', spacing: true }),
  };
}
