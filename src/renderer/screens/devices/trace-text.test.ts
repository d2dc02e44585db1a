// The byte trace as text: groups, filter, lines.
import { describe, expect, it } from 'vitest';
import { exactTime, filtered, grouped, type TraceFrame, traceLines } from './trace-text.ts';

const frame = (change: Partial<TraceFrame>): TraceFrame => ({ atMs: 0, direction: 'sent', hex: '', note: '', ...change });

describe('the trace', () => {
  it('groups bytes by eight, whatever the spelling', () => {
    expect(grouped('0200053132330337 41')).toBe('02 00 05 31 32 33 03 37  41');
    expect(grouped('')).toBe('');
  });

  it('finds bytes with or without spaces, words of the note, and directions', () => {
    const frames = [frame({ hex: '100401', note: 'status' }), frame({ hex: '12', direction: 'received', note: 'Online' })];
    expect(filtered(frames, { way: 'all', text: '' })).toEqual(frames);
    expect(filtered(frames, { way: 'all', text: '04 01' })).toEqual([frames[0]]);
    expect(filtered(frames, { way: 'all', text: 'online' })).toEqual([frames[1]]);
    expect(filtered(frames, { way: 'received', text: '1' })).toEqual([frames[1]]);
    expect(filtered(frames, { way: 'sent', text: 'online' })).toEqual([]);
  });

  it('makes lines for a mail', () => {
    const atMs = new Date(2026, 10, 21, 14, 5, 9, 7).getTime();
    expect(exactTime(atMs)).toBe('14:05:09.007');
    expect(traceLines([frame({ atMs, hex: '1004', note: 'ask' }), frame({ atMs, direction: 'received', hex: '12' })])).toBe(
      '14:05:09.007 > 10 04  ask\n14:05:09.007 < 12\n',
    );
  });
});
