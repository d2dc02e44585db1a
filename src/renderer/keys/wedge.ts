// Recognises a scanner that types like a keyboard: characters faster than any person's, ended by Enter or Tab. Pure.

/** One pressed key. */
export interface Stroke {
  /** As KeyboardEvent.key. */
  readonly key: string;
  readonly atMs: number;
  /** Held down: a scanner never is. */
  readonly repeat: boolean;
  /** Ctrl, Alt or Meta is down, or an input method composes. */
  readonly special: boolean;
}

export interface WedgeOptions {
  /** The longest pause between two characters of a code, ms. A person rolling over keys can be as fast for two keys, not for a whole code. */
  readonly maxGapMs: number;
  /** The longest pause on average over the code, ms. */
  readonly meanGapMs: number;
  /** Shorter bursts are a person's. */
  readonly minLength: number;
  readonly maxLength: number;
  /** What the scanner is programmed to type before a code; a burst without it is nobody's code. '' for none. */
  readonly prefix: string;
  /** What it types after the code, before the key that ends it; '' for none. */
  readonly suffix: string;
  readonly end: 'Enter' | 'Tab' | 'either';
}

/** Scanners type a character every 1 to 20 ms; the fastest typists need 60 ms over a whole number. */
export const WEDGE: WedgeOptions = { maxGapMs: 50, meanGapMs: 30, minLength: 6, maxLength: 128, prefix: '', suffix: '', end: 'either' };

export interface Wedge {
  /** Takes the next key. Returns the code that it ends, without prefix and suffix; null for every other key. */
  press(stroke: Stroke): string | null;
  /** How many characters of a burst there are so far; 1 is the first key of what may become one. */
  readonly length: number;
}

/** Returns a recogniser. It only watches: whatever it says, the keys have gone where they went. */
export function createWedge(options: WedgeOptions = WEDGE): Wedge {
  let text = '';
  let firstMs = 0;
  let lastMs = 0;

  function isEnd(key: string): boolean {
    return options.end === 'either' ? key === 'Enter' || key === 'Tab' : key === options.end;
  }

  /** The code of the burst when this key ends one. */
  function codeEndedAt(atMs: number): string | null {
    const { prefix, suffix } = options;
    const fits = text.length >= options.minLength && text.length <= options.maxLength;
    const quick = atMs - lastMs <= options.maxGapMs && (lastMs - firstMs) / Math.max(1, text.length - 1) <= options.meanGapMs;
    if (!fits || !quick || !text.startsWith(prefix) || !text.endsWith(suffix)) return null;
    const code = text.slice(prefix.length, text.length - suffix.length);
    return code.length >= options.minLength ? code : null;
  }

  return {
    press({ key, atMs, repeat, special }) {
      // A capital letter comes with its Shift key.
      if (key === 'Shift') return null;
      if (isEnd(key) && !repeat && !special) {
        const code = codeEndedAt(atMs);
        text = '';
        return code;
      }
      if (repeat || special || [...key].length !== 1) {
        text = '';
        return null;
      }
      if (text === '' || atMs - lastMs > options.maxGapMs) {
        text = '';
        firstMs = atMs;
      }
      text += key;
      lastMs = atMs;
      return null;
    },
    get length() {
      return text.length;
    },
  };
}

/** Returns what to search for a scanned code: the account of one of our receipts, any other code as it stands, at most 60 characters. */
export function searchTextOf(code: string): string {
  const [mark, , accountNo] = code.split('|');
  return (mark === 'CT1' && accountNo !== undefined ? accountNo : code).trim().slice(0, 60);
}
