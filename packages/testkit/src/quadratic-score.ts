import type { Classifier, Threat } from '@advml/core';
import { add, mul, reshape, square, sum, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** A quadratic model whose worst case in l2 and linf is known. */
export interface QuadraticModel {
  /** The model. */
  readonly model: Classifier;
  /** The margin `y f(x)`, in double precision. */
  margin(x: readonly number[], y: number): number;
  /** The least margin that a perturbation reaches, without box and mask. */
  leastMargin(x: readonly number[], y: number, threat: Pick<Threat, 'norm' | 'eps'>): number;
}

/** The least `g d + h d^2 / 2` for d in [-r, r]. */
function leastParabola(g: number, h: number, r: number): number {
  const at = (d: number) => g * d + (h * d * d) / 2;
  const inside = h > 0 && Math.abs(g) <= h * r ? [at(-g / h)] : [];
  return Math.min(at(-r), at(r), ...inside);
}

/** The least `<g, d> + sum h d^2 / 2` over a ball: `d = -g / (h + mu)`, and beside it what is missing along the steepest fall. */
function leastInBall(g: readonly number[], h: readonly number[], r: number): number {
  const [lowest, steepest] = [Math.min(...h), h.indexOf(Math.min(...h))];
  const at = (mu: number) => g.map((slope, j) => (slope === 0 ? 0 : -slope / (h[j] + mu)));
  const size = (d: readonly number[]) => Math.hypot(...d);
  const value = (d: readonly number[]) => d.reduce((sum, own, j) => sum + g[j] * own + (h[j] * own * own) / 2, 0);
  let [low, high] = [Math.max(0, -lowest), Math.max(0, -lowest) + size(g) / r + 1];
  if (lowest > 0 && size(at(0)) <= r) return value(at(0));
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (size(at(middle)) > r) low = middle;
    else high = middle;
  }
  const d = at(high);
  const missing = Math.sqrt(Math.max(0, r * r - size(d) ** 2));
  d[steepest] += Math.sign(d[steepest] || 1) * missing; // only in the hard case is anything missing
  return value(d);
}

/**
 * The score `sum_j a_j x_j^2 + <b, x> + c`.
 *
 * In linf its worst case is one parabola an entry; in l2 it is a trust-region problem, of one multiplier.
 *
 * @param a - Curvatures, one an entry, of any sign.
 * @param b - Slopes, one an entry.
 * @param c - The constant.
 * @returns The model and its worst case.
 * @example
 * ```ts
 * const { model, leastMargin } = quadraticScore([1, -1], [0, 2], 0.5);
 * ```
 */
export function quadraticScore(a: readonly number[], b: readonly number[], c: number): QuadraticModel {
  const margin = (x: readonly number[], y: number) =>
    y * x.reduce((total, value, j) => total + a[j] * value * value + b[j] * value, c);
  return {
    model: (x: Tensor) =>
      tidy(() => {
        const flat = reshape(x, [x.shape[0], a.length]);
        const terms = add(mul(square(flat), tensor1d([...a])), mul(flat, tensor1d([...b])));
        return add(sum(terms, 1), c) as Tensor1D;
      }),
    margin,
    leastMargin: (x, y, { norm, eps }) => {
      const g = x.map((value, j) => y * (2 * a[j] * value + b[j]));
      const h = a.map((value) => 2 * y * value);
      if (norm.name === 'l2') return margin(x, y) + leastInBall(g, h, eps);
      return g.reduce((total, slope, j) => total + leastParabola(slope, h[j], eps), margin(x, y));
    },
  };
}
