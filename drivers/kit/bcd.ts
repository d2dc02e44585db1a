// Packed decimal digits as meters send them: two digits a byte, the low byte first.

/** Returns the digits, high digit first, of bytes that come low byte first; null when a nibble is no decimal digit. */
export function digitsOfBcd(bytes: Uint8Array): string | null {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .reverse()
    .join('');
  return /^\d*$/.test(digits) ? digits : null;
}

/** Returns the bytes, low byte first, of an even number of digits given high digit first; throws RangeError otherwise. `A` is allowed: it stands for any digit in a meter's address. */
export function bcdOfDigits(digits: string): Uint8Array {
  if (!/^([\dA]{2})*$/.test(digits)) throw new RangeError('an even number of digits');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).reverse();
}

/** Returns `YYYY-MM-DDThh:mm:ss` of 14 digits `YYYYMMDDhhmmss`; null when they are no point in time, as with a clock that was never set. */
export function clockOfDigits(digits: string | null): string | null {
  const parts = digits?.match(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const clock = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const date = new Date(`${clock}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(clock) ? clock : null;
}
