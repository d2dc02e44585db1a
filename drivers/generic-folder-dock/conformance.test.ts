// The folder dock's driver keeps what every dock's driver keeps.
import { meterDockConformance } from '../kit/conformance/meter-dock.ts';
import { wordsConformance } from '../kit/conformance/words.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

meterDockConformance({
  driver,
  manifest,
  simulator,
  outgoingName: (name) => (name.includes('/') ? name : `book-${name}`),
  incomingName: (name) => `readings-${name}`,
});
wordsConformance({ folder: import.meta.dirname, manifest });
