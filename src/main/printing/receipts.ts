// Receipts in receiptline markup: one text that becomes both the printer's bytes and the picture on screen.
import receiptline from 'receiptline';
import { Fault } from '../../shared/domain/fault.ts';
import { capitalYuan, fen, formatCubicMetres, formatYuan, splitVat } from '../../shared/domain/money.ts';
import { wordsFor } from '../../shared/words/commodity.ts';
import type { OptionalReceiptLine, ReceiptContent, Receipts } from '../core/ports/printing.ts';
import { invoiceForm } from './invoice-form.ts';
import { localTime, moneyHanded, NAME_AND_VALUE, pair, text, WHOLE_LINE, yuan } from './markup.ts';
import { receiptParts } from './receipt-parts.ts';
import { SAMPLE_SLIP, SAMPLE_TOPUP } from './receipt-samples.ts';
import { slip } from './slips.ts';
import { pictureBeside } from './templates/picture.ts';
import { isReceiptTemplate, type ReceiptTemplate, readReceiptTemplate, receiptTemplateIn } from './templates/receipt-template.ts';
import { testPage } from './test-page.ts';

const LINE_AND_AMOUNT = '{border:space; width:*,10}';

function topup(content: ReceiptContent, template: ReceiptTemplate): string {
  const { branch, commodity, accountNo, customerName } = content;
  const say = (words: string) => wordsFor(commodity, 'zh-CN', words);
  const { netFen, vatFen } = splitVat(fen(content.amountFen), content.vatPermille);
  const { omits, ...parts } = receiptParts(template, { kind: 'topup', commodity, head: content, account: { accountNo, customerName } });
  const unless = (line: OptionalReceiptLine, ...lines: readonly string[]): readonly string[] => (omits(line) ? [] : lines);
  const lines = [
    WHOLE_LINE,
    ...parts.head,
    parts.title,
    '-',
    NAME_AND_VALUE,
    pair('收据号', content.receiptNo),
    pair('营业日期', branch.businessDate),
    pair('时间', localTime(content.paidAtMs)),
    '-',
    pair('户号', accountNo),
    pair('户名', customerName),
    ...unless('address', pair('地址', content.address)),
    ...unless('cardNo', pair('卡号', content.cardNo)),
    ...(content.meterNo === '' ? [] : unless('meterNo', pair('表号', content.meterNo))),
    ...unless('sequence', pair(say('购气次数'), content.sequence.toString())),
    '-',
    LINE_AND_AMOUNT,
    say('气量(立方米) × 单价 | 金额'),
    ...content.lines.map((line) =>
      pair(`${line.tier}阶 ${formatCubicMetres(line.litres)} × ${formatYuan(fen(line.priceFenPerM3))}`, formatYuan(fen(line.amountFen))),
    ),
    NAME_AND_VALUE,
    pair(say('购气量'), `${formatCubicMetres(content.litres)} ${say('立方米')}`),
    ...unless('vat', pair('不含税', formatYuan(netFen)), pair('税额', formatYuan(vatFen))),
    '-',
    `^^合计 | ^^${text(yuan(content.amountFen))}`,
    ...unless('capital', pair('大写', capitalYuan(fen(content.amountFen)))),
    ...moneyHanded(content),
    '-',
    ...parts.fields,
    pair('收款员', `${content.clerkName} ${content.clerkNo}`),
    pair('柜台', `${branch.branchNo}-${content.counterId}`),
    WHOLE_LINE,
    '',
    `{code:${text(content.verification)}; option:qrcode,4,m}`,
    ...parts.foot,
  ];
  return lines.join('\n');
}

/** A copy by its name, under everything else. */
const named = (markup: string, copy: string): string => `${markup}\n${WHOLE_LINE}\n${text(copy)}`;

/**
 * Returns the renderer of receipts. Widths of 58 mm (32 columns) and 80 mm (48 columns) paper both hold every line. `folder` holds the company's own
 * template and its mark; it need not exist.
 */
export function createReceipts(folder = ''): Receipts {
  const ofCompany = () => receiptTemplateIn(folder);

  function dress(markup: string, template: ReceiptTemplate, of: 'original' | 'reprint'): string {
    const picture = template.logo === '' ? null : pictureBeside(folder, template.logo);
    const logo = picture === null ? '' : `${WHOLE_LINE}\n{image:${Buffer.from(picture).toString('base64')}}\n`;
    const copies = of === 'reprint' ? template.copies.slice(0, 1) : template.copies;
    // The mark and the cut between copies are the only markup that no text of a customer is near.
    return copies.map((copy) => `${logo}${template.copies.length > 1 ? named(markup, copy) : markup}`).join('\n=\n');
  }

  return {
    markup: (content) => topup(content, ofCompany().template),
    slip: (content) => slip(content, ofCompany().template),
    invoiceForm,
    reprintMarkup: (original, copyNo) => `"^^^补打 ${copyNo}\n${original}`,
    testPage,
    dressed(markup, of) {
      const { template, warning } = ofCompany();
      return { markup: dress(markup, template, of), warning };
    },
    sample({ text: json, kind }) {
      const read = readReceiptTemplate(json, (file) => pictureBeside(folder, file));
      if (!isReceiptTemplate(read)) throw new Fault('TEMPLATE_INVALID', { ...read });
      const markup = kind === 'topup' ? topup(SAMPLE_TOPUP, read) : slip({ ...SAMPLE_SLIP, kind }, read);
      return { markup: dress(markup, read, 'original'), copies: read.copies.length };
    },
    svg: (document, columns) => receiptline.transform(document, { cpl: columns, encoding: 'gb18030', command: 'svg', spacing: true }),
  };
}
