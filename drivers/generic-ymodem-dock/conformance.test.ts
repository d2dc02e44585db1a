// The dock driver keeps what every driver of its kind keeps.
import { meterDockConformance } from '../kit/conformance/meter-dock.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
transcriptConformance({ ...underTest, folder: import.meta.dirname });
meterDockConformance(underTest);
meterDockConformance({ ...underTest, options: { protocol: 'xmodem' }, single: true });
