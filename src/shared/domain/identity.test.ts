// Identity and bank numbers: the standards' rules, and every single wrong digit.
import { describe, expect, it } from 'vitest';
import { bankNumberProblem, identityProblem, isPhone, maskName, maskNumber, normaliseNumber } from './identity.ts';

const TODAY = '2026-11-21';
/** The example of GB 11643-1999 itself; it belongs to nobody. */
const RESIDENT = '11010519491231002X';

describe('a citizen identification number', () => {
  it('passes with the check character of the standard', () => {
    expect(identityProblem('resident-id', RESIDENT, TODAY)).toBeNull();
  });

  it('does not pass with any single digit changed', () => {
    for (let at = 0; at < 17; at += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        if (RESIDENT[at] === String(digit)) continue;
        const wrong = `${RESIDENT.slice(0, at)}${digit}${RESIDENT.slice(at + 1)}`;
        expect(identityProblem('resident-id', wrong, TODAY), wrong).not.toBeNull();
      }
    }
  });

  it('does not pass with two neighbouring digits exchanged', () => {
    for (let at = 0; at < 16; at += 1) {
      if (RESIDENT[at] === RESIDENT[at + 1]) continue;
      const wrong = `${RESIDENT.slice(0, at)}${RESIDENT[at + 1]}${RESIDENT[at]}${RESIDENT.slice(at + 2)}`;
      expect(identityProblem('resident-id', wrong, TODAY), wrong).not.toBeNull();
    }
  });

  it('names what is wrong', () => {
    expect(identityProblem('resident-id', '110105194912310021', TODAY)).toBe('checksum');
    expect(identityProblem('resident-id', '11010519490231002X', TODAY)).toBe('date');
    expect(identityProblem('resident-id', RESIDENT, '1949-12-30')).toBe('date');
    expect(identityProblem('resident-id', '110105491231002', TODAY)).toBe('form');
    expect(normaliseNumber('110105 19491231-002x')).toBe(RESIDENT);
  });
});

describe('a unified social credit identifier', () => {
  /** Made up; the last character is worked out by the rule of GB 32100-2015, written down here once more. */
  function company(body: string): string {
    const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    const sum = weights.reduce((total, weight, index) => total + weight * letters.indexOf(body[index] as string), 0);
    const rest = 31 - (sum % 31);
    return body + letters[rest === 31 ? 0 : rest];
  }

  it('passes with its check character and with no other', () => {
    for (const body of ['91350100M000100Y4', '9111000000000000Q', '92440300MA5EXXXX8', '00000000000000000']) {
      const right = company(body);
      for (const last of '0123456789ABCDEFGHJKLMNPQRTUWXY') {
        expect(identityProblem('company', body + last, TODAY)).toBe(body + last === right ? null : 'checksum');
      }
    }
  });

  it('has none of the letters that look like digits', () => {
    for (const letter of 'IOSVZ') expect(identityProblem('company', `91350100M00010${letter}Y43`, TODAY)).toBe('form');
  });
});

it('knows the forms of the other documents', () => {
  expect(identityProblem('hk-macao-permit', 'H12345678', TODAY)).toBeNull();
  expect(identityProblem('hk-macao-permit', 'X12345678', TODAY)).toBe('form');
  expect(identityProblem('taiwan-permit', '12345678', TODAY)).toBeNull();
  expect(identityProblem('taiwan-permit', '1234567', TODAY)).toBe('form');
  expect(identityProblem('passport', 'E00000000', TODAY)).toBeNull();
  expect(identityProblem('passport', 'E-1', TODAY)).toBe('form');
});

it('tells phones from other numbers', () => {
  for (const good of ['13800000000', '19900000000', '010-00000000', '075500000000']) expect(isPhone(good), good).toBe(true);
  for (const bad of ['12800000000', '1380000000', '138000000000', '0000', '', '1380000000a']) expect(isPhone(bad), bad).toBe(false);
});

it('checks the check digit of bank cards and leaves accounts of companies alone', () => {
  expect(bankNumberProblem('6200000000000005')).toBeNull();
  for (let digit = 0; digit < 10; digit += 1) {
    if (digit !== 5) expect(bankNumberProblem(`620000000000000${digit}`)).toBe('checksum');
  }
  expect(bankNumberProblem('1000200030004000')).toBeNull();
  expect(bankNumberProblem('12')).toBe('form');
  expect(bankNumberProblem('62000000000000O5')).toBe('form');
});

it('hides the middle', () => {
  expect(maskNumber(RESIDENT)).toBe('110***********002X');
  expect(maskNumber('E00000000')).toBe('E*****000');
  expect(maskNumber('12')).toBe('12');
  expect(maskName('张三丰')).toBe('张**');
  expect(maskName('')).toBe('');
});
