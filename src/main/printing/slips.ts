// Receipts for everything but a purchase of gas: payments, reversals, deposits and refunds.
import { fen, formatYuan } from '../../shared/domain/money.ts';
import { RECEIPT_WORDS, type ReceiptWords } from '../../shared/words/receipts.ts';
import type { SlipContent, SlipKind } from '../core/ports/printing.ts';
import { capitals, localTime, moneyHanded, NAME_AND_VALUE, pair, text, WHOLE_LINE, yuan } from './markup.ts';
import { receiptParts } from './receipt-parts.ts';
import type { ReceiptForm } from './templates/receipt-template.ts';

/** Name of the total by kind: it says which way the money went. */
const SLIP_TOTALS = {
  payment: 'received',
  'payment-reversal': 'returned',
  'topup-reversal': 'returned',
  deposit: 'received',
  'deposit-return': 'returned',
  'credit-refund': 'returned',
} as const satisfies Readonly<Record<SlipKind, keyof ReceiptWords>>;

// 13 columns hold ¥10,000,000.00; the names before them wrap on narrow paper.
const LINE_AND_AMOUNT = '{border:space; width:*,13}';

/** Returns the receipt in receiptline markup; every line fits paper of 32 and of 48 columns. */
export function slip(content: SlipContent, { template, language }: ReceiptForm): string {
  const words = RECEIPT_WORDS[language];
  const { branch, kind, commodity, accounts } = content;
  const [account = { accountNo: '', customerName: '' }] = accounts;
  const parts = receiptParts(template, { kind, commodity, language, head: content, account });
  return [
    WHOLE_LINE,
    ...parts.head,
    parts.title,
    '-',
    NAME_AND_VALUE,
    pair(words.receiptNo, content.receiptNo),
    pair(words.businessDate, branch.businessDate),
    pair(words.time, localTime(content.atMs)),
    '-',
    ...accounts.flatMap(({ accountNo, customerName, address }) => [
      pair(words.accountNo, accountNo),
      pair(words.customerName, customerName),
      ...(parts.omits('address') ? [] : [pair(words.address, address)]),
    ]),
    '-',
    LINE_AND_AMOUNT,
    ...content.lines.map(({ name, amountFen }) => pair(name, formatYuan(fen(amountFen)))),
    '-',
    NAME_AND_VALUE,
    `^^${words[SLIP_TOTALS[kind]]} | ^^${text(yuan(content.amountFen))}`,
    ...(parts.omits('capital') ? [] : capitals(content.amountFen, words)),
    ...moneyHanded(content, words),
    ...content.remarks.map(({ name, value }) => pair(name, value)),
    '-',
    ...parts.fields,
    pair(words.clerk, `${content.clerkName} ${content.clerkNo}`),
    pair(words.counter, `${branch.branchNo}-${content.counterId}`),
    WHOLE_LINE,
    '',
    `{code:${text(content.verification)}; option:qrcode,4,m}`,
    ...parts.foot,
  ].join('\n');
}
