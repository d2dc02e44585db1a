// What the papers of a closed day are called, at the counter and on headquarters' pages.

/** By language. */
export const DAY_PAPER_WORDS = {
  'zh-CN': {
    'daily-reconciliation': '日结对账表',
    'tender-list': '收款方式清单',
    'receipt-register': '收据发票登记簿',
    'card-register': '写卡登记簿',
    exceptions: '异常清单',
  },
  'zh-TW': {
    'daily-reconciliation': '日結對帳表',
    'tender-list': '收款方式清單',
    'receipt-register': '收據發票登記簿',
    'card-register': '寫卡登記簿',
    exceptions: '異常清單',
  },
  en: {
    'daily-reconciliation': 'Reconciliation',
    'tender-list': 'Tender list',
    'receipt-register': 'Receipts and invoices',
    'card-register': 'Card writes',
    exceptions: 'Exceptions',
  },
};
