// Driver of the vendor-model satisfaction keypad: the bytes are here, the questions in the kit.
import { type DriverContext, defineDriver, Fault, integerOption, type KeypadProtocol, openKeypad } from '../../index.ts';
import { createFramer, decodeMessage, describeFrame, encodeCommand, MAX_NUMBER } from './frames.ts';

const MAX_KEYS = 5;

function protocolOf(options: DriverContext['options']): KeypadProtocol {
  const keys = integerOption(options, 'keys', { min: 3 });
  if (keys > MAX_KEYS) throw new Fault('SETTINGS_INVALID', { field: 'options.keys', reason: String(keys) });
  return {
    keys,
    maxNumber: MAX_NUMBER,
    framer: createFramer(),
    encode: encodeCommand,
    decode: decodeMessage,
    describe: describeFrame,
  };
}

export default defineDriver({ open: async (context) => openKeypad(context, protocolOf(context.options)) });
