// What may stand in a folder, and what may not.
import { expect, test } from 'vitest';
import { isPlainFileName } from './file-name.ts';

test.each(['a', 'readings-07.csv', '抄表册 3.csv', '.hidden', 'con-1.csv', 'COM', 'x'.repeat(200)])('"%s" is a plain name', (name) => {
  expect(isPlainFileName(name)).toBe(true);
});

test.each([
  '',
  '.',
  '..',
  'a/b',
  'a\\b',
  '../x',
  'c:x',
  'a*',
  'a?',
  'a\u0000b',
  'a\n',
  'a.',
  'a ',
  'NUL',
  'con.csv',
  'Com1.txt',
  'x'.repeat(201),
])('%j is none', (name) => {
  expect(isPlainFileName(name)).toBe(false);
});
