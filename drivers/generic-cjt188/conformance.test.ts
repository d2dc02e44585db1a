// The CJ/T 188 driver keeps what every reading head's driver keeps, with the data identifier in either order.
import { readingHeadConformance } from '../kit/conformance/reading-head.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
for (const identifierOrder of ['high-first', 'low-first']) readingHeadConformance({ ...underTest, options: { identifierOrder } });
transcriptConformance({ ...underTest, folder: import.meta.dirname });
