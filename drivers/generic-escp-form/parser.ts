// The printer's side of ESC/P-K: turns the byte stream into texts with their places on a form. Shares nothing with the driver's encoder.
import iconv from 'iconv-lite';
import type { PrintedText } from '../kit/index.ts';

const ESC = 0x1b;
const FS = 0x1c;
/** Down, the mechanism counts 1/180 inch; to the right, 1/360 inch holds all units of this language. */
const TENTH_MM_PER_STEP = 254 / 180;
const TENTH_MM_PER_DOT = 254 / 360;
const GLYPH_DOTS = 48;

/** What one command did. */
export type FormEvent =
  /** The first character of a text has been struck. */
  | { readonly kind: 'text' }
  | { readonly kind: 'form'; readonly texts: readonly PrintedText[]; readonly lengthTenthMm: number }
  | { readonly kind: 'nothing' };

const NOTHING: FormEvent = { kind: 'nothing' };

// Parameter bytes of commands that move nothing.
// biome-ignore format: a table
const ESC_SKIPS: Readonly<Record<string, number>> = {
  '!': 1, '-': 1, '2': 0, '4': 0, '5': 0, E: 0, F: 0, G: 0, H: 0, O: 0, N: 1, R: 1, S: 1, T: 0, U: 1, k: 1, p: 1, r: 1, t: 1, w: 1, l: 1, Q: 1,
};
const FS_SKIPS: Readonly<Record<string, number>> = { '!': 1, '-': 1, W: 1, x: 1, T: 2, J: 0, K: 0 };

export interface FormParser {
  push(bytes: Uint8Array): void;
  /** Carries out the next command or character; null when more bytes are needed. */
  next(): FormEvent | null;
  /** Bytes that are not carried out yet. */
  readonly pending: number;
}

interface OpenText {
  readonly x: number;
  readonly y: number;
  text: string;
  end: number;
}

