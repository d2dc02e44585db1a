// The vendor-model driver keeps what every card reader's driver keeps.
import { cardReaderConformance } from '../../conformance/card-reader.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import { decodeFrame, encodeFrame } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
cardReaderConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname, complete: (bytes) => encodeFrame(decodeFrame(bytes)) });
