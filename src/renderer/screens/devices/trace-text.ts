// The byte trace as text: grouped, filtered, and as lines for the clipboard. Pure.
import type { Outputs } from '../../../shared/contract/index.ts';
import { clockTime } from '../../format/format.ts';

export type TraceFrame = Outputs['devices']['trace'][number];
export type Way = 'all' | TraceFrame['direction'];

/** Returns the bytes in groups of eight: "02 00 05 31 32 33 03 37  41". */
export function grouped(hex: string): string {
  const bytes = hex.replaceAll(/[^0-9A-Fa-f]/g, '').toUpperCase();
  return (bytes.match(/.{1,16}/g) ?? []).map((group) => (group.match(/.{2}/g) ?? []).join(' ')).join('  ');
}

/** Returns the frames that go this way and hold the text in their note or, without its spaces, in their bytes. */
export function filtered(frames: readonly TraceFrame[], filter: { readonly way: Way; readonly text: string }): readonly TraceFrame[] {
  const wanted = filter.text.trim().toLowerCase();
  const bytes = wanted.replaceAll(/\s/g, '');
  return frames.filter(
    ({ direction, hex, note }) =>
      (filter.way === 'all' || direction === filter.way) &&
      (wanted === '' || note.toLowerCase().includes(wanted) || (/^[0-9a-f]+$/.test(bytes) && hex.toLowerCase().includes(bytes))),
  );
}

/** Returns local time with milliseconds, "14:05:09.123". */
export function exactTime(atMs: number): string {
  return `${clockTime(atMs)}.${String(Math.floor(atMs) % 1000).padStart(3, '0')}`;
}

/** Returns the frames as lines of text. */
export function traceLines(frames: readonly TraceFrame[]): string {
  return frames
    .map(
      ({ atMs, direction, hex, note }) =>
        `${exactTime(atMs)} ${direction === 'sent' ? '>' : '<'} ${grouped(hex)}${note === '' ? '' : `  ${note}`}\n`,
    )
    .join('');
}
