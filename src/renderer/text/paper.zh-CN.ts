// Paper in A4 in Simplified Chinese.
export const paperZhCN = {
  title: '单据',
  form: '打印申请表',
  print: '打印',
  save: '另存为文件',
  page: '第 {{page}} 页，共 {{pages}} 页',
  copies_one: '请打印 {{count}} 份',
  copies_other: '请打印 {{count}} 份',
  template: '公司模板有误，已改用内置模板',
  missing: '字体中没有这些字，纸上以方框表示：',
  statement: '对账单',
  opening: '开户申请表',
  from: '开始日期',
  until: '截止日期',
  show: '预览对账单',
};
