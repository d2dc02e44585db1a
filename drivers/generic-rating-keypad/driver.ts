// Driver of serial satisfaction keypads: the bytes are here, the questions in the kit.
import { createScanFramer, type DriverContext, defineDriver, type KeypadProtocol, openKeypad } from '../kit/index.ts';
import { decodeMessage, describeMessage, encodeMessage, frameFormat, keyOf, keypadBytesOf } from './frames.ts';

function protocolOf(options: DriverContext['options']): KeypadProtocol {
  const bytes = keypadBytesOf(options);
  return {
    keys: bytes.keys,
    maxNumber: 255,
    framer: createScanFramer(frameFormat(bytes)),
    encode: (command, number) => encodeMessage({ number, code: bytes[command] }, bytes),
    decode(frame) {
      const { number, code } = decodeMessage(frame);
      const key = keyOf(code, bytes);
      return { number, says: key !== null ? { key } : code === bytes.ack ? 'ack' : null };
    },
    describe: (frame) => describeMessage(frame, bytes),
  };
}

export default defineDriver({ open: async (context) => openKeypad(context, protocolOf(context.options)) });
