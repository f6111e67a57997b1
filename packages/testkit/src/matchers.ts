import { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** How far two numbers may be apart: `|a - b| <= absolute + relative |b|`. An infinity is close to itself alone. */
export interface Tolerance {
  /** Share of the expected number's size. Default: 0. */
  readonly relative?: number;
  /** In the numbers' own units. Default: 1e-6 where `relative` is not given. */
  readonly absolute?: number;
}

/** Numbers of any form: a tensor of any shape, an array, one number. */
export type Numbers = Tensor | ArrayLike<number> | number;

/**
 * The numbers of a tensor, an array or a single number as a plain array.
 *
 * @param values - Tensors are only read.
 * @returns A copy.
 */
export function numbersOf(values: Numbers): number[] {
  if (typeof values === 'number') return [values];
  return Array.from(values instanceof Tensor ? values.dataSync() : values);
}

/** The first pair that is too far apart, in words; undefined where all are close. NaN is close to nothing. */
function firstDifference(actual: number[], expected: number[], tolerance: Tolerance): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} numbers instead of ${expected.length}`;
  const { relative = 0, absolute = tolerance.relative === undefined ? 1e-6 : 0 } = tolerance;
  const far = actual.findIndex((value, at) => {
    const apart = Math.abs(value - expected[at]);
    const isClose = apart < Infinity && apart <= absolute + relative * Math.abs(expected[at]);
    return value !== expected[at] && !isClose;
  });
  return far < 0 ? undefined : `entry ${far}: ${actual[far]} instead of ${expected[far]}`;
}

expect.extend({
  toBeAllClose(received: Numbers, expected: Numbers, tolerance: Tolerance = {}) {
    const difference = firstDifference(numbersOf(received), numbersOf(expected), tolerance);
    return {
      pass: difference === undefined,
      message: () => difference ?? 'the numbers are close, entry by entry, and should not be',
    };
  },
  toHaveSameBits(received: Numbers, expected: Numbers) {
    const [a, b] = [numbersOf(received), numbersOf(expected)];
    const far =
      a.length === b.length ? a.findIndex((value, at) => !Object.is(value, b[at])) : Math.min(a.length, b.length);
    return {
      pass: far < 0,
      message: () => (far < 0 ? 'the bits are the same' : `entry ${far}: ${a[far]} instead of ${b[far]}`),
    };
  },
});

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the declaration that is extended has this parameter
  interface Matchers<T = any> {
    /** Every number is within the tolerance (1e-6 by default) of the expected one, and there are as many. */
    toBeAllClose(expected: Numbers, tolerance?: Tolerance): T;
    /** Every number is the very same one, zeros with their sign. */
    toHaveSameBits(expected: Numbers): T;
  }
}
