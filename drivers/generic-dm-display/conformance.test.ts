// The DM-D driver keeps what every customer display's driver keeps.
import { customerDisplayConformance } from '../kit/conformance/customer-display.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
customerDisplayConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
