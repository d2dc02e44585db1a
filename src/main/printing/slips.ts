// Receipts for everything but a purchase of gas: payments, reversals, deposits and refunds.
import { capitalYuan, fen, formatYuan } from '../../shared/domain/money.ts';
import { wordsFor } from '../../shared/words/commodity.ts';
import type { SlipContent, SlipKind } from '../core/ports/printing.ts';
import { localTime, moneyHanded, NAME_AND_VALUE, pair, text, WHOLE_LINE, yuan } from './markup.ts';

/** Title, name of the total and last line by kind. */
export const SLIP_WORDS: Readonly<Record<SlipKind, { readonly title: string; readonly total: string; readonly end: string }>> = {
  payment: { title: '缴费收据', total: '实收', end: '请妥善保管' },
  'payment-reversal': { title: '缴费冲正凭证', total: '退款', end: '原收据作废' },
  'topup-reversal': { title: '购气冲正凭证', total: '退款', end: '原收据作废' },
  deposit: { title: '押金收据', total: '实收', end: '退还押金时请出示本收据' },
  'deposit-return': { title: '押金退还凭证', total: '退款', end: '请当面点清' },
  'credit-refund': { title: '余额退款凭证', total: '退款', end: '请当面点清' },
};

// 13 columns hold ¥10,000,000.00; the names before them wrap on narrow paper.
const LINE_AND_AMOUNT = '{border:space; width:*,13}';

/** Returns the receipt in receiptline markup; every line fits paper of 32 and of 48 columns. */
export function slip(content: SlipContent): string {
  const { branch } = content;
  const words = SLIP_WORDS[content.kind];
  const title = wordsFor(content.commodity, 'zh-CN', words.title);
  return [
    WHOLE_LINE,
    `"${text(branch.name)}`,
    `^^^${title}`,
    '-',
    NAME_AND_VALUE,
    pair('收据号', content.receiptNo),
    pair('营业日期', branch.businessDate),
    pair('时间', localTime(content.atMs)),
    '-',
    ...content.accounts.flatMap(({ accountNo, customerName, address }) => [
      pair('户号', accountNo),
      pair('户名', customerName),
      pair('地址', address),
    ]),
    '-',
    LINE_AND_AMOUNT,
    ...content.lines.map(({ name, amountFen }) => pair(name, formatYuan(fen(amountFen)))),
    '-',
    NAME_AND_VALUE,
    `^^${words.total} | ^^${text(yuan(content.amountFen))}`,
    pair('大写', capitalYuan(fen(content.amountFen))),
    ...moneyHanded(content),
    ...content.remarks.map(({ name, value }) => pair(name, value)),
    '-',
    pair('收款员', `${content.clerkName} ${content.clerkNo}`),
    pair('柜台', `${branch.branchNo}-${content.counterId}`),
    WHOLE_LINE,
    '',
    `{code:${text(content.verification)}; option:qrcode,4,m}`,
    words.end,
  ].join('\n');
}
