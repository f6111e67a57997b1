import { InputError, type PiecewiseLinear } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import { abs, add, leakyRelu, mul, relu, relu6, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** A function of each entry that is linear between knots, and tells them. */
export interface PiecewiseLinearActivation {
  (x: Tensor): Tensor;
  /** Its knots and slopes. */
  readonly pieces: PiecewiseLinear;
}

/** Functions of tfjs that are piecewise linear. */
const PIECES = new Map<(x: Tensor) => Tensor, PiecewiseLinear>([
  [relu, { knots: [0], slopes: [0, 1], value: 0 }],
  [leakyRelu, { knots: [0], slopes: [0.2, 1], value: 0 }],
  [relu6, { knots: [0, 6], slopes: [0, 1, 0], value: 0 }],
  [abs, { knots: [0], slopes: [-1, 1], value: 0 }],
]);

/** The knots and slopes of an activation; none if it is not known to be piecewise linear. */
export function piecesOf(f: (x: Tensor) => Tensor): PiecewiseLinear | undefined {
  return PIECES.get(f) ?? (f as Partial<PiecewiseLinearActivation>).pieces;
}

/**
 * An activation of your own that certificates can go through: continuous, and linear between knots.
 *
 * ```math
 * f(t) = v + s_0 (t - t_1) + \sum_{j \ge 1} (s_j - s_{j-1})\, \mathrm{relu}(t - t_j)
 * ```
 *
 * @param pieces - Knots $`t_j`$, ascending, at least one; slopes $`s_j`$ from left to right, one more; the value v at the first knot.
 * @returns A function for {@link activation}, or for the option `activation` of a network; differentiable.
 * @throws InputError if a number is not finite, the knots do not ascend, or there is not one slope more.
 * @example
 * ```ts
 * const hardTanh = piecewiseLinear({ knots: [-1, 1], slopes: [0, 1, 0], value: -1 });
 * const network = mlp({ inputs: 4, hidden: [16], outputs: 3, activation: hardTanh });
 * ```
 */
export function piecewiseLinear(pieces: PiecewiseLinear): PiecewiseLinearActivation {
  requireOptions<PiecewiseLinear>('piecewiseLinear', pieces, { knots: true, slopes: true, value: true });
  const { knots, slopes, value } = pieces;
  const ascend =
    Array.isArray(knots) && knots.length > 0 && knots.every((knot, at) => at === 0 || knot > knots[at - 1]);
  if (!ascend || !knots.every(Number.isFinite))
    throw new InputError(`knots must be finite numbers that ascend, at least one, got ${JSON.stringify(knots)}`);
  if (!Array.isArray(slopes) || slopes.length !== knots.length + 1 || !slopes.every(Number.isFinite))
    throw new InputError(
      `slopes must be ${knots.length + 1} finite numbers, one more than knots, got ${JSON.stringify(slopes)}`,
    );
  if (!Number.isFinite(value)) throw new InputError(`value must be a finite number, got ${value}`);
  const f = (x: Tensor) =>
    tidy(() =>
      knots.reduce<Tensor>(
        (y, knot, at) => add(y, mul(relu(sub(x, knot)), slopes[at + 1] - slopes[at])),
        add(mul(sub(x, knots[0]), slopes[0]), value),
      ),
    );
  return Object.freeze(Object.assign(f, { pieces: Object.freeze({ knots: [...knots], slopes: [...slopes], value }) }));
}
