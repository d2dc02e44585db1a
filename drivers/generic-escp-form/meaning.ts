// What passes between counter and form printer, in words for the trace.
import { describeStream } from '../kit/index.ts';
import { ESC, FF } from './commands.ts';
import { createFormParser } from './parser.ts';

function nameOf(command: Uint8Array): string | null {
  if (command[0] === FF) return 'form feed';
  return command[0] === ESC && command[1] === 0x40 ? 'initialise' : null;
}

/** Returns what a form makes the printer do. */
export function describeForm(bytes: Uint8Array): string {
  return describeStream(bytes, { parser: createFormParser(), nameOf });
}
