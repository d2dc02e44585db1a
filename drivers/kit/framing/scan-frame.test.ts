// Tests of the framer for self-measuring frames alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScanFramer } from './scan-frame.ts';

/** 68 length data… sum; FE means nothing. */
const format = {
  isHead: (byte: number) => byte === 0x68,
  isFill: (byte: number) => byte === 0xfe,
  lengthOf(held: Uint8Array): number | 'more' | 'none' {
    const length = held[1];
    if (length === undefined) return 'more';
    return length <= 40 ? length + 3 : 'none';
  },
  isGood: (frame: Uint8Array) => (frame.subarray(0, -1).reduce((sum, byte) => sum + byte, 0) & 0xff) === frame.at(-1),
};
function frame(...data: number[]): Uint8Array {
  const body = [0x68, data.length, ...data];
  return Uint8Array.of(...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff);
}
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

test('frames come out whole however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), fc.integer({ min: 1, max: 20 }), (contents, size) => {
      const frames = contents.map((data) => frame(...data));
      const stream = joined(...frames.flatMap((bytes) => [Uint8Array.of(0xfe, 0xfe), bytes]));
      const framer = createScanFramer(format);
      const events = [];
      for (let at = 0; at < stream.length; at += size) events.push(...framer.push(stream.subarray(at, at + size)));
      expect(events).toEqual(frames.map((bytes) => ({ kind: 'frame', bytes })));
      expect(framer.pending).toBe(0);
    }),
  );
});

test('noise is reported once and the frame behind it is found', () => {
  const framer = createScanFramer(format);
  const noise = Uint8Array.of(1, 2, 0x68, 0xff, 3);
  expect(framer.push(joined(noise, frame(7))).map((event) => event.kind)).toEqual(['bad-sum', 'frame']);
});

test('a false head that waits for more gives the swallowed frame out when the line falls silent', () => {
  const framer = createScanFramer(format);
  expect(framer.push(joined(Uint8Array.of(0x68, 40), frame(7)))).toEqual([]);
  expect(framer.pending).toBe(6);
  const events = framer.cut();
  expect(events.map((event) => event.kind)).toEqual(['short', 'frame']);
  expect(events.at(-1)?.bytes).toEqual(frame(7));
  expect(framer.pending).toBe(0);
});

test('a part is reported once and forgotten', () => {
  const framer = createScanFramer(format);
  framer.push(frame(1, 2, 0x68, 4).subarray(0, 6));
  expect(framer.cut().map((event) => event.kind)).toEqual(['short']);
  expect(framer.cut()).toEqual([]);
  expect(framer.push(frame(9)).map((event) => event.kind)).toEqual(['frame']);
});

test('a frame is always found between any noise once the line has been silent', () => {
  const wanted = frame(0x11, 0x22, 0x33);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (before, behind) => {
      const framer = createScanFramer(format);
      // The noise may hold a good frame of its own by chance; the wanted one must be among them unless such a frame overlaps it.
      const events = [...framer.push(before), ...framer.cut(), ...framer.push(joined(wanted, behind)), ...framer.cut()];
      expect(events.some((event) => event.kind === 'frame' && event.bytes.join() === wanted.join())).toBe(true);
      expect(framer.pending).toBe(0);
    }),
  );
});
