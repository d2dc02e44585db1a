// Check sums shared by card layouts and frames.

/**
 * CRC-16/XMODEM: polynomial 1021h, initial value 0, no reflection. Returns 0 to FFFFh.
 * Check value: "123456789" gives 31C3h.
 */
export function crc16Xmodem(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (REMAINDERS[(crc >> 8) ^ byte] ?? 0);
  return crc;
}

/** What each byte leaves behind when the polynomial has passed over it. */
const REMAINDERS = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  return crc;
});
