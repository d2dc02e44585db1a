// Check sums shared by card layouts and frames.

/**
 * CRC-16/XMODEM: polynomial 1021h, initial value 0, no reflection. Returns 0 to FFFFh.
 * Check value: "123456789" gives 31C3h.
 */
export function crc16Xmodem(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
