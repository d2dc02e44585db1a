// What a file for support holds of a line's bytes and of settings: enough to see what was said, nothing of whom it was about.
import { describe, expect, it } from 'vitest';
import type { DeviceSlot } from './ports/devices.ts';
import { withoutPersonalData, withoutSecrets } from './redaction.ts';
import { frameForSupport } from './support-frames.ts';

const ACCOUNT = '1000000008';
const frame = (slot: DeviceSlot, direction: 'sent' | 'received', { hex, note = '' }: { readonly hex: string; readonly note?: string }) =>
  frameForSupport(slot, { slot, atMs: 5, direction, hex, note });
const ascii = (text: string) => Buffer.from(text, 'latin1').toString('hex').toUpperCase();

describe('bytes for support', () => {
  it('of a card reader show head and end of a frame, never the card’s numbers between them, written or read', () => {
    const read = `550100000010A2131091FFFFFFFF435401394130316200000011FFFFFF${ACCOUNT}FF00C1330CA6`;
    for (const direction of ['sent', 'received'] as const)
      expect(frame('reader', direction, { hex: read, note: 'slot 1 reads main: done' })).toMatchObject({
        bytes: 40,
        hex: '550100000010…0CA6',
        note: 'slot 1 reads main: done',
      });
  });

  it('of a card reader’s notes show a command’s head and an answer’s status word', () => {
    const note = (direction: 'sent' | 'received', text: string) => frame('reader', direction, { hex: '', note: text }).note;
    expect(note('sent', 'XfrBlock FF D0 00 40 06 10 00 00 00 08 FF')).toBe('XfrBlock FF D0 00 40 06 …');
    expect(note('received', 'DataBlock ok active 10 00 00 00 08 FF 90 00')).toBe('DataBlock ok active … 90 00');
    expect(note('received', 'DataBlock ok active 90 00')).toBe('DataBlock ok active 90 00');
  });

  it('of a meter show no address', () => {
    const asked = frame('reading-head', 'sent', {
      hex: `FEFEFE6810${'78563412807833'}0103901F01D216`,
      note: 'reads 901F of meter 33780012345678',
    });
    expect(asked).toMatchObject({ hex: 'FEFEFE681078…D216', note: 'reads 901F of meter ***78' });
  });

  it('of a scanner show no digit, in however many pieces the code came', () => {
    const pieces = [ACCOUNT.slice(0, 4), ACCOUNT.slice(4), '\r'];
    expect(pieces.map((piece) => frame('scanner', 'received', { hex: ascii(piece), note: piece }))).toMatchObject([
      { bytes: 4, hex: '........', note: '' },
      { bytes: 6, hex: '............', note: '' },
      { bytes: 1, hex: '0D', note: '' },
    ]);
  });

  it('of a printer show what it is asked and what it answers, and no name that begins or ends a piece', () => {
    expect(frame('printer', 'sent', { hex: '100401' }).hex).toBe('100401');
    expect(frame('printer', 'received', { hex: '72' }).hex).toBe('72');
    expect(frame('printer', 'sent', { hex: 'CDF5D0A1C3F7' }).hex).toBe('............');
    expect(frame('display', 'sent', { hex: `1B40${ascii('Wang Xiaoming')}0D` }).hex).toBe('1B..........…..0D');
  });
});

describe('settings and log for support', () => {
  it('hide everything under a secret’s name, however deep, and leave the keypad', () => {
    const settings = {
      headquarters: { credentials: { user: 'li', words: ['geheim', 7] } },
      cardKeys: ['A1B2C3'],
      devices: { keypad: { driver: 'generic-rating-keypad' } },
    };
    expect(withoutSecrets(settings)).toEqual({
      headquarters: { credentials: { user: '***', words: ['***', '***'] } },
      cardKeys: ['***'],
      devices: { keypad: { driver: 'generic-rating-keypad' } },
    });
  });

  it('hide what follows a secret’s name in a line', () => {
    expect(withoutPersonalData('lp --password=geheim {"token":"abc"} key: k1 slot 2')).toBe(
      'lp --password=*** {"token":"***"} key: *** slot 2',
    );
    expect(withoutPersonalData('slot 1 presents PSC: done')).toBe('slot 1 presents PSC: done');
  });
});
