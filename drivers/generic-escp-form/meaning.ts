// What passes between counter and form printer, in words for the trace.
import { describeStream, type JoinedMeaning, type SaidMeaning, say } from '../kit/index.ts';
import { ESC, FF } from './commands.ts';
import { createFormParser } from './parser.ts';

function nameOf(command: Uint8Array): SaidMeaning | null {
  if (command[0] === FF) return say('form feed');
  return command[0] === ESC && command[1] === 0x40 ? say('initialise') : null;
}

/** Returns what a form makes the printer do. */
export function describeForm(bytes: Uint8Array): SaidMeaning | JoinedMeaning {
  return describeStream(bytes, { parser: createFormParser(), nameOf });
}
