// Damaged bytes as they may stand in the trace of a device that is told secrets.

/**
 * Returns the bytes with all but the first as 00, and with all as 00 where they are few: where a frame's beginning was lost nobody can say where a secret lies
 * in the rest, and pieces in a row must not spell one either.
 */
export function maskDamaged(bytes: Uint8Array): Uint8Array {
  return bytes.slice().fill(0, bytes.length < 4 ? 0 : 1);
}
