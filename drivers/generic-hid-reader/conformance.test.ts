// The HID reader's driver keeps what every card reader's driver keeps.
import { cardReaderConformance } from '../kit/conformance/card-reader.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

cardReaderConformance({ driver, manifest, simulator });
