// Texts: every language complete, every fault worded, every placeholder the same everywhere.
import { describe, expect, it } from 'vitest';
import { FAULT_CODES } from '../../shared/domain/fault.ts';
import { type TextTree, withPowerTexts } from './commodity.ts';
import { LANGUAGES, problemWords, rememberedLanguage, TEXTS } from './index.ts';

function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('fault wording', () => {
  for (const language of LANGUAGES) {
    it(`says what happened and what to do next for every code in ${language}`, () => {
      for (const code of FAULT_CODES) {
        const words = problemWords(language, { code, context: {} });
        expect(words.title, code).not.toBe('');
        expect(words.next, code).not.toBe('');
        expect(words.title + words.next, code).not.toContain('{{');
      }
      const titles = FAULT_CODES.map((code) => TEXTS[language].faults[code].title);
      expect(new Set(titles).size).toBe(titles.length);
    });
  }

  it('shows a detail only when its values are known, with money and volume for people', () => {
    expect(problemWords('en', { code: 'PRICE_CHANGED', context: {} }).detail).toBe('');
    expect(problemWords('en', { code: 'PRICE_CHANGED', context: { nowFen: 123456 } }).detail).toBe('Due now: ¥1,234.56');
    expect(problemWords('zh-CN', { code: 'CARD_STILL_LOADED', context: { litres: 32500 } }).detail).toBe('卡上尚有 32.5 m³');
    expect(problemWords('zh-CN', { code: 'SIGN_IN_LOCKED', context: { seconds: 42 } }).detail).toBe('请在 42 秒后再试。');
  });

  it.each(LANGUAGES)('names money in yuan, for that is what its figures become, in %s', (language) => {
    const details = leaves(TEXTS[language].faults).filter(([, text]) => /\{\{\w+Fen\}\}/.test(text));
    expect(details.length).toBeGreaterThan(5);
    for (const [code, text] of details) expect(text.replaceAll(/¥\{\{\w+Fen\}\}(?! *(?:fen|分|元))/g, ''), code).not.toMatch(/Fen\}\}/);
  });

  it.each(LANGUAGES)('sends nobody to a USB cable for a device on the network, in %s', (language) => {
    const words = problemWords(language, { code: 'PORT_MISSING', context: { host: '192.0.2.7', port: 9100, reason: 'ECONNREFUSED' } });
    expect(words.detail).toContain('192.0.2.7:9100');
    expect(words.next).not.toContain('USB');
    expect(problemWords(language, { code: 'PORT_MISSING', context: { path: 'COM3' } }).next).toContain('USB');
  });

  it('reads a code it does not know as an internal fault', () => {
    expect(problemWords('en', { code: 'MADE_UP', context: {} }).title).toBe(TEXTS.en.faults.INTERNAL.title);
  });
});

describe('languages', () => {
  it('have the same keys, none empty, with the same placeholders', () => {
    const base = leaves(TEXTS['zh-CN']);
    for (const language of LANGUAGES) {
      const other = new Map(leaves(TEXTS[language]));
      expect([...other.keys()].sort()).toEqual(base.map(([key]) => key).sort());
      for (const [key, text] of base) {
        if (!key.endsWith('.detail') || text !== '') expect(other.get(key), `${language} ${key}`).not.toBe('');
        // A singular may say "once" instead of the figure.
        const needed = key.endsWith('_one') ? [] : placeholders(text);
        expect(placeholders(other.get(key) ?? ''), `${language} ${key}`).toEqual(expect.arrayContaining(needed));
        expect(placeholders(text), `${language} ${key}`).toEqual(expect.arrayContaining(placeholders(other.get(key) ?? '')));
      }
    }
  });

  it('leave no English sentence in the Chinese ones', () => {
    const allowed = /^(Alt|Enter|IC|USB|m³|JSON|JPEG|PNG|KB|kWh)$/;
    for (const language of ['zh-CN', 'zh-TW'] as const) {
      for (const [key, text] of leaves(TEXTS[language])) {
        const latin = text.replace(/\{\{\w+\}\}/g, '').match(/[A-Za-z][A-Za-z³]*/g) ?? [];
        expect(
          latin.filter((word) => !allowed.test(word)),
          `${language} ${key}`,
        ).toEqual([]);
      }
    }
  });

  it('leave no simplified character in Traditional Chinese and no Chinese in English', () => {
    for (const [key, text] of leaves(TEXTS.en)) expect(/[㐀-鿿]/.test(text), key).toBe(false);
    for (const [key, text] of leaves(TEXTS['zh-TW']))
      expect(/[这为写读头尔气时间设备账归电话单数据仅]/.test(text), `${key} ${text}`).toBe(false);
  });

  it('have for power what differs from gas, with nothing of gas left in it and the same placeholders', () => {
    const gas = { 'zh-CN': /气|立方米|m³|升/, 'zh-TW': /氣|瓦斯|立方公尺|m³|公升/, en: /\bgas\b|m³|litre|cubic/i };
    for (const language of LANGUAGES) {
      const base = new Map(leaves(TEXTS[language]));
      const power = leaves(withPowerTexts(TEXTS[language] as unknown as TextTree, language)).filter(([key]) => !base.has(key));
      expect(power.length).toBeGreaterThan(50);
      for (const [key, text] of power) {
        expect(gas[language].test(text.replace(/{{\w+}}/g, '')), `${language} ${key}: ${text}`).toBe(false);
        expect(placeholders(text), key).toEqual(placeholders(base.get(key.replace('_power', '')) ?? ''));
      }
    }
  });

  it('say a sentence of power by its own words', () => {
    const problem = { code: 'CARD_STILL_LOADED', context: { litres: 32_500 } };
    expect(problemWords('zh-CN', problem, 'power').detail).toBe('卡上尚有 32.5 kWh');
    expect(problemWords('zh-CN', problem, 'power').next).toBe('请客户先把卡插入电能表，读入后再来购电。');
    expect(problemWords('zh-TW', problem, 'power').title).toBe('卡上還有電量沒有輸入錶內');
    expect(problemWords('en', problem, 'power').title).toBe('The card still holds power the meter has not taken');
  });

  it('start with what was chosen last, else Simplified Chinese', () => {
    expect(rememberedLanguage({ getItem: () => 'en' })).toBe('en');
    expect(rememberedLanguage({ getItem: () => 'tlh' })).toBe('zh-CN');
    expect(rememberedLanguage({ getItem: () => null })).toBe('zh-CN');
  });
});
