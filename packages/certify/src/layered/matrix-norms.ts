import { div, matMul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { gamma } from './rounding.ts';

/** Squarings of the Gram matrix: the bound is a Schatten norm of order 2^(SQUARINGS + 2), within 1% of the largest singular value. */
const SQUARINGS = 8;

/** What float32 may have lost of a quotient. */
const ROUNDED = 2 ** -23;

/** One number for each matrix of a stack. */
const eachOf = (numbers: ArrayLike<number>): Tensor => tensor(Array.from(numbers), [numbers.length, 1, 1]);

/** The largest powers of two that are not above the largest entry of each matrix, as far as float32 divides by them; 1 for zeros. */
function scalesOf(stack: Tensor): Float64Array {
  const numbers = stack.dataSync<'float32'>();
  const largest = new Float64Array(stack.shape[0]);
  const each = numbers.length / largest.length;
  for (let at = 0; at < numbers.length; at++) {
    const block = Math.floor(at / each);
    largest[block] = Math.max(largest[block], Math.abs(numbers[at]));
  }
  return largest.map((size) => (size > 0 ? 2 ** Math.max(Math.floor(Math.log2(size)), -126) : 1));
}

/** Frobenius norms of a stack of matrices [count, n, n], in double precision. */
function frobenius(stack: Tensor): Float64Array {
  const numbers = stack.dataSync<'float32'>();
  const count = stack.shape[0];
  const squares = new Float64Array(count);
  const each = numbers.length / count;
  for (let at = 0; at < numbers.length; at++) squares[Math.floor(at / each)] += numbers[at] * numbers[at];
  return squares.map((sum) => Math.sqrt(sum) * (1 + ROUNDED));
}

/**
 * An upper bound of the largest singular value among some matrices, where power iteration would give a lower one.
 *
 * The Gram matrix is squared again and again; the Frobenius norm of the last power is a Schatten norm of the matrix.
 *
 * ```math
 * \sigma_{\max}(A) \le \bigl\|(A^\top A)^{2^k}\bigr\|_F^{1 / 2^{k+1}} = \Bigl(\sum_j \sigma_j^{2^{k+2}}\Bigr)^{1/2^{k+2}} \le n^{1/2^{k+2}} \sigma_{\max}(A)
 * ```
 *
 * Each matrix is divided by the power of two below its largest entry and each power by its Frobenius norm, so that no square of what
 * matters underflows; what float32 loses of a product is at most $`\gamma_n`$ of the product of those norms.
 *
 * @param stack - Matrices [count, rows, columns]; called within a `tidy`.
 * @see Delattre, Barthelemy, Araujo, Allauzen: Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration,
 * 2023 (arXiv:2305.16173).
 */
export function largestSingularValue(stack: Tensor): number {
  const scales = scalesOf(stack);
  return singularValues(div(stack, eachOf(scales))).reduce(
    (largest, size, block) => Math.max(largest, size * scales[block]),
    0,
  );
}

/** Upper bounds of the largest singular values of matrices whose largest entries are about 1. */
function singularValues(stack: Tensor): Float64Array {
  const [, rows, columns] = stack.shape as [number, number, number];
  const wide = columns > rows;
  const [side, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  let gram = matMul(stack, stack, !wide, wide); // [count, side, side]
  const norms = [frobenius(gram)];
  for (let k = 0; k < SQUARINGS; k++) {
    const scaled = div(gram, eachOf(norms[k].map((size) => size || 1)));
    gram = matMul(scaled, scaled, true);
    norms.push(frobenius(gram));
  }
  const trace = squaresOf(stack);
  return norms[0].map((_, block) => {
    let bound = norms[SQUARINGS][block];
    for (let k = SQUARINGS - 1; k >= 0; k--)
      bound = norms[k][block] * (Math.sqrt(bound + 2 * gamma(side + 2)) + ROUNDED);
    return Math.sqrt(bound + gamma(length + 2) * trace[block]);
  });
}

/** Sums of the squares of each matrix. */
function squaresOf(stack: Tensor): Float64Array {
  return frobenius(stack).map((norm) => norm * norm);
}
