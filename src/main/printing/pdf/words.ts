// The words that every paper of a language shares.
import type { PaperLanguage } from '../../core/ports/paper.ts';

export interface PaperWords {
  readonly row: string;
  readonly total: string;
  readonly carriedForward: string;
  readonly broughtForward: string;
  readonly nothing: string;
  readonly signedOn: string;
  page(page: number, pages: number): string;
  reprint(copyNo: number): string;
}

export const PAPER_WORDS: Readonly<Record<PaperLanguage, PaperWords>> = {
  'zh-CN': {
    row: '序号',
    total: '合计',
    carriedForward: '过次页',
    broughtForward: '承前页',
    nothing: '（无）',
    signedOn: '日期：',
    page: (page, pages) => `第 ${page} 页 共 ${pages} 页`,
    reprint: (copyNo) => `补打 ${copyNo}`,
  },
  'zh-TW': {
    row: '序號',
    total: '合計',
    carriedForward: '過次頁',
    broughtForward: '承前頁',
    nothing: '（無）',
    signedOn: '日期：',
    page: (page, pages) => `第 ${page} 頁 共 ${pages} 頁`,
    reprint: (copyNo) => `補印 ${copyNo}`,
  },
  en: {
    row: 'No.',
    total: 'Total',
    carriedForward: 'Carried forward',
    broughtForward: 'Brought forward',
    nothing: '(none)',
    signedOn: 'Date:',
    page: (page, pages) => `Page ${page} of ${pages}`,
    reprint: (copyNo) => `Reprint ${copyNo}`,
  },
};
