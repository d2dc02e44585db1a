// The rating keypad driver keeps what every driver of its kind keeps.
import { satisfactionKeypadConformance } from '../kit/conformance/satisfaction-keypad.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
satisfactionKeypadConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
