// A handheld in its dock that speaks the real bytes on whatever line it is given.
import { createSimulatedHandheld, type SimulatorModule } from '../kit/index.ts';
import { readSettings } from './settings.ts';
import { receiveBatch, sendBatch } from './transfers.ts';

export const simulator: SimulatorModule = {
  variants: [{ blockBytes: 128 }, { protocol: 'xmodem' }, { protocol: 'xmodem', blockBytes: 128 }],
  createMeterDock({ timers, options }) {
    const basics = { timers, settings: readSettings(options), trace: () => {} };
    return createSimulatedHandheld({
      receive: (key) => receiveBatch({ ...basics, ...key }),
      send: (files, key) => sendBatch(files, { ...basics, ...key }),
    });
  },
};
