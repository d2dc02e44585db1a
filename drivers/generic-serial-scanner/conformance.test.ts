// The serial scanner driver keeps what every driver of its kind keeps.
import { scannerConformance } from '../kit/conformance/scanner.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
scannerConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
