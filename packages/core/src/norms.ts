import { InputError } from './errors.ts';
import { l0Geometry } from './l0.ts';
import { l1Geometry } from './l1.ts';
import { l2Geometry } from './l2.ts';
import { linfGeometry } from './linf.ts';
import type { Norm, StrictNorm } from './norm.ts';

/**
 * How many entries change; by how much does not matter. A radius is a number of entries, of which only the whole part counts.
 *
 * ```math
 * \|\delta\|_0 = |\{\, j : \delta_j \ne 0 \,\}|
 * ```
 *
 * Entries are what is counted, not pixels: the channels of a pixel count one by one, as in sigma-zero; Croce and Hein count pixels,
 * which is the same for grey images. Its projection keeps the largest entries or, if there is a box, those whose going to zero would cost
 * most. It is no norm in the strict sense (twice a change is as large), so it has no dual, and what works with one, such as every
 * certifier, refuses it. A random point moves random entries by up to the width of the box, or by up to one input unit.
 *
 * @example
 * ```ts
 * l0.size(tensor2d([[3, 0, -4]])); // [2]
 * ```
 * @see Croce, Hein: Sparse and Imperceivable Adversarial Attacks, 2019 (arXiv:1909.05040), for the projection onto ball and box.
 */
export const l0: Norm = Object.freeze<Norm>({
  ...l0Geometry,
  get dual(): Norm {
    throw new InputError('l0 has no dual norm: what needs one works in l1, l2 and linf');
  },
});

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
export const l1: StrictNorm = Object.freeze<StrictNorm>({
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
export const l2: StrictNorm = Object.freeze<StrictNorm>({
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
export const linf: StrictNorm = Object.freeze<StrictNorm>({
  ...linfGeometry,
  get dual() {
    return l1;
  },
});
