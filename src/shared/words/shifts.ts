// What happens to a drawer, by its names, on screen and on paper.

export const shiftsZhCN = {
  why: {
    sale: '收款',
    refund: '退款',
    'paid-in': '存入',
    'paid-out': '支出',
    drop: '入保险柜',
    count: '点款',
    change: '换零钱',
    'no-sale': '无业务',
    test: '设备测试',
  },
  movement: { 'paid-in': '存入', 'paid-out': '支出', dropped: '入保险柜' },
  tender: { cash: '现金', 'bank-card': '银行卡', wallet: '电子钱包' },
  business: {
    'topup.paid': '购气（电）',
    'topup.refunded': '购气（电）退款',
    'topup.reversed': '购气（电）冲正',
    'payment.taken': '缴费',
    'payment.reversed': '缴费冲正',
    'deposit.taken': '收押金',
    'deposit.returned': '退押金',
    'credit.refunded': '退余额',
  },
  opening: '开钱箱：{{why}}',
  result: { right: '账款相符', over: '长款 {{amount}}', short: '短款 {{amount}}' },
};
export type ShiftWords = typeof shiftsZhCN;

export const shiftsZhTW: ShiftWords = {
  why: {
    sale: '收款',
    refund: '退款',
    'paid-in': '存入',
    'paid-out': '支出',
    drop: '入保險櫃',
    count: '點款',
    change: '換零錢',
    'no-sale': '無業務',
    test: '設備測試',
  },
  movement: { 'paid-in': '存入', 'paid-out': '支出', dropped: '入保險櫃' },
  tender: { cash: '現金', 'bank-card': '銀行卡', wallet: '電子錢包' },
  business: {
    'topup.paid': '購氣（電）',
    'topup.refunded': '購氣（電）退款',
    'topup.reversed': '購氣（電）沖正',
    'payment.taken': '繳費',
    'payment.reversed': '繳費沖正',
    'deposit.taken': '收押金',
    'deposit.returned': '退押金',
    'credit.refunded': '退餘額',
  },
  opening: '開錢箱：{{why}}',
  result: { right: '帳款相符', over: '長款 {{amount}}', short: '短款 {{amount}}' },
};

export const shiftsEn: ShiftWords = {
  why: {
    sale: 'sale',
    refund: 'refund',
    'paid-in': 'cash in',
    'paid-out': 'cash out',
    drop: 'drop to the safe',
    count: 'count',
    change: 'change',
    'no-sale': 'no sale',
    test: 'device test',
  },
  movement: { 'paid-in': 'Cash in', 'paid-out': 'Cash out', dropped: 'Drop to the safe' },
  tender: { cash: 'Cash', 'bank-card': 'Bank card', wallet: 'Wallet' },
  business: {
    'topup.paid': 'Top-up',
    'topup.refunded': 'Top-up refunded',
    'topup.reversed': 'Top-up reversed',
    'payment.taken': 'Payment',
    'payment.reversed': 'Payment reversed',
    'deposit.taken': 'Deposit taken',
    'deposit.returned': 'Deposit returned',
    'credit.refunded': 'Credit paid out',
  },
  opening: 'Drawer opened: {{why}}',
  result: { right: 'The cash is right', over: 'Over by {{amount}}', short: 'Short by {{amount}}' },
};
