// The vendor-model keypad as a device.
import { createSimulatedKeypad, type SimulatorModule } from '../../index.ts';
import { commandOf, createFramer, encodeAck, encodeKey } from './frames.ts';

export const simulator: SimulatorModule = {
  createSatisfactionKeypad: () => createSimulatedKeypad({ createFramer, commandOf, encodeAck, encodeKey }),
};
