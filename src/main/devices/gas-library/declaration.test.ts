// C declarations of the trade's functions, as they stand in makers' headers.
import { describe, expect, it } from 'vitest';
import { parseDeclaration, profileOf } from './declaration.ts';

describe('declaration', () => {
  it('reads values, pointers and texts in the order of the header', () => {
    const text = 'int __stdcall WriteGasCard(short com, long baud, const char kh[20], char dqdm[5], long ql, int *cs);';
    expect(parseDeclaration(text, 'WriteGasCard')).toEqual({
      name: 'WriteGasCard',
      parameters: [
        { passed: 'value', type: 'short', name: 'com' },
        { passed: 'value', type: 'long', name: 'baud' },
        { passed: 'text', bytes: 20, name: 'kh' },
        { passed: 'text', bytes: 5, name: 'dqdm' },
        { passed: 'value', type: 'long', name: 'ql' },
        { passed: 'pointer', type: 'int', name: 'cs' },
      ],
    });
    expect(parseDeclaration('int CheckGasCard(void)', 'CheckGasCard').parameters).toEqual([]);
  });

  it.each([
    ['int WriteGasCard(int com', 'not a C declaration'],
    ['void WriteGasCard(int com)', 'not a C declaration'],
    ['int ReadGasCard(int com)', 'declares ReadGasCard'],
    ['int SomethingElse(int com)', 'Invalid option'],
    ['int WriteGasCard(int com, double ql)', 'double ql:'],
    ['int WriteGasCard(int com, char kh[0])', 'char kh[0]:'],
    ['int WriteGasCard(int com, char *kh)', 'char name[bytes]'],
    ['int WriteGasCard(int com, int kh)', 'char name[bytes]'],
    ['int WriteGasCard(int com, char ql[8])', 'a number cannot be passed as text'],
    ['int WriteGasCard(int com, int ql[8])', 'int ql[8]:'],
    ['int WriteGasCard(int com, int price)', 'int price:'],
    ['int WriteGasCard(int com, int com)', 'a parameter twice'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseDeclaration(text, 'WriteGasCard')).toThrow(reason);
  });

  it('has defaults for all five, and takes a maker over them', () => {
    const standard = profileOf({});
    expect(standard.charset).toBe('GBK');
    expect(standard.declarations.ReadGasCard.parameters).toHaveLength(23);
    const own = profileOf({ CheckGasCard: 'int CheckGasCard(short com)', checkLimitMs: 1_000, somethingOfTheDriver: true });
    expect(own.declarations.CheckGasCard.parameters).toEqual([{ passed: 'value', type: 'short', name: 'com' }]);
    expect(own.checkLimitMs).toBe(1_000);
  });

  it('names the option that is wrong', () => {
    expect(() => profileOf({ charset: 'EBCDIC' })).toThrow('options.charset');
    expect(() => profileOf({ writeLimitMs: 1 })).toThrow('options.writeLimitMs');
    expect(() => profileOf({ ReadGasCard: 'int ReadGasCard(int com, int baud, char dqdm[8], int *ql, short *cs)' })).toThrow('without kh');
  });
});
