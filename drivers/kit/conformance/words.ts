// Conformance of words: what a driver tells the trace can be read in every language that its manifest names.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../manifest.ts';
import { inWords, type Meaning, meaningSchema, type Words, wordsSchema } from '../meaning.ts';
import { wordsIn } from '../words.ts';

export interface WordsUnderTest {
  /** The driver's folder; its words lie in `words.json`. */
  readonly folder: string;
  readonly manifest: unknown;
}

/** Returns the templates that the modules of a folder say, as they stand in `say('…')`. */
export function saidIn(folder: string): ReadonlySet<string> {
  const modules = globSync('*.ts', { cwd: folder }).filter((name) => !name.endsWith('.test.ts'));
  return new Set(
    modules.flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/\bsay\(\s*(['"`])(.+?)\1/g)].map(([, , template = '']) => template),
    ),
  );
}

/** Returns the languages of the manifest that need words: English is in the templates. */
function languagesOf(manifest: unknown): readonly string[] {
  const parsed = manifestSchema.parse(manifest);
  return parsed.kind === 'driver' ? parsed.languages.filter((language) => language !== 'en') : [];
}

function wordsOf(folder: string): Words {
  const file = join(folder, 'words.json');
  return wordsSchema.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
}

/** Requires that a meaning can leave its process and has words in each of the manifest's languages. */
export function expectWords({ folder, manifest }: WordsUnderTest, meaning: Meaning): void {
  expect(() => meaningSchema.parse(meaning)).not.toThrow();
  for (const language of languagesOf(manifest)) {
    const wordsFor = wordsIn(language, wordsOf(folder));
    const missing: string[] = [];
    inWords(meaning, (template) => {
      if (wordsFor(template) === undefined) missing.push(template);
      return undefined;
    });
    expect(missing, `without words in ${language}: words.json`).toEqual([]);
  }
}

/** Declares the tests of a driver's words; the suite of its transcripts does it for those that have any. */
export function wordsConformance({ folder, manifest }: WordsUnderTest): void {
  const { id } = manifestSchema.parse(manifest);
  describe(`${id} and its words`, () => {
    test('all that it says can be said in each of its languages', () => {
      const said = [...saidIn(folder)];
      for (const language of languagesOf(manifest)) {
        const wordsFor = wordsIn(language, wordsOf(folder));
        expect(
          said.filter((template) => wordsFor(template) === undefined),
          language,
        ).toEqual([]);
      }
    });

    test('no words are left of what it says no more', () => {
      const said = saidIn(folder);
      expect(Object.keys(wordsOf(folder)).filter((template) => !said.has(template))).toEqual([]);
    });
  });
}
