// The IEC 62056-21 driver keeps what every reading head's driver keeps.
import { readingHeadConformance } from '../kit/conformance/reading-head.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
readingHeadConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
