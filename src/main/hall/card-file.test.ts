// The card file: what a byte's write leaves, and what is not a card file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CardRecord, createCardFile, openCardFile } from './card-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-cards-'));
  file = join(folder, 'hall', 'cards.bin');
});
afterEach(() => rmSync(folder, { recursive: true }));

function card(cardNo: string, change: Partial<CardRecord> = {}): CardRecord {
  return { cardNo, image: new Uint8Array(256), errorCounter: 7, psc: Uint8Array.of(1, 2, 3), flaw: '', ...change };
}

describe('card file', () => {
  it('gives back what was put in', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 256, maxLength: 256 }),
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        fc.constantFrom(0, 1, 3, 7),
        fc.array(fc.boolean(), { minLength: 32, maxLength: 32 }),
        (image, psc, errorCounter, protectedBytes) => {
          createCardFile(file, [card('A'), card('B', { image, psc, errorCounter, protectedBytes, flaw: 'locked' }), card('C')]);
          const opened = openCardFile(file);
          const found = opened.get('B');
          opened.close();
          expect(found).toMatchObject({ cardNo: 'B', main: image, psc, errorCounter, protectedBytes, flaw: 'locked', damaged: false });
        },
      ),
      { numRuns: 30 },
    ));

  it('finds any of many cards, in whatever batch it was written', () => {
    createCardFile(
      file,
      (function* () {
        for (let n = 0; n < 10_000; n += 1) yield card(`6200${n}`, { errorCounter: n % 8 });
      })(),
    );
    const opened = openCardFile(file);
    expect(opened.size).toBe(10_000);
    for (const n of [0, 4_095, 4_096, 8_192, 9_999]) expect(opened.get(`6200${n}`)?.errorCounter).toBe(n % 8);
    expect(opened.get('nobody')).toBeNull();
    opened.close();
  });

  it('keeps every persisted byte, and nothing that was not', () => {
    createCardFile(file, [card('A'), card('B')]);
    const first = openCardFile(file);
    const held = first.get('A');
    if (held === null) throw new Error('no card');
    expect(first.get('A')).toBe(held);
    held.main[5] = 0x55;
    held.errorCounter = 3;
    held.psc[2] = 9;
    held.protectedBytes[31] = true;
    held.persist();
    held.main[6] = 0x66;
    // No close: as after a SIGKILL.
    const second = openCardFile(file);
    const found = second.get('A');
    expect([found?.main[5], found?.main[6], found?.errorCounter, found?.psc[2], found?.protectedBytes[31]]).toEqual([0x55, 0, 3, 9, true]);
    expect(second.get('B')?.main).toEqual(new Uint8Array(256));
    first.close();
    second.close();
  });

  it('marks a card with a broken chip', () => {
    createCardFile(file, [card('A', { flaw: 'damaged' })]);
    const opened = openCardFile(file);
    expect(opened.get('A')?.damaged).toBe(true);
    opened.close();
  });

  it('refuses records that do not fit, and files that are none', () => {
    expect(() => createCardFile(file, [card('A', { image: new Uint8Array(255) })])).toThrow(RangeError);
    expect(() => createCardFile(file, [card('1'.repeat(25))])).toThrow(RangeError);
    expect(() => createCardFile(file, [card('A', { flaw: 'f'.repeat(17) })])).toThrow(RangeError);
    writeFileSync(file, 'something else');
    expect(() => openCardFile(file)).toThrow(expect.objectContaining({ code: 'HALL_UNAVAILABLE' }));
  });
});
