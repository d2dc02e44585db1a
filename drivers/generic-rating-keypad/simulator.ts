// A satisfaction keypad as a device: lit while it is asked, one press per question.
import { createScanFramer, type SimulatorModule, type Transport } from '../kit/index.ts';
import { decodeMessage, encodeMessage, frameFormat, type KeypadMessage, keypadBytesOf } from './frames.ts';

export const simulator: SimulatorModule = {
  createSatisfactionKeypad({ options }) {
    const bytes = keypadBytesOf(options);
    let line: Transport | null = null;
    let stopListening: () => void = () => {};
    let silent = false;
    /** The question heard last; `code` is the key it was answered with. */
    let question: { readonly number: number; readonly code: number | null } | null = null;

    function send(message: KeypadMessage): void {
      if (!silent) line?.write(encodeMessage(message, bytes)).catch(() => {});
    }

    function obey({ number, code }: KeypadMessage): void {
      if (silent || (code !== bytes.ask && code !== bytes.withdraw && code !== bytes.probe)) return;
      send({ number, code: bytes.ack });
      if (code === bytes.withdraw) question = null;
      if (code !== bytes.ask) return;
      if (question?.number !== number) question = { number, code: null };
      else if (question.code !== null) send({ number, code: question.code });
    }

    return {
      attach(transport) {
        stopListening();
        line = transport;
        const framer = createScanFramer(frameFormat(bytes));
        stopListening = transport.onData((chunk) => {
          for (const event of framer.push(chunk)) if (event.kind === 'frame') obey(decodeMessage(event.bytes));
        });
      },
      detach() {
        stopListening();
        line = null;
        question = null;
      },
      isAsking: () => question !== null && question.code === null,
      press(key) {
        const code = bytes.firstKey + key - 1;
        const number = question !== null && question.code === null ? question.number : 0;
        if (number !== 0) question = { number, code };
        send({ number, code });
      },
      setSilent(value) {
        silent = value;
      },
    };
  },
};
