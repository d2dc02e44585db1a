// The vendor-model display as a device: it obeys the bytes and shows what stands on its glass.
import iconv from 'iconv-lite';
import type { SimulatorModule } from '../../index.ts';
import { DC4, ETX, STX } from './frames.ts';

export const simulator: SimulatorModule = {
  createCustomerDisplay({ options }) {
    const columns = Number(options.columns);
    const listeners = new Set<() => void>();
    let glass = { upper: '', lower: '' };
    let stopListening: () => void = () => {};
    /** Bytes behind STX; null between lines. */
    let held: number[] | null = null;

    function change(next: typeof glass): void {
      glass = next;
      for (const listener of [...listeners]) listener();
    }

    function obey(byte: number): void {
      if (byte === DC4) {
        held = null;
        change({ upper: '', lower: '' });
      } else if (byte === STX) held = [];
      else if (byte === ETX && held !== null) {
        const [line, ...bytes] = held;
        held = null;
        if (bytes.length !== columns) return;
        const text = iconv.decode(Buffer.from(bytes), 'gb18030').trimEnd();
        if (line === 0x31) change({ ...glass, upper: text });
        else if (line === 0x32) change({ ...glass, lower: text });
      } else if (held !== null && held.length <= columns) held.push(byte);
    }

    return {
      attach(line) {
        stopListening();
        stopListening = line.onData((chunk) => chunk.forEach(obey));
      },
      detach() {
        // Without power the glass is dark and forgets what it was told.
        stopListening();
        held = null;
        change({ upper: '', lower: '' });
      },
      shown: () => glass,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  },
};
