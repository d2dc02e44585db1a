// A serial scanner as a device: it sends what it sees, programmed as the driver's options say.
import type { SimulatorModule, Transport } from '../kit/index.ts';
import { encodeCode } from './frames.ts';
import { codeFormOf } from './settings.ts';

export const simulator: SimulatorModule = {
  variants: [{ terminator: 'crlf', prefix: '~', stripAim: true }],
  createScanner({ options }) {
    const form = codeFormOf(options);
    let line: Transport | null = null;
    return {
      attach(transport) {
        line = transport;
      },
      detach() {
        line = null;
      },
      scan(text, { aimIdentifier = null, sentBytes } = {}) {
        line?.write(encodeCode({ text, aimIdentifier }, form).slice(0, sentBytes)).catch(() => {});
      },
    };
  },
};
