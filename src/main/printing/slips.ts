// Receipts for everything but a purchase of gas: payments, reversals, deposits and refunds.
import { capitalYuan, fen, formatYuan } from '../../shared/domain/money.ts';
import type { SlipContent, SlipKind } from '../core/ports/printing.ts';
import { localTime, moneyHanded, NAME_AND_VALUE, pair, text, WHOLE_LINE, yuan } from './markup.ts';
import { receiptParts } from './receipt-parts.ts';
import type { ReceiptTemplate } from './templates/receipt-template.ts';

/** Name of the total by kind: it says which way the money went. */
export const SLIP_TOTALS: Readonly<Record<SlipKind, string>> = {
  payment: '实收',
  'payment-reversal': '退款',
  'topup-reversal': '退款',
  deposit: '实收',
  'deposit-return': '退款',
  'credit-refund': '退款',
};

// 13 columns hold ¥10,000,000.00; the names before them wrap on narrow paper.
const LINE_AND_AMOUNT = '{border:space; width:*,13}';

/** Returns the receipt in receiptline markup; every line fits paper of 32 and of 48 columns. */
export function slip(content: SlipContent, template: ReceiptTemplate): string {
  const { branch, kind, commodity, accounts } = content;
  const [account = { accountNo: '', customerName: '' }] = accounts;
  const parts = receiptParts(template, { kind, commodity, head: content, account });
  return [
    WHOLE_LINE,
    ...parts.head,
    parts.title,
    '-',
    NAME_AND_VALUE,
    pair('收据号', content.receiptNo),
    pair('营业日期', branch.businessDate),
    pair('时间', localTime(content.atMs)),
    '-',
    ...accounts.flatMap(({ accountNo, customerName, address }) => [
      pair('户号', accountNo),
      pair('户名', customerName),
      ...(parts.omits('address') ? [] : [pair('地址', address)]),
    ]),
    '-',
    LINE_AND_AMOUNT,
    ...content.lines.map(({ name, amountFen }) => pair(name, formatYuan(fen(amountFen)))),
    '-',
    NAME_AND_VALUE,
    `^^${SLIP_TOTALS[kind]} | ^^${text(yuan(content.amountFen))}`,
    ...(parts.omits('capital') ? [] : [pair('大写', capitalYuan(fen(content.amountFen)))]),
    ...moneyHanded(content),
    ...content.remarks.map(({ name, value }) => pair(name, value)),
    '-',
    ...parts.fields,
    pair('收款员', `${content.clerkName} ${content.clerkNo}`),
    pair('柜台', `${branch.branchNo}-${content.counterId}`),
    WHOLE_LINE,
    '',
    `{code:${text(content.verification)}; option:qrcode,4,m}`,
    ...parts.foot,
  ].join('\n');
}
