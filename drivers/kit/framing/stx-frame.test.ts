// Tests of the STX/ETX/BCC framer alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStxFramer, ENQ, encodeStxFrame, STX, textOfStxFrame } from './stx-frame.ts';
import { ACK } from './xmodem.ts';

const MAX = 266;
const framer = () => createStxFramer({ maxTextBytes: MAX });
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const text = fc.uint8Array({ minLength: 1, maxLength: 40 });
const control = fc.constantFrom(0x04, 0x05, 0x06, 0x15).map((byte) => Uint8Array.of(byte));
const message = fc.oneof(text.map(encodeStxFrame), control);
const kinds = (events: readonly { readonly kind: string }[]) => events.map((event) => event.kind);

test('the published reset command', () => {
  expect([...encodeStxFrame(Uint8Array.of(0x30, 0x30))]).toEqual([0x02, 0x00, 0x02, 0x30, 0x30, 0x03, 0x03]);
  expect([...encodeStxFrame(new Uint8Array(264)).subarray(0, 3)]).toEqual([0x02, 0x01, 0x08]);
});

test('frames and control bytes come out whole however they are cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (messages, size) => {
      const stream = joined(...messages);
      const own = framer();
      const events = [];
      for (let at = 0; at < stream.length; at += size) events.push(...own.push(stream.subarray(at, at + size)));
      expect(events).toEqual(messages.map((bytes) => ({ kind: 'frame', bytes })));
      expect(own.pending).toBe(0);
    }),
  );
});

test('the text is what went in, at every length up to the bound and none beyond', () => {
  for (let length = 0; length <= MAX; length += 1) {
    const bytes = new Uint8Array(length).map((_, index) => index * 7);
    const events = framer().push(encodeStxFrame(bytes));
    expect(kinds(events)).toEqual(['frame']);
    expect(textOfStxFrame(events[0]?.bytes ?? new Uint8Array(0))).toEqual(bytes);
  }
  expect(kinds(framer().push(encodeStxFrame(new Uint8Array(MAX + 1))))).toEqual(['bad-sum']);
  expect(() => encodeStxFrame(new Uint8Array(0x1_0000))).toThrow(RangeError);
});

test('one damaged byte never gives this frame, nor a control byte out of its data', () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, place, mask) => {
      const bytes = encodeStxFrame(content);
      const at = 1 + (place % (bytes.length - 1));
      const own = framer();
      const events = [...own.push(bytes.map((byte, index) => (index === at ? byte ^ mask : byte))), ...own.cut()];
      // Data that happens to be a good frame by itself may be found behind damage; single control bytes are not.
      for (const event of events)
        if (event.kind === 'frame') expect([event.bytes.length > 1, event.bytes.join() === bytes.join()]).toEqual([true, false]);
      expect(own.pending).toBe(0);
    }),
  );
});

test('after damage control bytes mean nothing until a silence or a good frame', () => {
  const own = framer();
  expect(kinds(own.push(Uint8Array.of(0x99, ACK, ENQ)))).toEqual(['bad-sum']);
  expect(own.push(Uint8Array.of(ACK))).toEqual([]);
  expect(own.pending).toBeGreaterThan(0);
  expect(own.cut()).toEqual([]);
  expect(kinds(own.push(Uint8Array.of(ACK)))).toEqual(['frame']);
  own.push(Uint8Array.of(0x99));
  expect(kinds(own.push(joined(encodeStxFrame(Uint8Array.of(1, 2)), Uint8Array.of(ACK))))).toEqual(['frame', 'frame']);
});

test('a false head that waits for more gives the swallowed frame out when the line falls silent', () => {
  const own = framer();
  const wanted = encodeStxFrame(Uint8Array.of(7, 8));
  expect(own.push(joined(Uint8Array.of(STX, 0, 200), wanted))).toEqual([]);
  const events = own.cut();
  expect(kinds(events)).toEqual(['short', 'frame']);
  expect(events.at(-1)?.bytes).toEqual(wanted);
  expect(own.pending).toBe(0);
});

test('a frame is always found between any noise once the line has been silent, and no more is held than a frame', () => {
  const wanted = encodeStxFrame(Uint8Array.of(0x11, 0x22, 0x33));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.uint8Array({ maxLength: 60 }), (before, behind) => {
      const own = framer();
      own.push(before);
      expect(own.pending).toBeLessThan(MAX + 5);
      own.cut();
      const events = [...own.push(joined(wanted, behind)), ...own.cut()];
      expect(events[0]).toEqual({ kind: 'frame', bytes: wanted });
      expect(own.pending).toBe(0);
    }),
  );
});
