// The shell's own sentences: the right language for a locale.
import { expect, it } from 'vitest';
import { failureSentence } from './sentences.ts';

it('speaks simplified and traditional Chinese and English', () => {
  expect(failureSentence('in-use', 'zh-CN')).toContain('数据目录');
  expect(failureSentence('in-use', 'zh')).toContain('数据目录');
  expect(failureSentence('in-use', 'zh-TW')).toContain('資料目錄');
  expect(failureSentence('in-use', 'zh-Hant-HK')).toContain('資料目錄');
  expect(failureSentence('in-use', 'en-GB')).toContain('data folder');
  expect(failureSentence('in-use', 'de')).toContain('data folder');
  expect(failureSentence('not-saved', 'zh-TW')).toContain('再存一次');
});
