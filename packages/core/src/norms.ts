import { l1Geometry } from './l1.ts';
import { l2Geometry } from './l2.ts';
import { linfGeometry } from './linf.ts';
import type { Norm } from './norm.ts';

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
  ...l1Geometry,
  get dual() {
    return linf;
  },
});

/**
 * The Euclidean norm.
 *
 * ```math
 * \|\delta\|_2 = \Bigl(\sum_j \delta_j^2\Bigr)^{1/2}
 * ```
 *
 * Its steepest step is `g / |g|`; its projection scales down to the radius.
 *
 * @example
 * ```ts
 * l2.size(tensor2d([[3, -4]])); // [5]
 * ```
 */
export const l2: Norm = Object.freeze<Norm>({
  ...l2Geometry,
  get dual() {
    return l2;
  },
});

/**
 * The maximum norm: how much any single entry changes.
 *
 * ```math
 * \|\delta\|_\infty = \max_j |\delta_j|
 * ```
 *
 * Its steepest step is `sign(g)`; its projection clips each entry.
 *
 * @example
 * ```ts
 * linf.size(tensor2d([[3, -4]])); // [4]
 * ```
 */
export const linf: Norm = Object.freeze<Norm>({
  ...linfGeometry,
  get dual() {
    return l1;
  },
});
