// Numbers for messages whose frames have one byte for them.

/** CRC-8 with the polynomial 07h. */
function crc8(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}

/**
 * Returns a function that numbers messages by a check over a count and their content. The same message again gets another number for certain, and an
 * answer to another message, even one from before this program started, hardly ever carries it. Numbers that `isTaken` are passed over.
 */
export function createSequence(isTaken: (sequence: number) => boolean): (message: readonly number[]) => number {
  let count = 0;
  return (message) => {
    for (;;) {
      count = (count + 1) & 0xff;
      const sequence = crc8([count, ...message]);
      if (!isTaken(sequence)) return sequence;
    }
  };
}
