// Conformance of transcripts: the driver still says and understands what stands in the recordings in its folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/shared/domain/card-image.ts';
import { manifestSchema } from '../manifest.ts';
import type { Meaning } from '../meaning.ts';
import { NEW_PSC, PSC } from '../testing/card.ts';
import { type RecordedDriver, recordScenario, replayScenario } from '../testing/recording.ts';
import { scenariosOf } from '../testing/scenarios.ts';
import { parseTranscript } from '../transcript.ts';
import { expectWords, wordsConformance } from './words.ts';

export interface TranscriptsUnderTest extends RecordedDriver {
  /** The driver's folder; its recordings lie in `transcripts`. */
  readonly folder: string;
}

/** Declares the tests of a driver's transcripts and of its words: call it in the driver's conformance.test.ts. `npm run transcripts` records them. */
export function transcriptConformance(underTest: TranscriptsUnderTest): void {
  const { id } = manifestSchema.parse(underTest.manifest);
  wordsConformance(underTest);
  const folder = join(underTest.folder, 'transcripts');
  const textOf = (name: string) => readFileSync(join(folder, `${name}.jsonl`), 'utf8');

  describe(`${id} and its transcripts`, () => {
    const scenarios = scenariosOf(underTest.simulator);

    test('each scene is recorded, and each recording can be read', () => {
      const names = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.jsonl$/, '')) : [];
      expect(names, `missing: npm run transcripts -- ${id}`).toEqual(expect.arrayContaining(scenarios.map(({ name }) => name)));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(parseTranscript(textOf(name)).header.driver, name).toBe(id);
    });

    test('no recording shows the secret of its card', () => {
      const secrets = [PSC, NEW_PSC].map((psc) => toHex(psc).toUpperCase());
      for (const { name } of scenarios) {
        const frames = parseTranscript(textOf(name)).frames.flatMap((frame) => (frame.direction === 'note' ? [] : [frame.hex]));
        for (const hex of frames)
          for (let at = 0; at < hex.length; at += 2) for (const secret of secrets) expect(hex.startsWith(secret, at), name).toBe(false);
      }
    });

    test('every frame says what it means', () => {
      for (const { name } of scenarios)
        for (const [index, frame] of parseTranscript(textOf(name)).frames.entries())
          expect(frame.note, `${name}, line ${index + 2}`).toBeTruthy();
    });

    test.each(scenarios)('$name: with the recording in place of the device the driver does the same', async (scenario) => {
      const { recorded, replayed, mismatch, unplayed } = await replayScenario(underTest, { scenario, text: textOf(scenario.name) });
      expect(mismatch).toBe(null);
      expect(replayed).toEqual(recorded);
      expect(unplayed).toEqual([]);
    });

    test.each(scenarios)('$name: recorded anew it is the same to the byte, and has words in every language', async (scenario) => {
      const meanings: Meaning[] = [];
      const recorded = await recordScenario(underTest, scenario, (meaning) => meanings.push(meaning));
      expect(recorded, `npm run transcripts -- ${id}`).toBe(textOf(scenario.name));
      for (const meaning of meanings) expectWords(underTest, meaning);
    });
  });
}
