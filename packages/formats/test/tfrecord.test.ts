import { encodeTfRecord } from '@advml/formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crcOf } from '../src/crc.ts';

const crc32c = crcOf(0x82f63b78);
const ramp = Array.from({ length: 32 }, (_, at) => at);

describe('CRC-32C', () => {
  it.each([
    ['zeros', ramp.map(() => 0), 0x8a9136aa],
    ['ones', ramp.map(() => 255), 0x62a8ab43],
    ['bytes that rise', ramp, 0x46dd794e],
    ['bytes that fall', ramp.toReversed(), 0x113fdb5c],
  ])('of 32 %s is that of RFC 3720, appendix B.4', (_, bytes, expected) => {
    expect(crc32c(Uint8Array.from(bytes))).toBe(expected);
  });

  it('of nine digits is the check that catalogues have', () => {
    expect(crc32c(new TextEncoder().encode('1234'), new TextEncoder().encode('56789'))).toBe(0xe3069283);
  });
});

describe('a TFRecord', () => {
  it('is length, check, bytes, check', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const record = encodeTfRecord(bytes);
        const view = new DataView(record.buffer);
        const unmasked = (at: number) => {
          const rotated = (view.getUint32(at, true) - 0xa282ead8) >>> 0;
          return ((rotated >>> 17) | (rotated << 15)) >>> 0;
        };
        expect(Number(view.getBigUint64(0, true))).toBe(bytes.length);
        expect(unmasked(8)).toBe(crc32c(record.subarray(0, 8)));
        expect(record.subarray(12, 12 + bytes.length)).toEqual(bytes);
        expect(unmasked(12 + bytes.length)).toBe(crc32c(bytes));
        expect(record.length).toBe(bytes.length + 16);
      }),
    );
  });
});