/** Returns a parser in the state after power-on, a form's upper edge under the head. */
export function createFormParser(): FormParser {
  let held: number[] = [];
  let texts: OpenText[] = [];
  let open: OpenText | null = null;
  let x = 0;
  let y = 0;
  let chinese = false;
  let perInch = 10;
  let doubled = false;
  let room: readonly [number, number] = [0, 0];
  let spacing = 30;
  let length = 11 * 180;
  let letterQuality = false;
  /** Dots of the unit that ESC ( U has set; null until then. */
  let unit: number | null = null;

  function reset(): void {
    // The place under the head is the next form's upper edge from now on.
    x = 0;
    y = 0;
    chinese = false;
    perInch = 10;
    doubled = false;
    room = [0, 0];
    spacing = 30;
    length = 11 * 180;
    letterQuality = false;
    unit = null;
  }

  function endForm(): FormEvent {
    const printed = texts
      .map((one) => ({
        xTenthMm: one.x * TENTH_MM_PER_DOT,
        yTenthMm: one.y * TENTH_MM_PER_STEP,
        widthTenthMm: (one.end - one.x) * TENTH_MM_PER_DOT,
        text: one.text,
      }))
      .sort((one, other) => one.yTenthMm - other.yTenthMm || one.xTenthMm - other.xTenthMm);
    const form: FormEvent = { kind: 'form', texts: printed, lengthTenthMm: Math.max(y, length) * TENTH_MM_PER_STEP };
    texts = [];
    x = 0;
    y = 0;
    return form;
  }

  function feed(steps: number): FormEvent {
    y += steps;
    return y >= length ? endForm() : NOTHING;
  }

  function put(character: string, dots: number): FormEvent {
    const isFirst = open === null;
    const text = open ?? { x, y, text: '', end: x };
    if (open === null) texts.push(text);
    x += doubled ? 2 * dots : dots;
    text.text += character;
    text.end = x;
    open = text;
    return isFirst ? { kind: 'text' } : NOTHING;
  }

  /** Returns a 16-bit parameter, low byte first. */
  const word = (at: number) => (held[at] ?? 0) + ((held[at + 1] ?? 0) << 8);

  /** Takes `count` bytes when they are there. What is no character ends the text, except for switching to Chinese and back. */
  function take(count: number, effect: () => FormEvent | undefined): FormEvent | null {
    if (held.length < count) return null;
    const event = effect() ?? NOTHING;
    held = held.slice(count);
    return event;
  }

  function command(count: number, effect: () => FormEvent | undefined = () => NOTHING): FormEvent | null {
    return take(count, () => {
      open = null;
      return effect();
    });
  }

  function counted(): FormEvent | null {
    if (held.length < 5) return null;
    const name = String.fromCharCode(held[2] ?? 0);
    return command(5 + word(3), () => {
      if (name === 'U') unit = (held[5] ?? 0) / 10;
      if (name === 'C') length = (word(5) * (unit ?? 1)) / 2;
      return NOTHING;
    });
  }

  function escapeCommand(): FormEvent | null {
    const name = String.fromCharCode(held[1] ?? 0);
    const n = held[2] ?? 0;
    switch (name) {
      case '@':
        return command(2, () => void reset());
      case 'P':
      case 'M':
      case 'g':
        return command(2, () => {
          perInch = { P: 10, M: 12, g: 15 }[name];
          return NOTHING;
        });
      case 'W':
        return command(3, () => {
          doubled = (n & 1) === 1;
          return NOTHING;
        });
      case 'x':
        return command(3, () => {
          letterQuality = (n & 1) === 1;
          return NOTHING;
        });
      case '3':
        return command(3, () => {
          spacing = n;
          return NOTHING;
        });
      case 'C':
        if (held.length >= 3 && n === 0)
          return command(4, () => {
            length = (held[3] ?? 0) * 180;
            return NOTHING;
          });
        return command(3, () => {
          length = n * spacing;
          return NOTHING;
        });
      case 'J':
        return command(3, () => feed(n));
      case '$':
        return command(4, () => {
          x = word(2) * (unit ?? 6);
          return NOTHING;
        });
      case '\\':
        return command(4, () => {
          const units = word(2);
          x = Math.max(0, x + (units >= 0x8000 ? units - 0x10000 : units) * (unit ?? (letterQuality ? 2 : 3)));
          return NOTHING;
        });
      case '(':
        return counted();
      default:
        return command(2 + (ESC_SKIPS[name] ?? 0));
    }
  }

  function chineseCommand(): FormEvent | null {
    const name = String.fromCharCode(held[1] ?? 0);
    if (name === '&' || name === '.')
      return take(2, () => {
        chinese = name === '&';
        return NOTHING;
      });
    if (name === 'S')
      return command(4, () => {
        room = [held[2] ?? 0, held[3] ?? 0];
        return NOTHING;
      });
    return command(2 + (FS_SKIPS[name] ?? 0));
  }

  function character(): FormEvent | null {
    const first = held[0] ?? 0;
    if (!chinese || first < 0x80) {
      // Outside Chinese mode the upper half is line drawing and accents: garbage to a reader.
      return take(1, () => put(first < 0x80 ? String.fromCharCode(first) : '\ufffd', 360 / perInch));
    }
    const second = held[1];
    if (second === undefined) return null;
    const count = second >= 0x30 && second <= 0x39 ? 4 : 2;
    return take(count, () => put(iconv.decode(Buffer.from(held.slice(0, count)), 'gb18030'), GLYPH_DOTS + 2 * (room[0] + room[1])));
  }

  return {
    get pending() {
      return held.length;
    },
    push(bytes) {
      held.push(...bytes);
    },
    next() {
      const [first, second] = held;
      if (first === undefined) return null;
      if (first >= 0x20 && first !== 0x7f) return character();
      if (first === 0x0d)
        return command(1, () => {
          x = 0;
          return NOTHING;
        });
      if (first === 0x0a)
        return command(1, () => {
          x = 0;
          return feed(spacing);
        });
      if (first === 0x0c) return command(1, endForm);
      // DLE EOT n has been answered on arrival.
      if (first === 0x10) return command(second === 0x04 ? 3 : 1);
      if (first !== ESC && first !== FS) return command(1);
      if (second === undefined) return null;
      return first === ESC ? escapeCommand() : chineseCommand();
    },
  };
}
