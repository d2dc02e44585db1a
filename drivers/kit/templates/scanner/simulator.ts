// The vendor-model scanner as a device: it sends what it sees.
import type { SimulatorModule, Transport } from '../../index.ts';
import { encodeCode } from './frames.ts';

export const simulator: SimulatorModule = {
  createScanner() {
    let line: Transport | null = null;
    return {
      attach(transport) {
        line = transport;
      },
      detach() {
        line = null;
      },
      scan(text, { sentBytes } = {}) {
        line?.write(encodeCode(text).slice(0, sentBytes)).catch(() => {});
      },
    };
  },
};
