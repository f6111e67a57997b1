import { spawnSync } from 'node:child_process';
import { checksum } from '@advml/formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('gives the published check values of CRC-32', () => {
  expect(checksum(new TextEncoder().encode('123456789'))).toBe('cbf43926');
  expect(checksum(new TextEncoder().encode('The quick brown fox jumps over the lazy dog'))).toBe('414fa339');
  expect(checksum(new Uint8Array(32))).toBe('190a55ad');
  expect(checksum(new Uint8Array(32).fill(0xff))).toBe('ff6cab0b');
  expect(checksum()).toBe('00000000');
});

test('does not depend on how the bytes are cut into parts', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(), (bytes, cut) => {
      const at = cut % (bytes.length + 1);
      expect(checksum(bytes.subarray(0, at), bytes.subarray(at))).toBe(checksum(bytes));
    }),
  );
});

test('finds every change of one byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
      const changed = bytes.slice();
      changed[at % bytes.length] ^= flip;
      expect(checksum(changed)).not.toBe(checksum(bytes));
    }),
  );
});

const python = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!python)("agrees with Python's zlib", () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 31) >>> 3);
  const code = 'import sys, zlib; print("%08x" % zlib.crc32(sys.stdin.buffer.read()))';
  expect(checksum(bytes)).toBe(spawnSync('python3', ['-c', code], { input: bytes }).stdout.toString().trim());
});
