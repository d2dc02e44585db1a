// A two-line customer display as a device: it obeys the bytes and shows what stands on its glass.
import iconv from 'iconv-lite';
import type { SimulatorModule } from '../kit/index.ts';
import { LINE_END, LOWER_LINE, UPPER_LINE } from './frames.ts';

const CLR = 0x0c;
const ESC = 0x1b;
const AT = 0x40;

export const simulator: SimulatorModule = {
  createCustomerDisplay({ options }) {
    const columns = Number(options.columns);
    const listeners = new Set<() => void>();
    const glass = { upper: new Uint8Array(0), lower: new Uint8Array(0) };
    let stopListening: () => void = () => {};
    /** Bytes of a command that is not whole yet. */
    let held: number[] = [];
    let stringMode = false;

    function change(next: Partial<typeof glass>): void {
      Object.assign(glass, next);
      for (const listener of [...listeners]) listener();
    }
    const darken = () => change({ upper: new Uint8Array(0), lower: new Uint8Array(0) });
    const opens = (command: Uint8Array) => command.every((byte, at) => held[at] === byte);

    function obey(byte: number): void {
      if (byte === CLR) {
        held = [];
        stringMode = false;
        darken();
        return;
      }
      if (held.length === 0 && byte !== ESC) return;
      held.push(byte);
      if (held.length === 2 && byte !== UPPER_LINE[1]) {
        held = [];
        if (byte === AT && !stringMode) darken();
      } else if (held.length === 3 && !opens(UPPER_LINE) && !opens(LOWER_LINE)) {
        held = [];
      } else if (held.length > 3 && byte === LINE_END) {
        const line = Uint8Array.from(held.slice(UPPER_LINE.length, -1)).slice(0, columns);
        stringMode = true;
        change(opens(UPPER_LINE) ? { upper: line } : { lower: line });
        held = [];
      }
    }

    const textOf = (line: Uint8Array) => iconv.decode(Buffer.from(line), 'gb18030').trimEnd();
    return {
      attach(line) {
        stopListening();
        stopListening = line.onData((chunk) => chunk.forEach(obey));
      },
      detach() {
        // Without power the glass is dark and forgets what it was told.
        stopListening();
        held = [];
        stringMode = false;
        darken();
      },
      shown: () => ({ upper: textOf(glass.upper), lower: textOf(glass.lower) }),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  },
};
