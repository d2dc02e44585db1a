// Messages of IEC 62056-21 (formerly IEC 1107), mode C: sign-on, identification, option select, read-out.
//
// Rules from IEC 62056-21, 6.3 (messages), 6.4.3 (mode C), 6.5 (data lines) and annex A (block check: XOR of everything behind STX up to and
// including ETX). Characters are ASCII, 7 bits with even parity: the parity is the line setting's.
import { type Meaning, type ScanFrameFormat, say } from '../kit/index.ts';

const STX = 0x02;
const ETX = 0x03;
const ACK = 0x06;
const NAK = 0x15;
const SLASH = 0x2f;
const CR = 0x0d;
const LF = 0x0a;

/** An identification is `/`, 3 of the maker, Z and at most 16; a sign-on carries an address of at most 32. */
const LINE_LIMIT = 40;
/** Longer than any meter's read-out. */
const BLOCK_LIMIT = 16_384;

/** Bytes of ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0x7f);
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

/** Returns the block check character of bytes that end in ETX, without their STX or SOH. */
export function blockCheck(bytes: Uint8Array): number {
  return bytes.reduce((check, byte) => check ^ byte, 0);
}

/** Returns `STX text ETX BCC`. */
export function encodeBlock(text: string): Uint8Array {
  const body = Uint8Array.from([...ascii(text), ETX]);
  return Uint8Array.from([STX, ...body, blockCheck(body)]);
}

/** Returns the sign-on; an empty address asks whatever meter is under the head. */
export function signOn(address: string): Uint8Array {
  return ascii(`/?${address}!\r\n`);
}

/**
 * Option select `ACK 0 Z 0`: normal protocol, read-out, and Z = 0 for 300 Bd whatever the meter offers. A transport cannot change its rate while it
 * is open, so the read-out comes at the initial rate: slower, and understood by every mode C meter.
 */
export const READ_OUT_AT_INITIAL_RATE = Uint8Array.from([ACK, ...ascii('000\r\n')]);

/** Whether a message is a mode C meter's identification: the maker's three letters, then its rate 0 to 9, which is what mode C is known by. */
export function isModeC(message: Uint8Array): boolean {
  return /^\/[A-Z]{2}[A-Za-z]\d[^/!\r\n]{0,18}\r\n$/.test(textOf(message));
}

/** Whether a message is an identification of any mode. */
export function isIdentification(message: Uint8Array): boolean {
  return /^\/[A-Z]{2}[A-Za-z][^/!\r\n]{1,19}\r\n$/.test(textOf(message));
}

/** Whether a message is a sign-on or an option select: what a meter hears, and a head may hear as its own echo. */
function isRequest(message: Uint8Array): boolean {
  if (message[0] === ACK) return /^[0-9A-Z]{3}\r\n$/.test(textOf(message.subarray(1)));
  return /^\/\?[0-9A-Za-z]{0,32}!\r\n$/.test(textOf(message));
}

export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === SLASH || byte === STX || byte === ACK || byte === NAK,
  isFill: (byte) => byte === 0x00 || byte === 0x7f,
  lengthOf(held) {
    if (held[0] === NAK) return 1;
    const isBlock = held[0] === STX;
    const limit = isBlock ? BLOCK_LIMIT : LINE_LIMIT;
    for (let at = 1; at < held.length; at += 1) {
      const byte = held[at] ?? 0;
      if (isBlock && byte === ETX) return at + 2;
      if (!isBlock && byte === LF) return held[at - 1] === CR ? at + 1 : 'none';
      if ((!isPrintable(byte) && byte !== CR && byte !== LF) || at >= limit) return 'none';
    }
    return 'more';
  },
  isGood(frame) {
    // A line has no check: only what has exactly its form is one, so that noise in front of it does not become a part of it.
    if (frame[0] !== STX) return frame[0] === NAK || isIdentification(frame) || isRequest(frame);
    if (frame.at(-1) !== blockCheck(frame.subarray(1, -1))) return false;
    const text = textOf(frame.subarray(1, -2));
    return text.endsWith('!\r\n') || errorIn(text) !== null;
  },
};

/** Returns the text of a good block; null for another message. */
export function blockText(message: Uint8Array): string | null {
  return message[0] === STX ? textOf(message.subarray(1, -2)) : null;
}

/** Returns the meter's error message, `ER01` for instance, of a block that is nothing else; null when it is none. */
export function errorIn(text: string): string | null {
  return text.match(/^\((ER[^()]*)\)$/)?.[1] ?? null;
}

/** Returns in words what a message says, in either direction. */
export function describeFrame(message: Uint8Array): Meaning {
  if (message[0] === NAK) return say('NAK: not understood');
  const block = blockText(message);
  if (block !== null) {
    const error = errorIn(block);
    return error === null ? say('read-out of {count} values', { count: valuesOf(block).length }) : say('meter refuses: {error}', { error });
  }
  const text = textOf(message).trimEnd();
  if (message[0] === ACK) return say('option select {option}', { option: text.slice(1) });
  if (!text.startsWith('/?')) return say('identification {text}', { text: text.slice(1) });
  return text.length === 3 ? say('sign-on to whatever meter is there') : say('sign-on to meter {address}', { address: text.slice(2, -1) });
}

export interface ObisValue {
  /** As the meter writes it. */
  readonly code: string;
  readonly value: string;
  readonly unit: string;
}

/** Returns every value of a read-out. A value without a code of its own belongs to the code before it on its line. */
export function valuesOf(text: string): ObisValue[] {
  return text.split('\r\n').flatMap((line) => {
    let code = '';
    return [...line.matchAll(/([^()]*)\(([^()*]*)(?:\*([^()]*))?\)/g)].map(([, ownCode = '', value = '', unit = '']) => {
      code = ownCode || code;
      return { code, value, unit };
    });
  });
}

/** Returns an OBIS code in its short form C.D.E: without medium and channel, and without the storage number 255 that means "now". */
export function shortCode(code: string): string {
  return code.replace(/^\d+-\d+:/, '').replace(/[*&]255$/, '');
}

/** Returns a decimal number times ten to the `exponent` as an integer, what is behind it cut off; null when it is no such number or too large to be exact. */
export function scaledInteger(decimal: string, { exponent }: { readonly exponent: number }): number | null {
  const [, whole, fraction = ''] = decimal.match(/^(\d{1,18})(?:\.(\d{1,18}))?$/) ?? [];
  if (whole === undefined) return null;
  const scaled = Number(BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0')));
  return Number.isSafeInteger(scaled) ? scaled : null;
}

/** Returns the clock of 0.9.2 (date YY-MM-DD) and 0.9.1 (time hh:mm:ss), with or without separators, as 14 digits; null when one is missing. A seventh digit in front is the season. */
export function clockDigits({ date, time }: { readonly date: string; readonly time: string }): string | null {
  const [, day] = date.replaceAll(/\D/g, '').match(/^\d?(\d{6})$/) ?? [];
  const [, moment] = time.replaceAll(/\D/g, '').match(/^\d?(\d{6})$/) ?? [];
  return day && moment ? `20${day}${moment}` : null;
}
