import { reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { hasExtraKernel, runExtraKernel } from './extra-kernels.ts';
import type { Key } from './key.ts';
import { requireNonNegative } from './require.ts';
import { sampleRows } from './sample-rows.ts';

/**
 * Gaussian numbers of one key as a tensor: those of `key.normal`, to the bit, and much faster where the current backend
 * has the kernel `KeyNormal` (`useWasm` of `@advml/wasm` brings it).
 *
 * @param key - The key.
 * @param shape - Shape of the tensor.
 * @param deviation - Standard deviation. Default: 1.
 * @returns A tensor of that shape, owned by the caller.
 * @throws InputError if `deviation` is negative or not finite.
 * @example
 * ```ts
 * const weight = normalTensor(key('init', 0).child('weight'), [256, 784], 0.05);
 * ```
 */
export function normalTensor(key: Key, shape: readonly number[], deviation = 1): Tensor {
  return tidy(() => reshape(normalRows([key], shape, deviation), [...shape]));
}

/**
 * Uniform numbers of one key as a tensor: those of `key.uniform`, to the bit; see {@link normalTensor}.
 *
 * @param key - The key.
 * @param shape - Shape of the tensor.
 * @param low - Smallest value. Default: 0.
 * @param high - End of the range. Default: 1.
 * @returns A tensor of that shape, owned by the caller.
 * @example
 * ```ts
 * const start = uniformTensor(key('start', 0), [28, 28], -0.1, 0.1);
 * ```
 */
export function uniformTensor(key: Key, shape: readonly number[], low = 0, high = 1): Tensor {
  return tidy(() => reshape(uniformRows([key], shape, low, high), [...shape]));
}

/**
 * Gaussian numbers for a batch, each example's from its own key: `key.normal`, as a tensor; see {@link normalTensor}.
 *
 * @param keys - One key an example.
 * @param shape - Shape of one example, without the batch axis.
 * @param deviation - Standard deviation. Default: 1.
 * @returns A tensor [keys.length, ...shape], owned by the caller.
 * @throws InputError if `deviation` is negative or not finite.
 * @example
 * ```ts
 * const noise = normalRows(exampleKeys(key('noise', 0), 64), [28, 28, 1], 0.25); // [64, 28, 28, 1]
 * ```
 */
export function normalRows(keys: readonly Key[], shape: readonly number[], deviation = 1): Tensor {
  requireNonNegative({ deviation });
  if (!hasExtraKernel('KeyNormal')) return sampleRows(keys, shape, (key, count) => key.normal(count, deviation));
  return tidy(() => runExtraKernel('KeyNormal', wordsOf(keys), { shape: [...shape], deviation }));
}

/**
 * Uniform numbers for a batch, each example's from its own key: `key.uniform`, as a tensor; see {@link normalTensor}.
 *
 * @param keys - One key an example.
 * @param shape - Shape of one example, without the batch axis.
 * @param low - Smallest value. Default: 0.
 * @param high - End of the range. Default: 1.
 * @returns A tensor [keys.length, ...shape], owned by the caller.
 * @example
 * ```ts
 * const starts = uniformRows(exampleKeys(key('attack', 0), 64), [1536], -0.1, 0.1); // [64, 1536]
 * ```
 */
export function uniformRows(keys: readonly Key[], shape: readonly number[], low = 0, high = 1): Tensor {
  if (!hasExtraKernel('KeyUniform')) return sampleRows(keys, shape, (key, count) => key.uniform(count, low, high));
  return tidy(() => runExtraKernel('KeyUniform', wordsOf(keys), { shape: [...shape], low, high }));
}

const wordsOf = (keys: readonly Key[]) => ({
  words: tensor(Int32Array.from(keys.flatMap((key) => key.words)), [keys.length, 2], 'int32'),
});
