// The vendor-model driver keeps what every scanner's driver keeps.
import { scannerConformance } from '../../conformance/scanner.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
scannerConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
