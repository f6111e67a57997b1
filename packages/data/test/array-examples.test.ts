import { InputError } from '@advml/core';
import { decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayExamples } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const bytes = (shape: number[], ...data: number[]) => ({ dtype: 'U8' as const, shape, data: Uint8Array.from(data) });
const floats = (shape: number[], ...data: number[]) => ({
  dtype: 'F32' as const,
  shape,
  data: Float32Array.from(data),
});
const labels = bytes([2], 1, 0);

describe('arrayExamples', () => {
  it('gives bytes as 0 to 1, with a channel', () => {
    const { x, y } = arrayExamples({ images: bytes([2, 1, 2], 0, 51, 102, 255), labels }).take([1, 0]);
    expect(x.shape).toEqual([2, 1, 2, 1]);
    expect(x).toBeAllClose([0.4, 1, 0, 0.2]);
    expect(numbersOf(y)).toEqual([0, 1]);
    expect(y.dtype).toBe('int32');
  });

  it('takes labels in a column', () => {
    const { y } = arrayExamples({ images: floats([2, 1], 1, 2), labels: bytes([2, 1], 1, 0) }).take(2);
    expect([y.shape, numbersOf(y)]).toEqual([[2], [1, 0]]);
  });

  it('gives other numbers as they are, in any shape', () => {
    const { x } = arrayExamples({ images: floats([2, 3], 1, -2, 3, 4, 5, 6), labels }).take([0]);
    expect(x.shape).toEqual([1, 3]);
    expect(x).toBeAllClose([1, -2, 3]);
    const truths = { dtype: 'BOOL', shape: [2, 1], data: Uint8Array.of(0, 1) };
    expect(arrayExamples({ images: truths, labels }).take(2).x).toBeAllClose([0, 1]);
  });

  it('puts the channels last where they come first', () => {
    const images = floats([2, 3, 1, 2], ...Array.from({ length: 12 }, (_, at) => at));
    const { x } = arrayExamples({ images, labels }, { channelsFirst: true }).take([1]);
    expect(x.shape).toEqual([1, 1, 2, 3]);
    expect(x).toBeAllClose([6, 8, 10, 7, 9, 11]);
  });

  it('takes a safetensors file, its labels as PyTorch has them', () => {
    const file = encodeSafetensors({
      images: floats([2, 2, 2, 1], 1, 2, 3, 4, 5, 6, 7, 8),
      labels: { dtype: 'I64', shape: [2], data: BigInt64Array.of(2n, 0n) },
    });
    const { x, y } = arrayExamples(decodeSafetensors(file).tensors, { classes: 3 }).take(2);
    expect(x).toBeAllClose([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(numbersOf(y)).toEqual([2, 0]);
  });

  const images = floats([2, 1], 0, 1);
  it.each([
    [{ labels }, {}, /arrays must hold 'images', got none/],
    [{ images }, {}, /arrays must hold 'labels', got none/],
    [{ images: floats([2], 0, 1), labels }, {}, /images must have shape \[n, \.\.\.\], got \[2\]/],
    [{ images, labels }, { channelsFirst: true }, /shape \[n, channels, height, width\], got \[2,1\]/],
    [{ images, labels: bytes([1, 2], 0, 1) }, {}, /labels must have shape \[n\] or \[n, 1\], got \[1,2\]/],
    [{ images, labels: bytes([1], 0) }, {}, /labels must be 2, one an image, got 1/],
    [{ images, labels }, { classes: 1 }, /classes must be an integer >= 2, got 1/],
    [{ images, labels: bytes([2], 0, 10) }, {}, /labels must be below classes = 10, got 10 for image 1/],
    [{ images, labels: floats([2], 0, 0.5) }, {}, /labels must be integers >= 0, got 0.5 for image 1/],
    [{ images, labels: floats([2], -1, 0) }, {}, /labels must be integers >= 0, got -1 for image 0/],
    [{ images: floats([2, 1], 0, Number.NaN), labels }, {}, /images must be finite, got NaN at entry 1/],
    [
      { images: { dtype: 'F64', shape: [2, 1], data: Float64Array.of(0, 1e39) }, labels }, // infinite as float32
      {},
      /images must be finite, got 1e\+39 at entry 1/,
    ],
    [{ images: floats([2, 1], 0), labels }, {}, /images of shape \[2,1\] must have 2 numbers, got 1/],
  ])('refuses what cannot be: %#', (arrays, options, message) => {
    expect(() => arrayExamples(arrays, options)).toThrow(InputError);
    expect(() => arrayExamples(arrays, options)).toThrow(message);
  });
});
