// The printer's side of ESC/POS: turns the byte stream into lines of text, cuts and drawer pulses.
import iconv from 'iconv-lite';
import { DLE, EOT, ESC, FS, GS } from './commands.ts';

/** Dots of one half-width character (font A). */
const CELL_DOTS = 12;
const LF = 0x0a;
const CR = 0x0d;

/** What one command did. */
export type Printed =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'drawer'; readonly pin: number }
  /** GS r n: the printer answers when it gets here. */
  | { readonly kind: 'marker' }
  /** GS ( H: the printer announces the number when it gets here. */
  | { readonly kind: 'number'; readonly number: readonly number[] }
  | { readonly kind: 'nothing' };

const NOTHING: Printed = { kind: 'nothing' };

// Parameter bytes behind ESC x, FS x and GS x that a text view does not need.
// biome-ignore format: a table
const ESC_SKIPS: Readonly<Record<string, number>> = {
  ' ': 1, '!': 1, '%': 1, '-': 1, '2': 0, '3': 1, '=': 1, '?': 1, E: 1, G: 1, J: 1, L: 0, M: 1, R: 1, S: 0, T: 1, U: 1, V: 1, W: 8,
  a: 1, c: 2, d: 1, e: 1, r: 1, t: 1, v: 0, '{': 1,
};
const FS_SKIPS: Readonly<Record<string, number>> = { '!': 1, '-': 1, C: 1, S: 2, W: 1, p: 2 };
// biome-ignore format: a table
const GS_SKIPS: Readonly<Record<string, number>> = {
  '#': 1, $: 2, '/': 1, ':': 0, B: 1, E: 1, H: 1, I: 1, P: 2, T: 1, '\\': 2, a: 1, b: 1, c: 0, f: 1, h: 1, j: 1, w: 1, z: 2,
};

export interface EscPosParser {
  /** Takes bytes; nothing is printed yet. */
  push(bytes: Uint8Array): void;
  /** Carries out the next command or character; null when more bytes are needed. */
  next(): Printed | null;
  /** Bytes that are not carried out yet. */
  readonly pending: number;
}

