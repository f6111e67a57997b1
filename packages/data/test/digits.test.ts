import { key } from '@advml/core';
import { checksum } from '@advml/formats';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll, expect, it } from 'vitest';
import { digits } from '../src/digits.ts';
import { balancedSplit } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

it('has the 1,797 images of scikit-learn, pixel for pixel', () => {
  const { x, y } = digits().take(1797);
  expect(x.shape).toEqual([1797, 8, 8, 1]);
  const pixels = Uint8Array.from(numbersOf(x), (value) => value * 16);
  expect(pixels.reduce((sum, value) => sum + value)).toBe(561718);
  // By zlib.crc32 of Python, of the numbers in digits.csv as bytes.
  expect(checksum(pixels)).toBe('f3a2533c');
  expect(checksum(Uint8Array.from(numbersOf(y)))).toBe('f86fc929');
});

it('has as many of each class as the repository says', () => {
  const labels = numbersOf(digits().take(1797).y);
  const counts = Array.from({ length: 10 }, (_, label) => labels.filter((own) => own === label).length);
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
});

it('begins with a zero', () => {
  const { x, y } = digits().take([0]);
  const rows = [
    [0, 0, 5, 13, 9, 1, 0, 0],
    [0, 0, 13, 15, 10, 15, 5, 0],
    [0, 3, 15, 2, 0, 11, 8, 0],
    [0, 4, 12, 0, 0, 8, 8, 0],
    [0, 5, 8, 0, 0, 9, 8, 0],
    [0, 4, 11, 0, 1, 12, 7, 0],
    [0, 2, 14, 5, 10, 12, 0, 0],
    [0, 0, 6, 13, 10, 0, 0, 0],
  ];
  expect(x).toHaveSameBits(rows.flat().map((value) => value / 16));
  expect(numbersOf(y)).toEqual([0]);
  expect(y.dtype).toBe('int32');
});

it('can be split, and keeps no tensor', async () => {
  await expectNoLeak(() => {
    const { train, validation } = balancedSplit(digits(), 30, key('split', 0));
    expect([train.count, validation.count]).toEqual([1497, 300]);
  });
});
