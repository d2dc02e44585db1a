// The vendor-model driver keeps what every satisfaction keypad's driver keeps.
import { satisfactionKeypadConformance } from '../../conformance/satisfaction-keypad.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
satisfactionKeypadConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
