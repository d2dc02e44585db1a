// What the five functions return, as our faults: one table for all of them.
import { Fault, type FaultCode } from '../../../shared/domain/fault.ts';

export const GAS_CARD_FUNCTIONS = ['ReadGasCard', 'WriteNewCard', 'WriteGasCard', 'FormatGasCard', 'CheckGasCard'] as const;
export type GasCardFunction = (typeof GAS_CARD_FUNCTIONS)[number];

interface ReturnCode {
  readonly fault: FaultCode;
  /** What the contract says, for the log and for IT. */
  readonly means: string;
}

const HOST: ReturnCode = { fault: 'LIBRARY_FAILED', means: 'the host has found an error' };

/**
 * Source: 《天然气销售系统IC卡接口规范 V1.0》. A writing function can find out at any point that the port, the reader or the card is gone; what it
 * did before stays, so no code of a write says by itself that nothing happened.
 */
const RETURN_CODES: ReadonlyMap<number, ReturnCode> = new Map<number, ReturnCode>([
  [-1, { fault: 'LIBRARY_UNREGISTERED', means: 'the library is not registered' }],
  [-2, { fault: 'PORT_FAILED', means: 'the port cannot be opened' }],
  [-3, { fault: 'DEVICE_NO_ANSWER', means: 'the reader does not work' }],
  [-4, { fault: 'CARD_ABSENT', means: 'there is no card' }],
  // Without its error counter a card must not be presented a password: it is as good as dead.
  [-5, { fault: 'CARD_LOCKED', means: 'the error counter cannot be read' }],
  [-6, { fault: 'CARD_LOCKED', means: 'the card is dead' }],
  [-7, { fault: 'CARD_DAMAGED', means: 'the card cannot be read' }],
  [-8, { fault: 'CARD_OTHER_LAYOUT', means: 'not a user card' }],
  [-9, { fault: 'CARD_PSC_WRONG', means: 'the card has refused its password' }],
  [-10, { fault: 'CARD_WRITE_UNVERIFIED', means: 'the card cannot be written' }],
  [-11, { fault: 'CARD_WRITE_UNVERIFIED', means: 'the backup volume cannot be written' }],
  [-12, { fault: 'PORT_FAILED', means: 'the port cannot be closed' }],
  [-13, { fault: 'CARD_BLANK', means: 'a new card, or inserted the wrong way round' }],
  [-14, { fault: 'CARD_OTHER_REGION', means: 'a foreign card' }],
  [-15, { fault: 'CARD_CHANGED_ELSEWHERE', means: 'the card is not new' }],
  [-16, { fault: 'CARD_MISMATCH', means: 'the card has another number' }],
  [-17, { fault: 'CARD_WRITE_UNVERIFIED', means: 'the card cannot be erased' }],
  [-18, { fault: 'AMOUNT_OUT_OF_RANGE', means: 'over the limit' }],
  ...Array.from({ length: 12 }, (_, index): [number, ReturnCode] => [-19 - index, HOST]),
]);

/** Returns the fault of a return code; null for 0. A code that the contract does not know is LIBRARY_FAILED. */
export function faultOfReturn(returned: {
  readonly code: number;
  readonly from: GasCardFunction;
  /** The library's file name, without its folder. */
  readonly file: string;
}): Fault | null {
  const { code, from, file } = returned;
  if (code === 0) return null;
  const { fault, means } = RETURN_CODES.get(code) ?? { fault: 'LIBRARY_FAILED' as const, means: 'not a code of the contract' };
  return new Fault(fault, { function: from, returnCode: code, reason: means, file });
}
