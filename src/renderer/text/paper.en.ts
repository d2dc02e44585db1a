// Paper in A4 in English.
import type { paperZhCN } from './paper.zh-CN.ts';

export const paperEn: typeof paperZhCN = {
  title: 'Paper',
  form: 'Print the form',
  print: 'Print',
  save: 'Save as a file',
  page: 'Page {{page}} of {{pages}}',
  copies_one: 'Print {{count}} copy',
  copies_other: 'Print {{count}} copies',
  template: "The company's template is wrong; the built-in one was used",
  missing: 'No font has these characters; a box stands for each:',
  statement: 'Statement',
  opening: 'Form of the opening',
  from: 'From',
  until: 'Until',
  show: 'Preview the statement',
};
