// 3DES with two keys, as bank and utility cards compute: block encryption, key derivation, MAC. For simulated cards only.
import { createCipheriv } from 'node:crypto';

const BLOCK_BYTES = 8;
const NO_START = new Uint8Array(BLOCK_BYTES);

/** CBC without padding; the key is 8 bytes (single DES as three times the same) or 16. */
function cbc(key: Uint8Array, start: Uint8Array, data: Uint8Array): Uint8Array {
  const left = key.subarray(0, BLOCK_BYTES);
  const right = key.length > BLOCK_BYTES ? key.subarray(BLOCK_BYTES) : left;
  const cipher = createCipheriv('des-ede3-cbc', Uint8Array.of(...left, ...right, ...left), start).setAutoPadding(false);
  return Uint8Array.from([...cipher.update(data), ...cipher.final()]);
}

/** Returns one block encrypted with a key of 16 bytes. */
export function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return cbc(key, NO_START, block);
}

/** Returns the card's own 16 bytes of a master key: the number's eight bytes encrypted, then their complement. */
export function deriveCardKey(masterKey: Uint8Array, diversifier: Uint8Array): Uint8Array {
  return Uint8Array.of(
    ...encryptBlock(masterKey, diversifier),
    ...encryptBlock(
      masterKey,
      diversifier.map((byte) => byte ^ 0xff),
    ),
  );
}

/**
 * Returns four bytes of MAC over `data`, whole blocks: single DES in a chain that begins with `start`, the last block with both keys
 * (ISO 9797-1 algorithm 3).
 */
export function macOf(key: Uint8Array, start: Uint8Array, data: Uint8Array): Uint8Array {
  const head = data.subarray(0, -BLOCK_BYTES);
  const chained = head.length > 0 ? cbc(key.subarray(0, BLOCK_BYTES), start, head).subarray(-BLOCK_BYTES) : start;
  return cbc(key, chained, data.subarray(-BLOCK_BYTES)).subarray(0, 4);
}

/** Returns the data with 80 and zeros up to a whole block (ISO 9797-1 padding method 2). */
export function padBlocks(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((data.length + 1) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}
