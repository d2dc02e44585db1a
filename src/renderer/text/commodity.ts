// The texts of power beside those of gas: each text that differs has a second one under its key with `_power`, as i18next looks for it by context.
import { type WordLanguage, wordsFor } from '../../shared/words/commodity.ts';

const PLURAL = /_(zero|one|two|few|many|other)$/;

export interface TextTree {
  readonly [key: string]: string | TextTree;
}

/** Returns the texts with those of power added. The plural's ending stays last. */
export function withPowerTexts(texts: TextTree, language: WordLanguage): TextTree {
  const pairs = Object.entries(texts).flatMap(([key, value]): [string, string | TextTree][] => {
    // The names of the two are said of either.
    if (key === 'commodity') return [[key, value]];
    if (typeof value !== 'string') return [[key, withPowerTexts(value, language)]];
    const power = wordsFor('power', language, value);
    if (power === value) return [[key, value]];
    const [plural = ''] = PLURAL.exec(key) ?? [];
    return [
      [key, value],
      [`${key.slice(0, key.length - plural.length)}_power${plural}`, power],
    ];
  });
  return Object.fromEntries(pairs);
}
