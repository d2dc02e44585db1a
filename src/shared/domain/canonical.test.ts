// Canonical JSON: one spelling per value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, operationPreimage } from './canonical.ts';

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

describe('canonical JSON', () => {
  it('sorts keys, leaves out undefined, has no white space', () => {
    expect(canonicalJson({ b: [1, -0, true, null], a: '气 "x"\n', c: undefined, aa: {} })).toBe(
      '{"a":"气 \\"x\\"\\n","aa":{},"b":[1,0,true,null]}',
    );
  });

  it('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(shuffled(value))).toBe(text);
      }),
    );
  });

  it.each([0.5, Number.NaN, 2 ** 53, undefined, () => 0, 1n, Symbol('x')])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(RangeError);
    expect(() => canonicalJson([value])).toThrow(RangeError);
  });
});

describe('the text under an operation’s hash', () => {
  const operation = {
    id: 'i',
    counterId: 'C01',
    seq: 2,
    kind: 'shift.opened',
    businessDate: '2026-03-02',
    shiftId: 's',
    clerk: '1001',
    accountId: '',
    recordedAtMs: 5,
    previousHash: 'h',
  };
  it('holds every field', () => {
    expect(operationPreimage(operation, '{}')).toBe('h\ni\nC01\n2\nshift.opened\n2026-03-02\ns\n1001\n\n5\n{}');
    const plain = operationPreimage(operation, '{}');
    for (const key of Object.keys(operation) as (keyof typeof operation)[]) {
      expect(operationPreimage({ ...operation, [key]: typeof operation[key] === 'number' ? 99 : 'other' }, '{}'), key).not.toBe(plain);
    }
  });
});
