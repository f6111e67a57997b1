import { abs, div, max, mul, reshape, step, sub, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { linf } from './linf.ts';
import type { Bounds, Norm } from './norm.ts';
import { asRows, bisect, mapRows, sampleRows, signOf, total } from './rows.ts';

/**
 * Nearest point of the ball, or of ball and box: every entry moves towards zero by the same amount, then the box clips it.
 *
 * The amount is found by bisection in double precision, exact to its last bit; the box may be as wide as the reals.
 */
function project(delta: Tensor, eps: number, bounds?: Bounds): Tensor {
  const low = bounds?.low.dataSync();
  const high = bounds?.high.dataSync();
  return mapRows(delta, (row, offset) => {
    const entry = (at: number, amount: number) => {
      const shrunk = Math.sign(row[at]) * Math.max(Math.abs(row[at]) - amount, 0);
      return low && high ? Math.min(Math.max(shrunk, low[offset + at]), high[offset + at]) : shrunk;
    };
    const excess = (amount: number) => total(row, (_, at) => Math.abs(entry(at, amount))) - eps;
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const amount = excess(0) > 0 ? bisect(excess, largest) : 0;
    for (let at = 0; at < row.length; at++) row[at] = entry(at, amount);
  });
}

/**
 * The sum of absolute changes.
 *
 * ```math
 * \|\delta\|_1 = \sum_j |\delta_j|
 * ```
 *
 * Its steepest step puts everything on the entry with the largest gradient, equal shares where several tie; its
 * projection is the soft threshold, never a rescaling.
 *
 * @example
 * ```ts
 * l1.size(tensor2d([[3, -4]])); // [7]
 * ```
 * @see Duchi, Shalev-Shwartz, Singer, Chandra: Efficient Projections onto the l1-Ball for Learning in High Dimensions, 2008.
 */
export const l1: Norm = Object.freeze<Norm>({
  name: 'l1',
  get dual() {
    return linf;
  },
  size: (delta) => tidy(() => sum(abs(asRows(delta)), 1) as Tensor1D),
  steepest: (gradient) =>
    tidy(() => {
      const size = abs(asRows(gradient));
      const largest = sub(1, step(sub(max(size, 1, true), size))); // 1 where no entry is larger, else 0
      const shares = div(largest, sum(largest, 1, true));
      return mul(signOf(gradient), reshape(shares, gradient.shape));
    }),
  project,
  sample: (keys, shape, eps) =>
    sampleRows(keys, shape, (key, width) => {
      const draws = key.child('size').uniform(width + 1);
      const exponentials = Float64Array.from(draws, (draw) => -Math.log1p(-draw));
      const sum = total(exponentials, (value) => value);
      return key
        .child('sign')
        .signs(width)
        .map((sign, at) => (eps * sign * exponentials[at]) / sum);
    }),
});
