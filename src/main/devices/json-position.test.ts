// Positions in JSON texts: errors where a person sees them, members where they stand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSyntaxError, locate } from './json-position.ts';

describe('findSyntaxError', () => {
  it.each([
    ['{\n  "a": 1,\n}', 3, 1, 'a name in double quotes expected'],
    ['{\n  "a" 1\n}', 2, 7, '":" expected'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, '"," or "}" expected'],
    ['{ "a": [1, 2 }', 1, 14, '"," or "]" expected'],
    ['{ "a": COM3 }', 1, 8, 'a value expected'],
    ['{ "a": "open\n }', 1, 8, 'a text without its closing quote'],
    ['{\n "path": "\\\\.\\COM3" }', 2, 10, 'a backslash that begins no escape; a backslash itself is written twice'],
    ['{} {}', 1, 4, 'nothing may follow the value'],
    ['', 1, 1, 'a value expected'],
    ['{ "a": 01 }', 1, 9, '"," or "}" expected'],
  ])('%j: line %i, column %i', (text, line, column, reason) => {
    expect(findSyntaxError(text)).toEqual({ line, column, reason });
  });

  it('agrees with JSON.parse on every text', () => {
    const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '{', ']', '0', '\\', 'x')).map(([text, at, piece]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + piece + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged), (text) => {
        const found = findSyntaxError(text);
        if (found === null) expect(() => JSON.parse(text)).not.toThrow();
        else expect(found.reason).not.toBe('not JSON');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('locate', () => {
  const text = '{\n  "devices": {\n    "reader": {\n      "driver": "a-b",\n      "list": [1,\n        2]\n    }\n  }\n}';

  it('finds a member, an element, and the place of a missing member', () => {
    expect(locate(text, ['devices', 'reader', 'driver'])).toEqual({ line: 4, column: 17 });
    expect(locate(text, ['devices', 'reader', 'list', 1])).toEqual({ line: 6, column: 9 });
    expect(locate(text, ['devices', 'reader', 'transport'])).toEqual({ line: 3, column: 15 });
    expect(locate(text, [])).toEqual({ line: 1, column: 1 });
  });

  it('does not take a member of the same name elsewhere', () => {
    expect(locate('{"a": {"b": 1},\n"c": {"b": 2}}', ['c', 'b'])).toEqual({ line: 2, column: 12 });
  });
});
