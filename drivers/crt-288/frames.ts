// Texts of the CRT-288 family's frames: commands from the manifest's templates, answers, and what a trace may show of them.
//
// Published (vendor's additional command specification of the sister model CRT-188, 2006): STX, length of two bytes, command and parameter, data, ETX, BCC; an
// answer repeats command and parameter and carries a result, 59h done or 4Eh failed, before its data. A public emulator of the reader (LCD-288, 2018) has the
// same frames, carries a command out at ENQ, and shows the status command 31h 30h with its results 59h "card inside" and 45h "no card". NOT published: the
// command, parameter and data bytes for an SLE4442. They are options of the manifest, to be matched with a model's manual without code; their defaults are
// our own and agree with the simulator only. Readers of the later generation (CRT-288-K, CRT-285 on USB: frames that begin with F2h) are another protocol.
import {
  ACK,
  type DriverContext,
  ENQ,
  Fault,
  fromHex,
  type Meaning,
  NAK,
  type SaidMeaning,
  STX,
  say,
  textOfStxFrame,
  textOption,
} from '../kit/index.ts';

export const MAIN_BYTES = 256;
export const PSC_BYTES = 3;
/** Longest text of a frame: command, parameter and 264 bytes of data. */
export const MAX_TEXT_BYTES = 266;

/** Command and parameter. */
const CODE_BYTES = 2;
/** STX, length, command, parameter: what stands before a command's data. */
const COMMAND_HEAD_BYTES = 5;
/** Before an answer's secret: its head, the result and the error counter. */
const SECURITY_SHOWN_BYTES = 7;

export const COMMAND_NAMES = ['status', 'powerOn', 'readMain', 'readSecurity', 'verifyPsc', 'writeMain', 'changePsc'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

export interface CommandValues {
  readonly address?: number;
  readonly length?: number;
  readonly psc?: Uint8Array;
  readonly data?: Uint8Array;
}

export interface Answer {
  readonly result: number;
  readonly data: Uint8Array;
}

export interface Dialect {
  readonly resultOk: number;
  readonly resultNoCard: number;
  /** Returns the text of a command. */
  encode(name: CommandName, values?: CommandValues): Uint8Array;
  /** Returns which command a text belongs to, by its command and parameter; null for none. */
  nameOf(text: Uint8Array): CommandName | null;
  /** Returns result and data of an answer to `name`; null when the frame is none. */
  decodeAnswer(name: CommandName, frame: Uint8Array): Answer | null;
  /** Returns the frame as it may stand in a trace: without the PSC, and without what follows it, whose BCC would give a hint. */
  maskSecrets(frame: Uint8Array): Uint8Array;
  /** Returns in words what a frame says. Nothing of its data. */
  describe(frame: Uint8Array, direction: 'sent' | 'received'): Meaning;
}

const CODE = /^[0-9A-Fa-f]{2} [0-9A-Fa-f]{2}/;
const PLACES: Readonly<Record<CommandName, readonly string[]>> = {
  status: [],
  powerOn: [],
  readMain: ['{address}', '{length}'],
  readSecurity: [],
  verifyPsc: ['{psc}'],
  writeMain: ['{address}', '{data}'],
  changePsc: ['{psc}'],
};

/** Reads a model's commands and results; throws SETTINGS_INVALID naming the option that is malformed or lacks a place that its command needs. */
export function readDialect(options: DriverContext['options']): Dialect {
  const templates = new Map<CommandName, readonly string[]>();
  const names = new Map<string, CommandName>();
  for (const name of COMMAND_NAMES) {
    const field = `${name}Command`;
    const template = textOption(options, field, {
      form: /^[0-9A-Fa-f]{2} [0-9A-Fa-f]{2}( ([0-9A-Fa-f]{2}|\{(address|length|psc|data)\}))*$/,
    });
    const tokens = template.split(' ');
    const code = (CODE.exec(template)?.[0] ?? '').toUpperCase();
    const complete = PLACES[name].every((place) => tokens.includes(place));
    // An answer is told by its command and parameter alone, so no two commands may share them.
    if (!complete || names.has(code)) throw new Fault('SETTINGS_INVALID', { field: `options.${field}`, reason: template });
    templates.set(name, tokens);
    names.set(code, name);
  }
  const result = (name: string) => Number.parseInt(textOption(options, name, { form: /^[0-9A-Fa-f]{2}$/ }), 16);

  const resultOk = result('resultOk');
  const resultNoCard = result('resultNoCard');

  function bytesOf(token: string, { address = 0, length = 0, psc = new Uint8Array(0), data = new Uint8Array(0) }: CommandValues) {
    if (token === '{address}') return [address];
    if (token === '{length}') return [length];
    if (token === '{psc}') return [...psc];
    return token === '{data}' ? [...data] : [...fromHex(token)];
  }

  function nameOf(text: Uint8Array): CommandName | null {
    const code = [...text.subarray(0, CODE_BYTES)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
    return names.get(code) ?? null;
  }

  return {
    resultOk,
    resultNoCard,
    encode: (name, values = {}) => Uint8Array.from((templates.get(name) ?? []).flatMap((token) => bytesOf(token, values))),
    nameOf,
    decodeAnswer(name, frame) {
      const text = textOfStxFrame(frame);
      const answered = text[CODE_BYTES];
      return nameOf(text) === name && answered !== undefined ? { result: answered, data: text.slice(CODE_BYTES + 1) } : null;
    },
    maskSecrets(frame) {
      if (frame[0] !== STX) return frame;
      const text = textOfStxFrame(frame);
      const name = nameOf(text);
      // Command and result alone: an answer, too short to hold a secret.
      if ((name === 'verifyPsc' || name === 'changePsc') && text.length > CODE_BYTES + 1) return frame.slice().fill(0, COMMAND_HEAD_BYTES);
      return name === 'readSecurity' ? frame.slice().fill(0, SECURITY_SHOWN_BYTES) : frame;
    },
    describe(frame, direction) {
      if (frame[0] !== STX) return CONTROL_NAMES.get(frame[0] ?? 0) ?? say('unknown byte');
      const text = textOfStxFrame(frame);
      const name = nameOf(text);
      const words = name === null ? say('unknown command') : COMMAND_WORDS[name];
      const [, , said = 0] = text;
      if (direction === 'sent') return words;
      const failed = said === resultNoCard ? say('no card') : say('failed, {result}', { result: said.toString(16).toUpperCase() });
      return say('{command}: {result}', { command: words, result: said === resultOk ? say('done') : failed });
    },
  };
}

const CONTROL_NAMES = new Map<number, SaidMeaning>([
  [ACK, say('ACK: command taken')],
  [NAK, say('NAK: not understood')],
  [ENQ, say('ENQ: carry it out')],
]);

const COMMAND_WORDS: Readonly<Record<CommandName, SaidMeaning>> = {
  status: say('asks for the status'),
  powerOn: say('powers the card on'),
  readMain: say('reads main memory'),
  readSecurity: say('reads security memory'),
  verifyPsc: say('presents the PSC'),
  writeMain: say('writes main memory'),
  changePsc: say('changes the PSC'),
};
