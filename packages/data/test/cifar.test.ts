import { InputError } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cifar10Examples, cifar100Examples } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** Value of a pixel that tells image, row, column and channel apart. */
const pixel = (image: number, row: number, column: number, channel: number) =>
  (image * 7 + row * 31 + column * 3 + channel * 101) % 256;

/** A record as the files have it: labels, then the planes. */
const record = (image: number, ...labels: number[]) => [
  ...labels,
  ...[0, 1, 2].flatMap((channel) =>
    Array.from({ length: 1024 }, (_, at) => pixel(image, Math.floor(at / 32), at % 32, channel)),
  ),
];

const first = Uint8Array.from([...record(0, 3), ...record(1, 9)]);
const second = Uint8Array.from(record(2, 0));

describe('CIFAR-10', () => {
  it('gives images with channels last, in [0, 1], in the order of the files', () => {
    const set = cifar10Examples([first, second]);
    expect(set.count).toBe(3);
    const { x, y } = set.take([2, 0, 1]);
    expect(x.shape).toEqual([3, 32, 32, 3]);
    expect(numbersOf(y)).toEqual([0, 3, 9]);
    const expected = [2, 0, 1].flatMap((image) =>
      Array.from({ length: 3072 }, (_, at) => pixel(image, Math.floor(at / 96), Math.floor(at / 3) % 32, at % 3) / 255),
    );
    expect(x).toBeAllClose(expected);
  });

  it('keeps no tensor', async () => {
    const set = cifar10Examples([first]);
    await expectNoLeak(() => {
      const { x, y } = set.take([1]);
      x.dispose();
      y.dispose();
    });
  });

  it('refuses every file that is cut off or too long', () => {
    fc.assert(
      fc.property(fc.nat(3 * 3073), (length) => {
        fc.pre(length === 0 || length % 3073 !== 0);
        expect(() => cifar10Examples([new Uint8Array(length)])).toThrow(InputError);
      }),
    );
  });
});

describe('CIFAR-100', () => {
  it('has a coarse and a fine label an image', () => {
    const file = Uint8Array.from([...record(0, 19, 99), ...record(1, 0, 42)]);
    expect(numbersOf(cifar100Examples([file]).take(2).y)).toEqual([99, 42]);
    expect(numbersOf(cifar100Examples([file], { labels: 'coarse' }).take(2).y)).toEqual([19, 0]);
    const plain = cifar10Examples([first]).take(2);
    expect(cifar100Examples([file]).take(2).x).toHaveSameBits(numbersOf(plain.x));
  });
});

it.each([
  [() => cifar10Examples([]), /at least one file of CIFAR-10, got none/],
  [
    () => cifar10Examples([first, second.subarray(1)]),
    /file 1 of CIFAR-10 must have a multiple of 3073 bytes.*got 3072/,
  ],
  [() => cifar10Examples([Uint8Array.from(record(0, 10))]), /labels must be below classes = 10, got 10 for image 0/],
  [() => cifar100Examples([first]), /multiple of 3074 bytes, got 6146/],
  [() => cifar100Examples([Uint8Array.from(record(0, 0, 100))]), /below classes = 100, got 100/],
  [() => cifar100Examples([Uint8Array.from(record(0, 20, 0))], { labels: 'coarse' }), /below classes = 20, got 20/],
  [() => cifar100Examples([first], { labels: 'rough' as 'fine' }), /labels must be 'fine' or 'coarse', got rough/],
])('refuses what cannot be: %#', (make, message) => {
  expect(make).toThrow(InputError);
  expect(make).toThrow(message);
});
