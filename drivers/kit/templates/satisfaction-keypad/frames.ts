// Frames of vendor-model: lines of text. An example protocol; put your device's in its place.
//
// 9600 8N1, the same shape both ways: a letter, three digits of the question's number, for a press the key's digit, two hex digits of the sum of all
// before, CR. Counter: A ask, C withdraw, P sign of life? Keypad: K has a command, R a key was pressed (number 000: nobody had asked).
import {
  createScanFramer,
  type FixedFramer,
  type KeypadCommand,
  type KeypadMessage,
  type Meaning,
  type SaidMeaning,
  say,
  sum16,
} from '../../index.ts';

const CR = 0x0d;
const FORM = /^(?:[ACPK]\d{3}|R\d{3}[1-5])[\dA-F]{2}\r$/;
const PRESS = 'R';
const SUM_DIGITS = 2;
const LETTERS: Readonly<Record<KeypadCommand, string>> = { ask: 'A', withdraw: 'C', probe: 'P' };

/** Numbers have three digits. */
export const MAX_NUMBER = 999;

const sumOf = (body: string) => (sum16(Buffer.from(body, 'latin1')) & 0xff).toString(16).toUpperCase().padStart(SUM_DIGITS, '0');
const textOf = (frame: Uint8Array) => Buffer.from(frame).toString('latin1');

function isGood(frame: Uint8Array): boolean {
  const text = textOf(frame);
  const sumAt = text.length - SUM_DIGITS - 1;
  return FORM.test(text) && text.slice(sumAt, -1) === sumOf(text.slice(0, sumAt));
}

function encode(letter: string, { number, key }: { readonly number: number; readonly key?: number }): Uint8Array {
  const body = `${letter}${String(number).padStart(3, '0')}${key ?? ''}`;
  return Uint8Array.from([...Buffer.from(`${body}${sumOf(body)}`, 'latin1'), CR]);
}

/** Finds a frame, in either direction. */
export function createFramer(): FixedFramer {
  return createScanFramer({
    isHead: (byte) => `ACPK${PRESS}`.includes(String.fromCharCode(byte)),
    isFill: () => false,
    lengthOf: ([letter]) => (letter === PRESS.charCodeAt(0) ? 8 : 7),
    isGood,
  });
}

export function encodeCommand(command: KeypadCommand, number: number): Uint8Array {
  return encode(LETTERS[command], { number });
}

export function encodeAck(number: number): Uint8Array {
  return encode('K', { number });
}

export function encodeKey(press: { readonly number: number; readonly key: number }): Uint8Array {
  return encode(PRESS, press);
}

/** Returns what a frame from the keypad says; a command of the counter says nothing. */
export function decodeMessage(frame: Uint8Array): KeypadMessage {
  const text = textOf(frame);
  const number = Number(text.slice(1, 4));
  if (text.startsWith(PRESS)) return { number, says: { key: Number(text[4]) } };
  return { number, says: text.startsWith('K') ? 'ack' : null };
}

/** Returns what a frame from the counter says; null when it is no command. */
export function commandOf(frame: Uint8Array): { readonly command: KeypadCommand; readonly number: number } | null {
  const text = textOf(frame);
  const command = (['ask', 'withdraw', 'probe'] as const).find((name) => text.startsWith(LETTERS[name]));
  return command ? { command, number: Number(text.slice(1, 4)) } : null;
}

/** Returns what a frame means, in either direction, for the trace. */
export function describeFrame(frame: Uint8Array): Meaning {
  const { number, says } = decodeMessage(frame);
  if (says === 'ack') return say('has {number}', { number });
  if (says !== null) return say('question {number}: key {key}', { number, key: says.key });
  const sent = commandOf(frame);
  return say('{command} {number}', { command: sent === null ? say('unknown') : COMMAND_WORDS[sent.command], number });
}

const COMMAND_WORDS: Readonly<Record<KeypadCommand, SaidMeaning>> = {
  ask: say('ask'),
  withdraw: say('withdraw'),
  probe: say('probe'),
};
