// Messages of a HID card reader in reports of 64 bytes: layout, assembly, masking.
//
//     0      length of the part in this report, 1 to 59; bit 7: another report of the message follows
//     1      sequence: the command's in its answer, 0 in what the reader sends by itself
//     2      number of the report in its message, from 0
//     3–61   part of the message, 00 behind it
//     62–63  sum of bytes 0–61, high byte first
//
// A command is: command (below 80h), slot, then what it needs; an answer: command with bit 7 set, slot, status, then data.
//     status                             → presence in the status
//     read main, address, length         → address, data
//     read security                      → error counter and PSC (00 until it was accepted)
//     present PSC, three bytes           →
//     write main, address, data          → address
//     change PSC, three bytes            →                                 (the card has accepted its PSC before)
//     event (by the reader itself)       : event, slot, status
import {
  createFixedFramer,
  type DriverContext,
  Fault,
  type FixedFramer,
  type FrameEvent,
  integerOption,
  type SaidMeaning,
  say,
  withSum16,
} from '../kit/index.ts';

export const REPORT_BYTES = 64;
const PART_BYTES = 59;
const HEAD_BYTES = 3;
const MORE = 0x80;
/** Set in an answer's command: an echo of what was sent is no answer. */
export const ANSWER = 0x80;

export const STATUS = { ok: 0, noCard: 1, damaged: 2, pscNotVerified: 3, pscWrong: 4 } as const;

export interface Message {
  readonly sequence: number;
  readonly body: Uint8Array;
}

export type CommandName = 'status' | 'readMain' | 'readSecurity' | 'presentPsc' | 'writeMain' | 'changePsc';

/** Codes of a model. */
export type Codes = Readonly<Record<CommandName | 'event', number>>;

/** Returns the model's codes from its options; throws SETTINGS_INVALID. */
export function readCodes(options: DriverContext['options']): Codes {
  const code = (name: string, most = ANSWER - 1) => {
    const value = integerOption(options, name, { min: 0 });
    if (value > most) throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: `${value}` });
    return value;
  };
  return {
    status: code('statusCommand'),
    readMain: code('readMainCommand'),
    readSecurity: code('readSecurityCommand'),
    presentPsc: code('presentPscCommand'),
    writeMain: code('writeMainCommand'),
    changePsc: code('changePscCommand'),
    event: code('presenceEvent', 0xff),
  };
}

/** Returns the reports that carry a message. */
export function encodeReports({ sequence, body }: Message): Uint8Array[] {
  const count = Math.max(1, Math.ceil(body.length / PART_BYTES));
  return Array.from({ length: count }, (_, index) => {
    const part = body.subarray(index * PART_BYTES, (index + 1) * PART_BYTES);
    const report = new Uint8Array(REPORT_BYTES - 2);
    report.set([part.length | (index < count - 1 ? MORE : 0), sequence, index]);
    report.set(part, HEAD_BYTES);
    return withSum16(report);
  });
}

/** Returns the message in a framer's frame: its sequence, then its body. */
export function messageOf(frame: Uint8Array): Message {
  return { sequence: frame[0] ?? 0, body: frame.slice(1) };
}

/** Returns a framer whose frames are a message's sequence and body, put together from its reports. */
export function createReportFramer(): FixedFramer {
  const isHead = (byte: number) => (byte & ~MORE) >= 1 && (byte & ~MORE) <= PART_BYTES;
  const reports = createFixedFramer({ frameBytes: REPORT_BYTES, isHead });
  let parts: Uint8Array[] = [];
  let sequence = 0;

  function take(event: FrameEvent): FrameEvent[] {
    if (event.kind !== 'frame') {
      parts = [];
      return [event];
    }
    const [head = 0, own = 0, index = 0] = event.bytes;
    const fits = index === parts.length && (index === 0 || own === sequence);
    // A first report begins anew, whatever came before it.
    if (!fits && index !== 0) {
      parts = [];
      return [{ kind: 'bad-sum', bytes: event.bytes }];
    }
    if (index === 0) parts = [];
    sequence = own;
    parts.push(event.bytes.slice(HEAD_BYTES, HEAD_BYTES + (head & ~MORE)));
    if ((head & MORE) !== 0) return [];
    const bytes = Uint8Array.from([sequence, ...parts.flatMap((part) => [...part])]);
    parts = [];
    return [{ kind: 'frame', bytes }];
  }

  return {
    get pending() {
      return reports.pending + parts.length;
    },
    push: (chunk) => reports.push(chunk).flatMap(take),
    cut() {
      const events = reports.cut().flatMap(take);
      const lost = parts;
      parts = [];
      return lost.length > 0 ? [...events, { kind: 'short', bytes: Uint8Array.from(lost.flatMap((part) => [...part])) }] : events;
    },
  };
}

const COMMAND_WORDS: Readonly<Record<CommandName, SaidMeaning>> = {
  status: say('asks for the status'),
  readMain: say('reads main memory'),
  readSecurity: say('reads security memory'),
  presentPsc: say('presents the PSC'),
  writeMain: say('writes main memory'),
  changePsc: say('changes the PSC'),
};
const STATUS_WORDS: Readonly<Record<number, SaidMeaning>> = {
  [STATUS.ok]: say('done'),
  [STATUS.noCard]: say('no card'),
  [STATUS.damaged]: say('card damaged'),
  [STATUS.pscNotVerified]: say('PSC not verified'),
  [STATUS.pscWrong]: say('PSC wrong'),
};

/** Returns in words what a message says. Nothing of its data. */
export function describeMessage({ sequence, body }: Message, codes: Codes, direction: 'sent' | 'received'): SaidMeaning {
  const [code = 0, slot = 0, status = 0] = body;
  const statusWords = STATUS_WORDS[status] ?? say('status {status}', { status });
  if (direction === 'received' && sequence === 0 && code === codes.event)
    return say('slot {slot}: {status}', { slot, status: status === STATUS.ok ? say('card there') : statusWords });
  const name = (Object.keys(COMMAND_WORDS) as CommandName[]).find((each) => codes[each] === (code & ~ANSWER));
  const command = name === undefined ? say('unknown command {code}', { code }) : COMMAND_WORDS[name];
  return (code & ANSWER) === 0
    ? say('slot {slot}: {command}', { slot, command })
    : say('slot {slot}: {command}: {status}', { slot, command, status: statusWords });
}

/** Returns a message for the trace: no PSC, neither presented nor put in place nor read back, also where the line gives back what was sent. */
export function maskMessage({ sequence, body }: Message, codes: Codes): Message {
  const [code = 0] = body;
  const command = code & ~ANSWER;
  const masked = body.slice();
  if (command === codes.presentPsc || command === codes.changePsc) masked.fill(0, code === command ? 2 : 3);
  // The error counter is not secret.
  if (code === (codes.readSecurity | ANSWER)) masked.fill(0, 4);
  return { sequence, body: masked };
}
