// The vendor-model driver keeps what every reading head's driver keeps.
import { readingHeadConformance } from '../../conformance/reading-head.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
readingHeadConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
