// Renders receiptline markup to the bytes of one ESC/POS job.
import receiptline from 'receiptline';
import { CHINESE_OFF, DC4, DLE, ENQ, EOT, FEED_AND_CUT, GS, INITIALISE } from './commands.ts';

const rule = (widths: readonly number[]): string => `+${widths.map((width) => `${'-'.repeat(width)}+`).join('')}`;

/**
 * receiptline's generic ESC/POS commands, with three changes. Rules are ASCII: receiptline draws them with a Katakana code page that printers made for
 * China do not have. The job does not end in GS r, whose answer nobody would expect. Markup cannot insert raw commands: a customer's name must never become one.
 * Text stays receiptline's: FS & (Chinese mode on) and GB18030.
 */
const command = {
  ...receiptline.commands.generic,
  close: () => '',
  command: () => '',
  hr: (width: number) => '-'.repeat(width),
  vrstart: rule,
  vrstop: rule,
  vrhr(above: readonly number[], below: readonly number[], leftShift: number, rightShift: number) {
    // Shifts say how far the lower box is set in or out; both rules share one line.
    const upper = `${' '.repeat(Math.max(-leftShift, 0))}${rule(above)}${' '.repeat(Math.max(rightShift, 0))}`;
    const lower = `${' '.repeat(Math.max(leftShift, 0))}${rule(below)}${' '.repeat(Math.max(-rightShift, 0))}`;
    return Array.from(lower, (low, index) => {
      const high = upper[index] ?? ' ';
      if (low === '+' || high === '+') return '+';
      return low === '-' || high === '-' ? '-' : ' ';
    }).join('');
  },
  vr(this: typeof receiptline.commands.generic, widths: readonly number[], height: number) {
    // GS ! n: the bar is as high as the text beside it.
    return widths.reduce((text, width) => `${text}${this.relative(width)}|`, `\x1d!${String.fromCharCode(height - 1)}|`);
  },
};

export interface RenderOptions {
  /** Half-width characters per line. */
  readonly columns: number;
  readonly cut: boolean;
  /** Sent before the text, so that the drawer is open while the paper comes; null leaves it shut. */
  readonly drawer: Uint8Array | null;
}

/** GS v 0 m xL xH yL yH: a picture follows, one bit per dot. */
const PICTURE = [GS, 0x76, 0x30];
const PICTURE_HEAD = 8;

/**
 * A printer looks for real-time commands (DLE EOT, DLE ENQ, DLE DC4) in pictures too: dots that happen to read so would be answered with a status that
 * nobody asked for, or open the drawer. Codes of large modules never do, logos can. Returns the job with one dot more wherever that is so.
 */
export function withoutRealTimeCommands(job: Uint8Array): Uint8Array {
  const bytes = Buffer.from(job);
  const starts = Buffer.from(PICTURE);
  for (let at = bytes.indexOf(starts); at >= 0; at = bytes.indexOf(starts, at)) {
    if (at + PICTURE_HEAD > bytes.length) break;
    const end = at + PICTURE_HEAD + bytes.readUInt16LE(at + 4) * bytes.readUInt16LE(at + 6);
    for (let dots = at + PICTURE_HEAD; dots < Math.min(end, bytes.length - 1); dots += 1)
      if (bytes[dots] === DLE && [EOT, ENQ, DC4].includes(bytes[dots + 1] ?? 0)) bytes[dots] = DLE | 0x20;
    at = end;
  }
  return Uint8Array.from(bytes);
}

/** Returns the bytes of a job: initialise, drawer, text, Chinese mode off, cut. */
export function renderJob(markup: string, options: RenderOptions): Uint8Array {
  // One character of the result is one byte.
  const text = receiptline.transform(markup, { cpl: options.columns, encoding: 'gb18030', spacing: true, cutting: false, command });
  const parts = [INITIALISE, options.drawer ?? new Uint8Array(0), Buffer.from(text, 'latin1'), CHINESE_OFF];
  if (options.cut) parts.push(FEED_AND_CUT);
  return withoutRealTimeCommands(Buffer.concat(parts));
}
