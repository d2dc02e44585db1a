// A DM-D display as a device: a cursor on two lines of cells, one byte each, that obeys the bytes.
import iconv from 'iconv-lite';
import type { SimulatorModule } from '../kit/index.ts';
import { CLR, COMMAND, CR, ESC, INITIALISE_BYTE, US } from './frames.ts';

const SPACE = 0x20;

export const simulator: SimulatorModule = {
  createCustomerDisplay({ options }) {
    const columns = Number(options.columns);
    const listeners = new Set<() => void>();
    let stopListening: () => void = () => {};
    let lines: [number[], number[]] = [[], []];
    let cursor = { row: 0, column: 0 };
    let mode: number = COMMAND.overwrite;
    /** Bytes of a command that is not whole yet. */
    let held: number[] = [];

    function reset(): void {
      lines = [new Array<number>(columns).fill(SPACE), new Array<number>(columns).fill(SPACE)];
      cursor = { row: 0, column: 0 };
    }

    /** The cursor has left its line behind the last cell. */
    function passEnd(): void {
      if (mode === COMMAND.horizontalScroll) {
        lines[cursor.row === 0 ? 0 : 1] = [...lines[cursor.row === 0 ? 0 : 1].slice(1), SPACE];
        cursor.column = columns - 1;
      } else {
        if (mode === COMMAND.verticalScroll && cursor.row === 1) lines = [lines[1], new Array<number>(columns).fill(SPACE)];
        cursor = { row: mode === COMMAND.verticalScroll ? 1 : 1 - cursor.row, column: 0 };
      }
    }

    function write(byte: number): void {
      if (cursor.column >= columns) passEnd();
      lines[cursor.row === 0 ? 0 : 1][cursor.column] = byte;
      cursor.column += 1;
      if (mode === COMMAND.overwrite && cursor.column >= columns) passEnd();
    }

    /** Carries out the command that is held; returns whether it is over, whole or unknown. */
    function obeyHeld(): boolean {
      const [start, command, x = 0, y = 0] = held;
      if (start === ESC) {
        if (command === INITIALISE_BYTE) reset();
        return command !== undefined;
      }
      if (command === undefined) return false;
      if (command === COMMAND.cursor) return held.length === 3;
      if (command !== COMMAND.moveTo) {
        if (command >= COMMAND.overwrite && command <= COMMAND.horizontalScroll) mode = command;
        return true;
      }
      if (held.length < 4) return false;
      if (x >= 1 && x <= columns && (y === 1 || y === 2)) cursor = { row: y - 1, column: x - 1 };
      return true;
    }

    function obey(byte: number): void {
      if (held.length > 0 || byte === ESC || byte === US) {
        held.push(byte);
        if (obeyHeld()) held = [];
      } else if (byte === CLR) reset();
      else if (byte === CR) cursor.column = 0;
      else if (byte >= SPACE) write(byte);
    }

    const textOf = (line: readonly number[]) => iconv.decode(Buffer.from(line), 'gb18030').trimEnd();
    reset();
    return {
      attach(line) {
        stopListening();
        stopListening = line.onData((chunk) => {
          chunk.forEach(obey);
          for (const listener of [...listeners]) listener();
        });
      },
      detach() {
        // Without power the glass is dark and forgets what it was told.
        stopListening();
        held = [];
        mode = COMMAND.overwrite;
        reset();
      },
      shown: () => ({ upper: textOf(lines[0]), lower: textOf(lines[1]) }),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  },
};
