// Tests of the fixed-length framer alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFixedFramer, hasGoodSum16, sum16, withSum16 } from './fixed-frame.ts';

const format = { frameBytes: 6, isHead: (byte: number) => byte === 0x55 || byte === 0x5a };
const frame = (...data: number[]) => withSum16(Uint8Array.of(0x55, ...data));

test('the sum is of all bytes, high byte first', () => {
  expect(sum16(Uint8Array.of(0x55, 0x03, 0x0a, 0x01))).toBe(0x63);
  expect([...withSum16(Uint8Array.of(0xff, 0xff))]).toEqual([0xff, 0xff, 0x01, 0xfe]);
  expect(hasGoodSum16(Uint8Array.of(0xff, 0xff, 0x01, 0xff))).toBe(false);
});

test('frames come out whole however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255))), fc.integer({ min: 1, max: 20 }), (contents, size) => {
      const frames = contents.map((data) => frame(...data));
      const stream = Uint8Array.from(frames.flatMap((bytes) => [...bytes]));
      const framer = createFixedFramer(format);
      const events = [];
      for (let at = 0; at < stream.length; at += size) events.push(...framer.push(stream.subarray(at, at + size)));
      expect(events).toEqual(frames.map((bytes) => ({ kind: 'frame', bytes })));
      expect(framer.pending).toBe(0);
    }),
  );
});

test('a wrong sum is reported once and the next frame is found', () => {
  const framer = createFixedFramer(format);
  const bad = frame(1, 2, 3);
  bad[5] = (bad[5] ?? 0) ^ 1;
  expect(framer.push(bad)).toEqual([{ kind: 'bad-sum', bytes: bad }]);
  expect(framer.push(frame(4, 5, 6))).toEqual([{ kind: 'frame', bytes: frame(4, 5, 6) }]);
});

test('a lost byte costs its own frame and not the one behind it', () => {
  const framer = createFixedFramer(format);
  const events = [...framer.push(frame(1, 2, 3).slice(0, 5)), ...framer.push(frame(4, 5, 6)), ...framer.push(frame(7, 8, 9))];
  expect(events.map((event) => event.kind)).toEqual(['bad-sum', 'frame', 'frame']);
});

test('noise before a frame is reported once and skipped', () => {
  const framer = createFixedFramer(format);
  expect(framer.push(Uint8Array.of(0x00, 0x13)).map((event) => event.kind)).toEqual(['bad-sum']);
  expect(framer.push(frame(1, 2, 3)).map((event) => event.kind)).toEqual(['frame']);
});

test('silence inside a frame gives the short part away and starts afresh', () => {
  const framer = createFixedFramer(format);
  framer.push(frame(1, 2, 3).slice(0, 4));
  expect(framer.pending).toBe(4);
  expect(framer.cut()).toEqual([{ kind: 'short', bytes: frame(1, 2, 3).slice(0, 4) }]);
  expect(framer.cut()).toEqual([]);
  expect(framer.push(frame(4, 5, 6)).map((event) => event.kind)).toEqual(['frame']);
});

test('random noise never throws and a frame after silence is always found', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      const framer = createFixedFramer(format);
      framer.push(noise);
      framer.cut();
      expect(framer.push(frame(1, 2, 3)).at(-1)?.kind).toBe('frame');
    }),
  );
});
