// The PC/SC driver keeps what every card reader's driver keeps.
import { cardReaderConformance } from '../kit/conformance/card-reader.ts';
import { chipReaderConformance } from '../kit/conformance/chip-reader.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

cardReaderConformance({ driver, manifest, simulator });
chipReaderConformance({ driver, manifest, simulator }, ['sle4442', 'eeprom', 'mifare', 'cpu']);
// The last byte of a message is the exclusive or of all before it.
transcriptConformance({
  driver,
  manifest,
  simulator,
  folder: import.meta.dirname,
  complete: (bytes) =>
    bytes.with(
      -1,
      bytes.slice(0, -1).reduce((xor, byte) => xor ^ byte, 0),
    ),
});
