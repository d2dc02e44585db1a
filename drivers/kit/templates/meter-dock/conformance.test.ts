// The vendor-model driver keeps what every dock's driver keeps.
import { meterDockConformance } from '../../conformance/meter-dock.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
transcriptConformance({ ...underTest, folder: import.meta.dirname });
meterDockConformance(underTest);
