// The trade's libraries through the suite of their contract: what the driver hands on is what the library does.
import { gasCardLibraryConformance } from '../kit/conformance/gas-card-library.ts';
import { wordsConformance } from '../kit/conformance/words.ts';
import { createGasCardSimulator } from '../kit/testing/gas-card.ts';
import { createManualTimers } from '../kit/testing/timers.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };

const transport = { write: async () => {}, onData: () => () => {}, onLost: () => () => {}, close: async () => {} };

gasCardLibraryConformance({
  name: manifest.id,
  async open() {
    const { library, card } = createGasCardSimulator();
    const { options } = manifest;
    const device = await driver.open({ transport, library, timers: createManualTimers(), options, trace: () => {} });
    if (device.chipReader?.tradeDll === undefined) throw new Error('no library');
    return { library: device.chipReader.tradeDll, put: (next) => Object.assign(card, next), card: () => card };
  },
});
wordsConformance({ folder: import.meta.dirname, manifest });
