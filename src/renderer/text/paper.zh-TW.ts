// Paper in A4 in Traditional Chinese.
import type { paperZhCN } from './paper.zh-CN.ts';

export const paperZhTW: typeof paperZhCN = {
  title: '單據',
  form: '列印申請表',
  print: '列印',
  save: '另存為檔案',
  page: '第 {{page}} 頁，共 {{pages}} 頁',
  copies_one: '請列印 {{count}} 份',
  copies_other: '請列印 {{count}} 份',
  template: '公司範本有誤，已改用內建範本',
  missing: '字型中沒有這些字，紙上以方框表示：',
  statement: '對帳單',
  opening: '開戶申請表',
  from: '開始日期',
  until: '截止日期',
  show: '預覽對帳單',
};
