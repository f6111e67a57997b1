/** A checksum that goes on over several pieces. */
export type Crc = (...parts: readonly Uint8Array[]) => number;

/**
 * A cyclic redundancy check of 32 bits, reflected, that begins and ends with all bits turned.
 *
 * @param polynomial - Its polynomial, reflected.
 * @returns Gives the check of some bytes, an unsigned number.
 * @see W. W. Peterson and D. T. Brown, "Cyclic codes for error detection", Proceedings of the IRE 49, 1961.
 */
export function crcOf(polynomial: number): Crc {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
  return (...parts) => {
    let remainder = 0xffffffff;
    for (const part of parts) {
      for (let i = 0; i < part.length; i++) remainder = (remainder >>> 8) ^ table[(remainder ^ part[i]) & 0xff];
    }
    return ~remainder >>> 0;
  };
}
