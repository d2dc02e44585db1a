// Every return code of the trade's contract has its fault.
import { describe, expect, it } from 'vitest';
import type { FaultCode } from '../../../shared/domain/fault.ts';
import { faultOfReturn } from './return-codes.ts';

const EXPECTED: readonly [number, FaultCode][] = [
  [-1, 'LIBRARY_UNREGISTERED'],
  [-2, 'PORT_FAILED'],
  [-3, 'DEVICE_NO_ANSWER'],
  [-4, 'CARD_ABSENT'],
  [-5, 'CARD_LOCKED'],
  [-6, 'CARD_LOCKED'],
  [-7, 'CARD_DAMAGED'],
  [-8, 'CARD_OTHER_LAYOUT'],
  [-9, 'CARD_PSC_WRONG'],
  [-10, 'CARD_WRITE_UNVERIFIED'],
  [-11, 'CARD_WRITE_UNVERIFIED'],
  [-12, 'PORT_FAILED'],
  [-13, 'CARD_BLANK'],
  [-14, 'CARD_OTHER_REGION'],
  [-15, 'CARD_CHANGED_ELSEWHERE'],
  [-16, 'CARD_MISMATCH'],
  [-17, 'CARD_WRITE_UNVERIFIED'],
  [-18, 'AMOUNT_OUT_OF_RANGE'],
  ...Array.from({ length: 12 }, (_, index): [number, FaultCode] => [-19 - index, 'LIBRARY_FAILED']),
];

const of = (code: number) => faultOfReturn({ code, from: 'WriteGasCard', file: 'meter.dll' });

describe('return codes', () => {
  it.each(EXPECTED)('%i is %s', (code, fault) => {
    expect(of(code)).toMatchObject({ code: fault, context: { returnCode: code, function: 'WriteGasCard', file: 'meter.dll' } });
  });

  it('leaves none of the contract out', () => {
    expect(EXPECTED.map(([code]) => code)).toEqual(Array.from({ length: 30 }, (_, index) => -1 - index));
  });

  it('takes 0 for success, and what the contract does not know for a failed library', () => {
    expect(of(0)).toBeNull();
    for (const code of [1, -31, 255, 0x7fff_ffff, -0x8000_0000]) expect(of(code)?.code).toBe('LIBRARY_FAILED');
  });
});
