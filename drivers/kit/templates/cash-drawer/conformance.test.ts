// The vendor-model driver keeps what every cash drawer's driver keeps.
import { cashDrawerConformance } from '../../conformance/cash-drawer.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
cashDrawerConformance({ ...underTest, answers: true });
transcriptConformance({ ...underTest, folder: import.meta.dirname });
