// Numbers of accounts: the counter, a gapless sequence of it, and a digit that shows a slip of the pen.

const SEQUENCE_DIGITS = 6;

/** Returns the check digit of a row of digits. Rule: ISO 7064 MOD 11,10: finds every wrong digit and nearly every swapped pair. */
function checkDigit(digits: string): number {
  let product = 10;
  for (const digit of digits) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10;
}

/** Returns the account number: the digits of the counter's id, the sequence, the check digit. Two counters never give the same one. */
export function accountNumber(from: { readonly counterId: string; readonly sequence: number }): string {
  const digits = `${from.counterId.replace(/\D/g, '')}${from.sequence.toString().padStart(SEQUENCE_DIGITS, '0')}`;
  return `${digits}${checkDigit(digits)}`;
}

/** Returns whether a number given by `accountNumber` is written right. */
export function isAccountNumber(text: string): boolean {
  return /^\d{8,}$/.test(text) && checkDigit(text.slice(0, -1)) === Number(text.slice(-1));
}
