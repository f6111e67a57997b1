import { div, matMul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { gamma } from './rounding.ts';

/** Squarings of the Gram matrix: the bound is a Schatten norm of order 2^(SQUARINGS + 2), within 1% of the largest singular value. */
const SQUARINGS = 8;

/** What float32 may have lost of a quotient. */
const ROUNDED = 2 ** -23;

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
 * Each power is divided by its Frobenius norm; what float32 loses of a product is at most $`\gamma_n`$ of the product of those norms.
 *
 * @param stack - Matrices [count, rows, columns]; called within a `tidy`.
 * @see Delattre, Barthelemy, Araujo, Allauzen: Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration,
 * 2023 (arXiv:2305.16173).
 */
export function largestSingularValue(stack: Tensor): number {
  const [count, rows, columns] = stack.shape as [number, number, number];
  const wide = columns > rows;
  const [side, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  let gram = matMul(stack, stack, !wide, wide); // [count, side, side]
  const norms = [frobenius(gram)];
  for (let k = 0; k < SQUARINGS; k++) {
    const sizes = tensor(
      Array.from(norms[k], (size) => size || 1),
      [count, 1, 1],
    );
    const scaled = div(gram, sizes);
    gram = matMul(scaled, scaled, true);
    norms.push(frobenius(gram));
  }
  const trace = squaresOf(stack);
  return norms[0].reduce((largest, _, block) => {
    let bound = norms[SQUARINGS][block];
    for (let k = SQUARINGS - 1; k >= 0; k--)
      bound = norms[k][block] * (Math.sqrt(bound + 2 * gamma(side + 2)) + ROUNDED);
    return Math.max(largest, Math.sqrt(bound + gamma(length + 2) * trace[block]));
  }, 0);
}

/** Sums of the squares of each matrix. */
function squaresOf(stack: Tensor): Float64Array {
  return frobenius(stack).map((norm) => norm * norm);
}
