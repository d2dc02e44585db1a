// The vendor-model handheld in its dock.
import { accountReceiving, accountSending, createSimulatedHandheld, type SimulatorModule } from '../../index.ts';
import { readSettings, receiveFiles, sendFiles } from './transfer.ts';

export const simulator: SimulatorModule = {
  createMeterDock({ timers, options }) {
    const basics = { timers, settings: readSettings(options), trace: () => {} };
    return createSimulatedHandheld({
      receive: (key) => accountReceiving({ control: key.control, transfer: (notes) => receiveFiles(notes, { ...basics, ...key }) }),
      send: (files, key) =>
        accountSending(files, { control: key.control, transfer: (due, notes) => sendFiles(due, notes, { ...basics, ...key }) }),
    });
  },
};
