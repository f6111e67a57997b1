import { exampleKeys, key } from '@advml/core';
import { expectNoLeak } from '@advml/testkit';
import { conv2d, ready, slice, type Tensor4D, tensor, transpose } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  imagePatches,
  layerRows,
  principalComponents,
  randomCosine,
  randomDictionary,
  rowCosines,
} from '../src/index.ts';
import { dot, gaussian, matrix, orthonormal, rowOf, rowsOf } from './matrices.ts';

beforeAll(ready);

/** Images whose entry at [image, row, column, channel] is these digits. */
const digits = (images: number, height: number, width: number, channels: number): Tensor4D =>
  tensor(
    Float32Array.from({ length: images * height * width * channels }, (_, at) => {
      const column = Math.floor(at / channels) % width;
      const row = Math.floor(at / (channels * width)) % height;
      const image = Math.floor(at / (channels * width * height));
      return 1000 * image + 100 * (at % channels) + 10 * row + column;
    }),
    [images, height, width, channels],
  );

describe('imagePatches', () => {
  test('are squares of their images, channel by channel and row by row', () => {
    const { patches, image } = imagePatches(digits(3, 6, 9, 2), { size: 2, perImage: 5, key: key('patches') });
    expect(patches.shape).toEqual([15, 8]);
    expect([...image]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    for (const [at, patch] of rowsOf(patches).entries()) {
      expect(patch.map((value) => value - patch[0])).toEqual([0, 1, 10, 11, 100, 101, 110, 111]);
      expect(Math.floor(patch[0] / 1000)).toBe(image[at]);
      expect(patch[0] % 1000).toBeLessThan(48); // its first channel, from row 0 to 4
      expect(patch[0] % 10).toBeLessThan(8);
    }
  });

  test('come from every place alike', () => {
    const { patches } = imagePatches(digits(1, 3, 4, 1), { size: 2, perImage: 600, key: key('places') });
    const counts = new Map<number, number>();
    for (const [corner] of rowsOf(patches)) counts.set(corner, (counts.get(corner) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 10, 11, 12]);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  test('meet filters as a convolution does', () => {
    const weight = { shape: [3, 2, 4, 4], data: gaussian('filters', 3, 32).data };
    const image = tensor(Float32Array.from(gaussian('image', 4, 8).data), [1, 4, 4, 2]) as Tensor4D;
    const { patches } = imagePatches(image, { size: 4, key: key('whole') });
    const kernel = transpose(tensor(Float32Array.from(weight.data), [3, 2, 4, 4]) as Tensor4D, [2, 3, 1, 0]);
    const responses = conv2d(image, kernel, 1, 'valid').dataSync();
    for (const [filter, row] of rowsOf(layerRows({ weight }).weight).entries())
      expect(dot(row, rowOf(patches, 0))).toBeCloseTo(responses[filter], 4);
  });

  test('do not depend on the batch, and may have their mean taken away', async () => {
    const images = digits(4, 7, 7, 1);
    const options = { size: 3, perImage: 2, key: key('patches') };
    const all = rowsOf(imagePatches(images, options).patches);
    const second = slice(images, [2, 0, 0, 0], [1, 7, 7, 1]);
    expect(rowsOf(imagePatches(second, { ...options, indices: [2] }).patches)).toEqual(all.slice(4, 6));
    await expectNoLeak(() => imagePatches(images, options));
    for (const [at, patch] of rowsOf(imagePatches(images, { ...options, centered: true }).patches).entries())
      for (const [j, value] of patch.entries()) expect(value).toBeCloseTo(all[at][j] - all[at][4], 10); // the middle is the mean
  });

  test('refuse sizes that do not fit', () => {
    const images = digits(2, 3, 5, 1);
    expect(() => imagePatches(images, { size: 4, key: key('a') })).toThrow(
      'size must be at most 3, the side of the images, got 4',
    );
    expect(() => imagePatches(images, { size: 2, perImage: 0, key: key('a') })).toThrow(
      'perImage must be an integer >= 1',
    );
    expect(() => imagePatches(images, { size: 2, key: key('a'), indices: [1] })).toThrow('indices must be 2');
  });
});

describe('principalComponents', () => {
  test('finds a known covariance', async () => {
    const axes = orthonormal('axes', 5);
    const lengths = [4, 3, 2, 1, 0.5];
    const middle = [10, -3, 0, 1, 100];
    const rows = rowsOf(axes).flatMap((axis, at) =>
      [1, -1].map((sign) => axis.map((value, j) => middle[j] + sign * lengths[at] * value)),
    );
    const { mean, components, variances } = await principalComponents(matrix(...rows));
    for (const [j, value] of mean.entries()) expect(value).toBeCloseTo(middle[j], 12);
    for (const [at, length] of lengths.entries()) {
      expect(variances[at]).toBeCloseTo((2 * length ** 2) / 9, 12); // ten rows
      expect(Math.abs(dot(rowOf(components, at), rowOf(axes, at)))).toBeCloseTo(1, 12);
    }
  });

  test('gives no direction in which rows vary by roundings only', async () => {
    const few = gaussian('few', 3, 5);
    const { components, variances } = await principalComponents(few);
    expect([components.shape, variances.length]).toEqual([[2, 5], 2]);
    const [a, b] = rowsOf(components);
    expect([dot(a, a), dot(b, b)]).toBeAllClose([1, 1], { absolute: 1e-12 });
    expect(dot(a, b)).toBeCloseTo(0, 12);
    const equal = await principalComponents(matrix(...new Array<number[]>(7).fill([0.1, 0.2, 0.7])));
    expect([equal.components.shape, equal.variances.length]).toEqual([[0, 3], 0]);
  });

  test('refuses a single row', async () => {
    await expect(principalComponents(matrix([1, 2]))).rejects.toThrow('number of rows must be an integer >= 2, got 1');
  });
});

describe('randomDictionary', () => {
  test('has unit atoms that lie to each other as random directions do', () => {
    const dictionary = randomDictionary(key('random'), 400, 10);
    for (const atom of rowsOf(dictionary)) expect(dot(atom, atom)).toBeCloseTo(1, 12);
    const { size } = rowCosines(dictionary, randomDictionary(exampleKeys(key('random'), 1)[0], 400, 10));
    expect(Math.abs(size.mean - randomCosine(10).mean)).toBeLessThan(0.04);
  });
});
