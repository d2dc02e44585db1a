// A satisfaction keypad as a device, with this driver's bytes.
import { createScanFramer, createSimulatedKeypad, type KeypadCommand, type SimulatorModule } from '../kit/index.ts';
import { decodeMessage, encodeMessage, frameFormat, keypadBytesOf } from './frames.ts';

const COMMANDS: readonly KeypadCommand[] = ['ask', 'withdraw', 'probe'];

export const simulator: SimulatorModule = {
  createSatisfactionKeypad({ options }) {
    const bytes = keypadBytesOf(options);
    return createSimulatedKeypad({
      createFramer: () => createScanFramer(frameFormat(bytes)),
      commandOf(frame) {
        const { number, code } = decodeMessage(frame);
        const command = COMMANDS.find((name) => bytes[name] === code);
        return command ? { command, number } : null;
      },
      encodeAck: (number) => encodeMessage({ number, code: bytes.ack }, bytes),
      encodeKey: ({ number, key }) => encodeMessage({ number, code: bytes.firstKey + key - 1 }, bytes),
    });
  },
};