/** Returns a parser in the state after power-on. */
export function createEscPosParser(): EscPosParser {
  let held: number[] = [];
  let chinese = false;
  let column = 0;
  let left = 0;
  let scale = 1;
  let cells: string[] = [];

  function reset(): void {
    chinese = false;
    column = 0;
    left = 0;
    scale = 1;
    cells = [];
  }

  function put(text: string): void {
    const width = (/^[\x20-\x7e]$/.test(text) ? 1 : 2) * scale;
    const at = left + column;
    while (cells.length < at) cells.push(' ');
    cells.splice(at, width, text, ...new Array<string>(width - 1).fill(''));
    column += width;
  }

  function feed(): Printed {
    const text = cells.join('').trimEnd();
    cells = [];
    column = 0;
    return { kind: 'line', text };
  }

  /** Returns a 16-bit parameter, low byte first. */
  const word = (at: number) => (held[at] ?? 0) + ((held[at + 1] ?? 0) << 8);

  /** Takes `length` bytes out of the buffer when they are there. */
  function take(length: number, effect: () => Printed = () => NOTHING): Printed | null {
    if (held.length < length) return null;
    const result = effect();
    held = held.slice(length);
    return result;
  }

  /** A command whose payload length stands inside it. `head` bytes must be there to know it. */
  function takeCounted(head: number, length: () => number): Printed | null {
    return held.length < head ? null : take(head + length());
  }

  function escapeCommand(): Printed | null {
    const name = String.fromCharCode(held[1] ?? 0);
    switch (name) {
      case '@':
        return take(2, () => {
          reset();
          return NOTHING;
        });
      case 'p':
        return take(5, () => ({ kind: 'drawer', pin: held[2] ?? 0 }));
      case 'i':
      case 'm':
        return take(2, () => ({ kind: 'cut' }));
      case '$':
        return take(4, () => {
          column = Math.round(word(2) / CELL_DOTS);
          return NOTHING;
        });
      case '\\':
        return take(4, () => {
          const dots = word(2);
          column = Math.max(0, column + Math.round((dots >= 0x8000 ? dots - 0x10000 : dots) / CELL_DOTS));
          return NOTHING;
        });
      case '*':
        // m: 0 and 1 have one byte per column, 32 and 33 three.
        return takeCounted(5, () => word(3) * ((held[2] ?? 0) >= 32 ? 3 : 1));
      case 'D': {
        const end = held.indexOf(0, 2);
        return end < 0 ? null : take(end + 1);
      }
      default:
        return take(2 + (ESC_SKIPS[name] ?? 0));
    }
  }

  function kanji(): Printed | null {
    const name = String.fromCharCode(held[1] ?? 0);
    if (name === '&' || name === '.')
      return take(2, () => {
        chinese = name === '&';
        return NOTHING;
      });
    if (name === '(') return takeCounted(5, () => word(3));
    return take(2 + (FS_SKIPS[name] ?? 0));
  }

  function barcode(): Printed | null {
    if (held.length < 4) return null;
    // m up to 6: data ends in NUL; from 65: counted.
    if ((held[2] ?? 0) >= 65) return take(4 + (held[3] ?? 0));
    const end = held.indexOf(0, 3);
    return end < 0 ? null : take(end + 1);
  }

  function group(): Printed | null {
    const name = String.fromCharCode(held[1] ?? 0);
    switch (name) {
      case 'V':
        // m 65 and 66 carry a feed.
        if (held.length < 3) return null;
        return take((held[2] ?? 0) >= 65 ? 4 : 3, () => ({ kind: 'cut' }));
      case 'L':
        return take(4, () => {
          left = Math.round(word(2) / CELL_DOTS);
          return NOTHING;
        });
      case 'W':
        return take(4);
      case '!':
        return take(3, () => {
          scale = ((held[2] ?? 0) >> 4) + 1;
          return NOTHING;
        });
      case 'r':
        return take(3, () => ({ kind: 'marker' }));
      case '(':
        if (held.length >= 5 && held[2] === 0x48 && word(3) === 6)
          return take(11, () => (held[5] === 0x30 && held[6] === 0x30 ? { kind: 'number', number: held.slice(7, 11) } : NOTHING));
        return takeCounted(5, () => word(3));
      case '8':
        return takeCounted(7, () => word(3) + word(5) * 0x10000);
      case 'v':
        return takeCounted(8, () => word(4) * word(6));
      case '*':
        return takeCounted(4, () => (held[2] ?? 0) * (held[3] ?? 0) * 8);
      case 'k':
        return barcode();
      default:
        return take(2 + (GS_SKIPS[name] ?? 0));
    }
  }

  /** One character; in Chinese mode 1, 2 or 4 bytes of GB18030. */
  function character(): Printed | null {
    const first = held[0] ?? 0;
    if (first < 0x80 || !chinese)
      return take(1, () => {
        // Code pages differ from printer to printer: what is not ASCII outside Chinese mode is garbage to a reader.
        put(first < 0x80 ? String.fromCharCode(first) : '\ufffd');
        return NOTHING;
      });
    if (held.length < 2) return null;
    const second = held[1] ?? 0;
    const length = second >= 0x30 && second <= 0x39 ? 4 : 2;
    return take(length, () => {
      put(iconv.decode(Buffer.from(held.slice(0, length)), 'gb18030'));
      return NOTHING;
    });
  }

  return {
    get pending() {
      return held.length;
    },
    push(bytes) {
      for (const byte of bytes) held.push(byte);
    },
    next() {
      const [first, second] = held;
      if (first === undefined) return null;
      if (first === LF) return take(1, feed);
      if (first === CR) return take(1);
      if (first >= 0x20) return character();
      const isCommand = first === ESC || first === FS || first === GS || first === DLE;
      if (!isCommand) return take(1);
      if (second === undefined) return null;
      if (first === ESC) return escapeCommand();
      if (first === FS) return kanji();
      if (first === GS) return group();
      // DLE EOT n and DLE DC4 1 m t were seen to on arrival; DLE ENQ n does nothing here.
      return take(second === EOT || second === 0x05 ? 3 : second === 0x14 ? 5 : 2);
    },
  };
}
