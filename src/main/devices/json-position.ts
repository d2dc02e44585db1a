// Where something stands in a JSON text, so that a fault can name the line a person must look at.

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** Returns line and column of an offset in `text`. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** Returns where the first syntax error of `text` stands, and what is wrong; null for well-formed JSON. */
export function findSyntaxError(text: string): (Position & { readonly reason: string }) | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const scanner = new Scanner(text, []);
    scanner.scan();
    const { offset, reason } = scanner.failure ?? { offset: text.length, reason: 'not JSON' };
    return { ...positionAt(text, offset), reason };
  }
}

/**
 * Returns where the value at `path` begins in a well-formed JSON text. For a member that is not there: where the innermost object or
 * array that should hold it begins.
 */
export function locate(text: string, path: readonly PropertyKey[]): Position {
  const scanner = new Scanner(text, path);
  scanner.scan();
  return positionAt(text, scanner.nearest);
}

const WORDS = ['true', 'false', 'null'];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** A reader of RFC 8259 JSON that remembers offsets: of the innermost value on `path`, and of the first error. */
class Scanner {
  readonly #text: string;
  readonly #path: readonly string[];
  #at = 0;
  nearest = 0;
  failure: { readonly offset: number; readonly reason: string } | null = null;

  constructor(text: string, path: readonly PropertyKey[]) {
    this.#text = text;
    this.#path = path.map(String);
  }

  scan(): void {
    this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('nothing may follow the value');
  }

  /** `matched`: how many steps of the path lead to this value; −1 when it is beside the path. */
  #value(matched: number): void {
    this.#space();
    if (matched >= 0) this.nearest = this.#at;
    const char = this.#text[this.#at];
    if (char === '{') this.#members({ close: '}', matched, keyed: true });
    else if (char === '[') this.#members({ close: ']', matched, keyed: false });
    else if (char === '"') this.#string();
    else this.#literal();
  }

  #members(list: { readonly close: string; readonly matched: number; readonly keyed: boolean }): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === list.close) {
      this.#at += 1;
      return;
    }
    for (let index = 0; this.failure === null; index += 1) {
      const key = list.keyed ? this.#key() : String(index);
      if (this.failure !== null) return;
      this.#value(list.matched >= 0 && this.#path[list.matched] === key ? list.matched + 1 : -1);
      if (this.failure !== null) return;
      this.#space();
      const char = this.#text[this.#at];
      if (char !== ',' && char !== list.close) {
        this.#fail(`"," or "${list.close}" expected`);
        return;
      }
      this.#at += 1;
      if (char === list.close) return;
    }
  }

  #key(): string {
    this.#space();
    if (this.#text[this.#at] !== '"') {
      this.#fail('a name in double quotes expected');
      return '';
    }
    const start = this.#at;
    this.#string();
    if (this.failure !== null) return '';
    const key = JSON.parse(this.#text.slice(start, this.#at)) as string;
    this.#space();
    if (this.#text[this.#at] === ':') this.#at += 1;
    else this.#fail('":" expected');
    return key;
  }

  #string(): void {
    const start = this.#at;
    this.#at += 1;
    while (this.#text[this.#at] !== '"') {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code) || code < 0x20) {
        this.#fail('a text without its closing quote', start);
        return;
      }
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += 1;
    try {
      JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      this.#fail('a backslash that begins no escape; a backslash itself is written twice', start);
    }
  }

  #literal(): void {
    const word = WORDS.find((candidate) => this.#text.startsWith(candidate, this.#at));
    NUMBER.lastIndex = this.#at;
    const length = word?.length ?? NUMBER.exec(this.#text)?.[0].length ?? 0;
    if (length === 0) this.#fail('a value expected');
    this.#at += length;
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #fail(reason: string, offset = this.#at): void {
    this.failure ??= { offset, reason };
  }
}
