import type { AffineStep } from '@advml/core';
import { eye, ones, reshape, tidy, transpose } from '@tensorflow/tfjs-core';
import { asBatch, numbersFrom } from './intervals.ts';
import { largestSingularValue } from './matrix-norms.ts';
import { float32Above, gamma, UNDERFLOW } from './rounding.ts';

/** The largest side of a matrix whose powers are taken. */
const MOST = 2048;

/** Rounds of iteration with the absolute values. */
const ROUNDS = 30;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

const largest = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((most, one) => Math.max(most, one), 0);

/** Sums of so many products, none of which is negative, with what may have underflowed. */
const upwards = (sums: Float32Array, terms: number): Float64Array =>
  Float64Array.from(sums, (sum) => sum + terms * UNDERFLOW);

/**
 * The l2 norm of the absolute values, from above: for a matrix N >= 0 and any v > 0 no eigenvalue exceeds the largest ratio
 * (N v)_i / v_i. Where no entry is negative, or each row and column has one entry, that is the norm of the map itself.
 */
function absoluteNorm({ absolute, shape, terms }: AffineStep, input: readonly number[]): number {
  let v = new Float32Array(sizeOf(input)).fill(1);
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const forth = upwards(
      numbersFrom(() => absolute.apply(asBatch(v, input))),
      terms,
    );
    const size = largest(forth) || 1;
    const there = Float32Array.from(forth, (one) => float32Above(one / size)); // so that products with it do not underflow
    const next = upwards(
      numbersFrom(() => absolute.transpose(asBatch(there, shape))),
      terms,
    );
    const ratio = next.reduce((most, one, at) => Math.max(most, one / v[at]), 0);
    least = Math.min(least, ratio * size);
    const scale = largest(next) || 1;
    v = Float32Array.from(next, (one) => one / scale + 1e-6);
  }
  return Math.sqrt(least * (1 + gamma(terms + 3)) ** 2);
}

/** The l2 norm from the blocks of a step, or from its whole matrix; infinite where that is too large. */
function signedNorm(
  { blocks, map, terms, roundings = terms }: AffineStep,
  input: readonly number[],
  output: readonly number[],
): number {
  return tidy(() => {
    if (blocks) {
      const { matrices, error } = blocks();
      return largestSingularValue(matrices) + error;
    }
    const [columns, rows] = [sizeOf(input), sizeOf(output)];
    if (terms < 2 || columns > MOST || Math.min(columns, rows) > MOST) return Infinity;
    const images = map.apply(reshape(eye(columns), [columns, ...input]));
    const norm = largestSingularValue(transpose(reshape(images, [1, columns, rows]), [0, 2, 1]));
    return norm + 2 * gamma(roundings) * Math.sqrt(Math.min(columns, rows)) * norm; // |A| is at most its Frobenius norm
  });
}

/**
 * An upper bound of the operator norm of an affine step, from a norm to the same one.
 *
 * In l1 and linf it is the largest sum of absolute values in a column or a row, exactly but for rounding; in l2 see
 * {@link largestSingularValue}, for convolutions of the blocks at the frequencies of a torus.
 *
 * @param step - The step.
 * @param input - Shape of what goes in.
 * @param norm - The norm.
 */
export function operatorNorm(step: AffineStep, input: readonly number[], norm: 'l1' | 'l2' | 'linf'): number {
  const { absolute, shape, terms } = step;
  if (norm === 'l2') return Math.min(absoluteNorm(step, input), signedNorm(step, input, shape));
  const sums =
    norm === 'linf'
      ? numbersFrom(() => absolute.apply(ones([1, ...input])))
      : numbersFrom(() => absolute.transpose(ones([1, ...shape])));
  return largest(upwards(sums, terms)) * (1 + gamma(terms + 2));
}
