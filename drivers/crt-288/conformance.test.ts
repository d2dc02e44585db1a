// The insert reader's driver keeps what every card reader's driver keeps.
import { cardReaderConformance } from '../kit/conformance/card-reader.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
cardReaderConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname, complete: simulator.complete });
