// What a serial scanner sends: [prefix] [AIM identifier] code, terminator. There is no check sum, so anything odd is refused whole.
import iconv from 'iconv-lite';
import { type SaidMeaning, type ScannedCode, say } from '../kit/index.ts';

const CR = 0x0d;
const LF = 0x0a;

/** What ends a code; `any`: CR, LF or both. */
export const TERMINATORS = { any: [], cr: [CR], lf: [LF], crlf: [CR, LF] } as const;
export type Terminator = keyof typeof TERMINATORS;
export type Encoding = 'utf-8' | 'gb18030';

export type RefusalReason =
  | 'half'
  | 'late-rest'
  | 'too-long'
  | 'control-character'
  | 'encoding'
  | 'prefix-missing'
  | 'aim-missing'
  | 'empty';

export const REFUSAL_WORDS: Readonly<Record<RefusalReason, SaidMeaning>> = {
  half: say('half'),
  'late-rest': say('late-rest'),
  'too-long': say('too-long'),
  'control-character': say('control-character'),
  encoding: say('encoding'),
  'prefix-missing': say('prefix-missing'),
  'aim-missing': say('aim-missing'),
  empty: say('empty'),
};

export type CodeEvent =
  /** The bytes of one code without its terminator, at least one. */
  | { readonly kind: 'code'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly bytes: Uint8Array };

export interface CodeFramer {
  /** Takes what has arrived; returns what it completed, in order. */
  push(chunk: Uint8Array): CodeEvent[];
  /** The line has been silent for longer than a code may pause: drops the half code. What comes next up to a terminator is its late rest. */
  cut(): CodeEvent[];
  /** The line has been silent for so long that the next byte opens a new code. */
  settle(): void;
}

/** Returns a framer. `maxLength` is in bytes, prefix and identifier included; a longer code is refused up to its terminator. */
export function createCodeFramer({ terminator, maxLength }: { readonly terminator: Terminator; readonly maxLength: number }): CodeFramer {
  const end: readonly number[] = TERMINATORS[terminator];
  let held: number[] = [];
  /** Why everything up to the next terminator is refused. */
  let skipping: 'late-rest' | 'too-long' | null = null;

  /** Length of the terminator that `held` ends with; 0 for none. */
  function terminatorLength(): number {
    const last = held.at(-1);
    if (terminator === 'any') return last === CR || last === LF ? 1 : 0;
    return end.every((byte, at) => held.at(at - end.length) === byte) ? end.length : 0;
  }

  function finish(bytes: Uint8Array): CodeEvent[] {
    const reason = skipping ?? (bytes.length > maxLength ? 'too-long' : null);
    skipping = null;
    if (reason) return [{ kind: 'refused', reason, bytes }];
    // With `any`, the LF of CR LF ends nothing.
    return bytes.length === 0 ? [] : [{ kind: 'code', bytes }];
  }

  return {
    push(chunk) {
      const events: CodeEvent[] = [];
      for (const byte of chunk) {
        held.push(byte);
        const length = terminatorLength();
        if (length > 0) {
          events.push(...finish(Uint8Array.from(held.slice(0, -length))));
          held = [];
        } else if (held.length > maxLength + end.length) {
          skipping ??= 'too-long';
          // Memory stays bounded; the last byte may open the terminator.
          held = held.slice(-Math.max(end.length, 1));
        }
      }
      return events;
    },
    cut() {
      const bytes = Uint8Array.from(held);
      held = [];
      if (bytes.length === 0) return [];
      const reason = skipping ?? 'half';
      skipping = 'late-rest';
      return [{ kind: 'refused', reason, bytes }];
    },
    settle() {
      skipping = null;
      held = [];
    },
  };
}

export interface CodeForm {
  readonly encoding: Encoding;
  /** What the scanner is programmed to send before every code; empty for nothing. */
  readonly prefix: string;
  /** Whether the scanner is programmed to send the AIM identifier before every code. */
  readonly stripAim: boolean;
}

/**
 * Returns the code, or why it is refused. A prefix or an identifier that the scanner always sends and that is not there means that the
 * beginning of the code was lost. The AIM identifier is `]`, a letter and a modifier (ISO/IEC 15424).
 */
export function readCode(bytes: Uint8Array, { encoding, prefix, stripAim }: CodeForm): ScannedCode | RefusalReason {
  const whole = iconv.decode(Buffer.from(bytes), encoding, { stripBOM: false });
  if (whole.includes('\ufffd')) return 'encoding';
  if (/\p{Cc}/u.test(whole)) return 'control-character';
  if (!whole.startsWith(prefix)) return 'prefix-missing';
  const rest = whole.slice(prefix.length);
  const aimIdentifier = stripAim ? (/^\][A-Za-z][0-9A-Za-z]/.exec(rest)?.[0] ?? null) : null;
  if (stripAim && aimIdentifier === null) return 'aim-missing';
  const text = rest.slice(aimIdentifier?.length ?? 0);
  return text === '' ? 'empty' : { text, aimIdentifier };
}

/** Returns the bytes a scanner sends for a code. */
export function encodeCode({ text, aimIdentifier }: ScannedCode, form: CodeForm & { readonly terminator: Terminator }): Uint8Array {
  const head = form.prefix + (form.stripAim ? (aimIdentifier ?? ']X0') : '');
  const end = form.terminator === 'any' ? TERMINATORS.crlf : TERMINATORS[form.terminator];
  return Uint8Array.from([...iconv.encode(head + text, form.encoding), ...end]);
}
