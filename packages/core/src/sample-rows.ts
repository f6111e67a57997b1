import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';

/** A batch drawn example by example: `draw` gives the entries of one. */
export function sampleRows(
  keys: readonly Key[],
  shape: readonly number[],
  draw: (key: Key, width: number, row: number) => ArrayLike<number>,
): Tensor {
  const width = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(keys.length * width);
  for (const [at, key] of keys.entries()) values.set(draw(key, width, at), at * width);
  return tensor(values, [keys.length, ...shape]);
}
