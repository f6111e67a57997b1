import { crcOf } from './crc.ts';

const crc32 = crcOf(0xedb88320);

/**
 * The CRC-32 of some bytes, as eight hexadecimal digits.
 *
 * It is the checksum of zip, gzip and PNG (reflected polynomial `0xedb88320`), so other tools can repeat it. It finds
 * accidents: every change within 32 neighbouring bits, and all but one in 2^32 of the others. It is no defence
 * against someone who changes bytes on purpose.
 *
 * @param parts - The bytes, in one piece or in several that follow each other.
 * @returns Eight lower-case digits.
 * @example
 * ```ts
 * checksum(new TextEncoder().encode('123456789')); // 'cbf43926'
 * ```
 * @see Peterson, Brown: Cyclic Codes for Error Detection, 1961.
 */
export function checksum(...parts: readonly Uint8Array[]): string {
  return crc32(...parts)
    .toString(16)
    .padStart(8, '0');
}
