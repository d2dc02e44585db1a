// Meanings in several languages: how they are said and joined, that the kit has words for all of its own, and that every driver speaks Chinese.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saidIn } from './conformance/words.ts';
import { inWords, meaningSchema, placesOf, say, sayAll, wordsSchema } from './meaning.ts';
import { KIT_WORDS, wordsIn } from './words.ts';

const WORDS = wordsSchema.parse({
  'reads {count} bytes of {what}': { 'zh-CN': '从{what}读 {count} 字节' },
  'main memory': { 'zh-CN': '主存储区', 'zh-TW': '主儲存區' },
});
const READS = say('reads {count} bytes of {what}', { count: 4, what: say('main memory') });

describe('a meaning', () => {
  it('is English by itself, and in a language as far as there are words', () => {
    expect(inWords(READS)).toBe('reads 4 bytes of main memory');
    expect(`${READS}`).toBe(inWords(READS));
    expect(inWords(READS, wordsIn('zh-CN', WORDS))).toBe('从主存储区读 4 字节');
    expect(inWords(READS, wordsIn('zh-TW', WORDS))).toBe('reads 4 bytes of 主儲存區');
    expect(inWords(READS, wordsIn('en', WORDS))).toBe(inWords(READS));
  });

  it('is joined as each language joins, and is no list where it is one', () => {
    const both = sayAll([READS, say('no paper')]);
    expect(inWords(both)).toBe('reads 4 bytes of main memory, no paper');
    expect(inWords(both, wordsIn('zh-CN', WORDS))).toBe('从主存储区读 4 字节，无纸');
    expect(sayAll([READS])).toBe(READS);
    expect(inWords(sayAll([both, READS], '; '), wordsIn('zh-TW'))).toContain('；');
  });

  it('puts values in as they are: what looks like a place or a template in them is neither', () => {
    const named = say('identification {text}', { text: '{text} main memory' });
    expect(inWords(named, wordsIn('zh-CN', WORDS))).toBe('identification {text} main memory');
    expect(inWords('constructor {toString}', wordsIn('zh-CN', WORDS))).toBe('constructor {toString}');
  });

  it('leaves its process as plain data, a bare string too, and nothing deeper than eight', () => {
    const sent: unknown = structuredClone(sayAll([READS, READS], '; '));
    expect(inWords(meaningSchema.parse(sent), wordsIn('zh-CN', WORDS))).toBe('从主存储区读 4 字节；从主存储区读 4 字节');
    expect(inWords(meaningSchema.parse('bad-sum'), wordsIn('zh-CN'))).toBe('校验错误');
    let deep = say('end');
    for (let depth = 1; depth < 8; depth += 1) deep = say('{next}', { next: deep });
    expect(meaningSchema.safeParse(structuredClone(deep)).success).toBe(true);
    expect(meaningSchema.safeParse(structuredClone(say('{next}', { next: deep }))).success).toBe(false);
  });

  it('has words with the places of its template, or they are refused', () => {
    const wrong = { 'reads {count} bytes': { 'zh-CN': '读 {cuont} 字节' } };
    expect(wordsSchema.safeParse(wrong).error?.issues[0]?.path).toEqual(['reads {count} bytes', 'zh-CN']);
    expect(placesOf('{b} of {a}, {b}')).toEqual(['a', 'b', 'b']);
  });
});

describe('the words of the kit', () => {
  const said = new Set([...saidIn(import.meta.dirname), 'bad-sum', 'short', ', ', '; ']);

  it('are there for all that it says, in both languages and with the same places, and for nothing else', () => {
    expect(wordsSchema.safeParse(KIT_WORDS).success).toBe(true);
    expect(Object.keys(KIT_WORDS).sort()).toEqual([...said].sort());
    for (const [template, words] of Object.entries(KIT_WORDS)) expect(Object.keys(words).sort(), template).toEqual(['zh-CN', 'zh-TW']);
  });
});

describe('every driver of the program', () => {
  const root = join(import.meta.dirname, '..');
  const manifests = globSync('{*,kit/templates/*}/manifest.json', { cwd: root }).map((file) => join(root, file));
  const drivers = manifests.filter((file) => JSON.parse(readFileSync(file, 'utf8')).kind === 'driver').map((file) => dirname(file));

  it('was found', () => {
    expect(drivers.length).toBeGreaterThan(20);
  });

  // That it has the words, its own conformance suite says.
  it.each(drivers.map((folder) => [basename(folder), folder]))('%s speaks both kinds of Chinese', (_, folder) => {
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).languages).toEqual(['zh-CN', 'zh-TW', 'en']);
    expect(readFileSync(join(folder, 'conformance.test.ts'), 'utf8')).toMatch(/transcriptConformance\(|wordsConformance\(/);
  });
});
