import { abs, add, cast, equal, max, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { asRows } from './rows.ts';

/** The same numbers with 1 in place of 0, so that they can be divided by. */
export function oneForZero(values: Tensor1D): Tensor1D {
  return tidy(() => add(values, cast(equal(values, 0), 'float32')));
}

/** Largest absolute entry of each example, with 1 in place of 0: [batch]. */
export function scaleOf(batch: Tensor): Tensor1D {
  return tidy(() => oneForZero(max(abs(asRows(batch)), 1) as Tensor1D));
}
