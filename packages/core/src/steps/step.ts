import type { Tensor } from '@tensorflow/tfjs-core';

/** A linear map of values, one example a row, and its transpose. Both make new tensors; differentiable, also in parameters. */
export interface LinearMap {
  /**
   * The map.
   *
   * @param x - [batch, ...shape of what goes in].
   * @returns [batch, ...shape of what comes out], owned by the caller.
   */
  apply(x: Tensor): Tensor;
  /**
   * Its transpose, $`\langle g, A x\rangle = \langle A^\top g, x\rangle`$.
   *
   * @param g - [batch, ...shape of what comes out].
   * @returns [batch, ...shape of what goes in], owned by the caller.
   */
  transpose(g: Tensor): Tensor;
}

/** Matrices none of which is less than a linear map in the l2 operator norm, but for an error. */
export interface NormBlocks {
  /** Matrices [count, rows, columns], owned by the caller. */
  readonly matrices: Tensor;
  /** What rounding may have taken from the norm of one of them. */
  readonly error: number;
}

/** Which step of a network, and what comes out of it. */
export interface StepPlace {
  /** Name of the layer, such as `block1.body.conv1`; errors say it. */
  readonly name: string;
  /** Shape of its value for one example. */
  readonly shape: readonly number[];
  /**
   * Which values go in: 0 is the network's input, k what the k-th step gives, the first being 1; only values before its own.
   * Default: the value before.
   */
  readonly from?: readonly number[];
}

/** `A x + b`: dense, convolution, batch normalization in evaluation, average pooling, flatten. */
export interface AffineStep extends StepPlace {
  /** Tells it from other steps. */
  readonly kind: 'affine';
  /** The linear part, A. */
  readonly map: LinearMap;
  /** The map whose matrix has the absolute values of that of A: for layers linear in their parameters, the layer of |weights|. */
  readonly absolute: LinearMap;
  /** The constant b, taken as exact, which broadcasts against the shape; called within a `tidy`. Default: none. */
  readonly bias?: () => Tensor;
  /**
   * The most products that are added up for one entry of A x or of its transpose, and for each rounding within an entry of A one more:
   * float32 then errs by at most terms 2^-24 times the same sum of absolute values, to first order.
   */
  readonly terms: number;
  /**
   * How often each entry of A was rounded, such as that of a mean, which is 1/9. 0 for weights that are taken as they are. Default:
   * `terms`, which is never too few.
   */
  readonly roundings?: number;
  /** Small matrices that bound the l2 norm of A, where there are better ones than A itself. Called within a `tidy`. */
  readonly blocks?: () => NormBlocks;
}

/**
 * A continuous function of one number that is linear between knots.
 *
 * ```math
 * f(t) = v + s_0 (t - t_1) + \sum_{j \ge 1} (s_j - s_{j-1})\, \mathrm{relu}(t - t_j)
 * ```
 */
export interface PiecewiseLinear {
  /** Where the slope changes, $`t_1 < t_2 < \dots`$, at least one. */
  readonly knots: readonly number[];
  /** Slopes from left to right, one more than knots. */
  readonly slopes: readonly number[];
  /** The value v at the first knot. */
  readonly value: number;
}

/** A piecewise-linear function of each entry: relu and the like. */
export interface BendStep extends StepPlace {
  /** Tells it from other steps. */
  readonly kind: 'bend';
  /** The function. */
  readonly pieces: PiecewiseLinear;
}

/** The largest of some entries: max pooling. */
export interface MaxStep extends StepPlace {
  /** Tells it from other steps. */
  readonly kind: 'max';
  /** For each entry of the value the entries that it is the largest of, `width` numbers, -1 where there are fewer. */
  readonly windows: Int32Array;
  /** Numbers in `windows` for one entry. */
  readonly width: number;
  /**
   * The function itself, differentiable.
   *
   * @param x - [batch, ...shape of what goes in].
   * @returns [batch, ...shape], owned by the caller.
   */
  apply(x: Tensor): Tensor;
}

/** The sum of several values of one shape: residual connections. */
export interface SumStep extends StepPlace {
  /** Tells it from other steps. */
  readonly kind: 'sum';
  readonly from: readonly number[];
}

/**
 * A part of a network that bounds can go through. A network is a list of them, each fed by values before its own, so that any graph
 * without a circle can be told; the last one's value is the output, flat, one number for scores.
 *
 * Steps hold tensors of the parameters and make the others when they are used: there is nothing to dispose, and what is
 * computed through them can be differentiated in the parameters.
 */
export type Step = AffineStep | BendStep | MaxStep | SumStep;
