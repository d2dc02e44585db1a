// Receipts in receiptline markup: one text that becomes both the printer's bytes and the picture on screen.
import receiptline from 'receiptline';
import { Fault } from '../../shared/domain/fault.ts';
import { fen, formatCubicMetres, formatYuan, splitVat } from '../../shared/domain/money.ts';
import { type WordLanguage, wordsFor } from '../../shared/words/commodity.ts';
import { RECEIPT_WORDS } from '../../shared/words/receipts.ts';
import type { OptionalReceiptLine, ReceiptContent, Receipts } from '../core/ports/printing.ts';
import { invoiceForm } from './invoice-form.ts';
import { capitals, localTime, moneyHanded, NAME_AND_VALUE, pair, text, WHOLE_LINE, yuan } from './markup.ts';
import { receiptParts } from './receipt-parts.ts';
import { SAMPLE_SLIP, SAMPLE_TOPUP } from './receipt-samples.ts';
import { slip } from './slips.ts';
import { pictureBeside } from './templates/picture.ts';
import {
  isReceiptTemplate,
  type ReceiptForm,
  type ReceiptTemplate,
  readReceiptTemplate,
  receiptTemplateIn,
} from './templates/receipt-template.ts';
import { testPage } from './test-page.ts';

const LINE_AND_AMOUNT = '{border:space; width:*,10}';

function topup(content: ReceiptContent, { template, language }: ReceiptForm): string {
  const words = RECEIPT_WORDS[language];
  const { branch, commodity, accountNo, customerName } = content;
  const say = (said: string) => wordsFor(commodity, language, said);
  const { netFen, vatFen } = splitVat(fen(content.amountFen), content.vatPermille);
  const { omits, ...parts } = receiptParts(template, {
    kind: 'topup',
    commodity,
    language,
    head: content,
    account: { accountNo, customerName },
  });
  const unless = (line: OptionalReceiptLine, ...lines: readonly string[]): readonly string[] => (omits(line) ? [] : lines);
  const lines = [
    WHOLE_LINE,
    ...parts.head,
    parts.title,
    '-',
    NAME_AND_VALUE,
    pair(words.receiptNo, content.receiptNo),
    pair(words.businessDate, branch.businessDate),
    pair(words.time, localTime(content.paidAtMs)),
    '-',
    pair(words.accountNo, accountNo),
    pair(words.customerName, customerName),
    ...unless('address', pair(words.address, content.address)),
    ...unless('cardNo', pair(words.cardNo, content.cardNo)),
    ...(content.meterNo === '' ? [] : unless('meterNo', pair(words.meterNo, content.meterNo))),
    ...unless('sequence', pair(say(words.sequence), content.sequence.toString())),
    '-',
    LINE_AND_AMOUNT,
    `${say(words.priceHead)} | ${words.amount}`,
    ...content.lines.map((line) =>
      pair(
        `${words.tier.replace('{{tier}}', String(line.tier))} ${formatCubicMetres(line.litres)} × ${formatYuan(fen(line.priceFenPerM3))}`,
        formatYuan(fen(line.amountFen)),
      ),
    ),
    NAME_AND_VALUE,
    pair(say(words.volume), `${formatCubicMetres(content.litres)} ${say(words.unit)}`),
    ...unless('vat', pair(words.net, formatYuan(netFen)), pair(words.vat, formatYuan(vatFen))),
    '-',
    `^^${words.total} | ^^${text(yuan(content.amountFen))}`,
    ...unless('capital', ...capitals(content.amountFen, words)),
    ...moneyHanded(content, words),
    '-',
    ...parts.fields,
    pair(words.clerk, `${content.clerkName} ${content.clerkNo}`),
    pair(words.counter, `${branch.branchNo}-${content.counterId}`),
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
 * template and its mark; it need not exist. `language` is the branch's; a template may say another.
 */
export function createReceipts(folder = '', language: () => WordLanguage = () => 'zh-CN'): Receipts {
  const ofCompany = () => receiptTemplateIn(folder, language());

  function dress(markup: string, template: ReceiptTemplate, of: 'original' | 'reprint'): string {
    const picture = template.logo === '' ? null : pictureBeside(folder, template.logo);
    const logo = picture === null ? '' : `${WHOLE_LINE}\n{image:${Buffer.from(picture).toString('base64')}}\n`;
    const copies = of === 'reprint' ? template.copies.slice(0, 1) : template.copies;
    // The mark and the cut between copies are the only markup that no text of a customer is near.
    return copies.map((copy) => `${logo}${template.copies.length > 1 ? named(markup, copy) : markup}`).join('\n=\n');
  }

  return {
    words: () => RECEIPT_WORDS[ofCompany().language],
    markup: (content) => topup(content, ofCompany()),
    slip: (content) => slip(content, ofCompany()),
    invoiceForm,
    reprintMarkup: (original, copyNo) =>
      `"^^^${RECEIPT_WORDS[ofCompany().language].reprint.replace('{{count}}', String(copyNo))}\n${original}`,
    testPage,
    dressed(markup, of) {
      const { template, warning } = ofCompany();
      return { markup: dress(markup, template, of), warning };
    },
    sample({ text: json, kind }) {
      const read = readReceiptTemplate(json, (file) => pictureBeside(folder, file));
      if (!isReceiptTemplate(read)) throw new Fault('TEMPLATE_INVALID', { ...read });
      const form = { template: read, language: read.language ?? language() };
      const markup = kind === 'topup' ? topup(SAMPLE_TOPUP, form) : slip({ ...SAMPLE_SLIP, kind }, form);
      return { markup: dress(markup, read, 'original'), copies: read.copies.length };
    },
    svg: (document, columns) => receiptline.transform(document, { cpl: columns, encoding: 'gb18030', command: 'svg', spacing: true }),
  };
}
