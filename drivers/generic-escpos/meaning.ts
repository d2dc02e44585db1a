// What passes between counter and printer, in words for the trace.
import { describeStream, type JoinedMeaning, type SaidMeaning, say } from '../kit/index.ts';
import { DLE, ESC, GS, isMarkerByte } from './commands.ts';
import { createEscPosParser } from './parser.ts';

const letter = (command: Uint8Array) => String.fromCharCode(command[1] ?? 0);

function nameOf(command: Uint8Array): SaidMeaning | null {
  const [first, , n = 0, second = 0] = command;
  const name = letter(command);
  if (first === ESC && name === '@') return say('initialise');
  if (first === ESC && name === 'p') return say('drawer pulse on pin {pin}', { pin: n + 2 });
  if (first === DLE && name === '\x14') return say('drawer pulse at once on pin {pin}', { pin: second + 2 });
  if ((first === GS && name === 'V') || (first === ESC && (name === 'i' || name === 'm'))) return say('cut');
  if (first === GS && name === 'r') return say('asks to be told when all this is printed');
  if (first === GS && name === '(' && n === 0x48)
    return say('asks to be told number {number}', { number: JSON.stringify(Buffer.from(command.subarray(7)).toString('latin1')) });
  if (first === GS && name === '(' && n === 0x6b) return say('QR code');
  if (first === GS && name === 'k') return say('barcode');
  return (first === GS && (name === 'v' || name === '8')) || (first === ESC && name === '*') ? say('picture') : null;
}

/** Returns what a job, or a command by itself, makes the printer do. */
export function describeJob(bytes: Uint8Array): SaidMeaning | JoinedMeaning {
  return describeStream(bytes, { parser: createEscPosParser(), nameOf });
}

/** Returns what bytes of the printer say that are no real-time status. */
export function describeOther(bytes: Uint8Array): SaidMeaning {
  const text = Buffer.from(bytes).toString('latin1');
  const [, number] = /^7"([ -~]{4})\0?$/.exec(text) ?? [];
  if (number !== undefined) return say('announces number {number}', { number: JSON.stringify(number) });
  if (bytes.length === 1 && isMarkerByte(bytes[0] ?? 0) && bytes[0] !== 0) return say('all before GS r is printed');
  return bytes.length === 1 && bytes[0] === 0
    ? say('all before GS r is printed, or the end of a number')
    : say('{count} bytes, part of a number perhaps', { count: bytes.length });
}
