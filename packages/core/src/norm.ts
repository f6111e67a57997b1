import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';

/** What each entry of a perturbation may be: tensors of its shape with `low <= 0 <= high`. */
export interface Bounds {
  /** Smallest value of each entry. */
  readonly low: Tensor;
  /** Largest value of each entry. */
  readonly high: Tensor;
}

/**
 * A geometry of perturbations, as a value. All tensors have the batch as their first axis; each example stands alone.
 */
export interface Norm {
  /** How it is written: `l0`, `l1`, `l2` or `linf`. */
  readonly name: 'l0' | 'l1' | 'l2' | 'linf';
  /**
   * The dual norm, with `<a, b> <= |a| |b|_dual`.
   *
   * @throws InputError in l0, which has none.
   */
  readonly dual: Norm;
  /**
   * Size of each example's perturbation.
   *
   * @param delta - Perturbations [batch, ...].
   * @returns Sizes [batch], owned by the caller; no overflow or underflow for any finite input.
   */
  size(delta: Tensor): Tensor1D;
  /**
   * The step of size 1 that raises a linear function most: the maximizer of `<gradient, s>` over `|s| <= 1`.
   *
   * @param gradient - [batch, ...].
   * @returns Steps of the same shape, zero where the gradient is zero; owned by the caller.
   */
  steepest(gradient: Tensor): Tensor;
  /**
   * The smallest step on which a linear function rises by a given amount: the way to a flat decision boundary.
   *
   * @param gradient - Its slopes, [batch, ...].
   * @param rise - The amounts [batch], finite; where one is negative the function falls by it.
   * @param bounds - Range of each entry of the step, if there is a box.
   * @returns Steps of the shape of `gradient`, owned by the caller: zero where the gradient is zero, and as far as the box
   * lets the function rise where the amount is out of reach.
   */
  reach(gradient: Tensor, rise: Tensor1D, bounds?: Bounds): Tensor;
  /**
   * The nearest point (in l2) of the ball, or of the ball cut with a box, exactly.
   *
   * @param delta - Perturbations [batch, ...].
   * @param eps - Radius in input units, for all or one an example; may be infinite.
   * @param bounds - Range of each entry, if there is a box.
   * @returns Perturbations of the same shape, owned by the caller.
   */
  project(delta: Tensor, eps: number | readonly number[], bounds?: Bounds): Tensor;
  /**
   * A uniform random point of the ball for each example.
   *
   * @param keys - One key an example.
   * @param shape - Shape of one example, without the batch axis.
   * @param eps - Radius in input units, finite, for all or one an example.
   * @param reach - How far an entry may move, in input units, where the ball does not say: in l0. Default: 1.
   * @returns Perturbations [keys.length, ...shape], owned by the caller.
   */
  sample(keys: readonly Key[], shape: readonly number[], eps: number | readonly number[], reach?: number): Tensor;
}

/** A norm in the strict sense, whose size grows with its perturbation: all but l0. */
export interface StrictNorm extends Norm {
  /** How it is written: `l1`, `l2` or `linf`. */
  readonly name: 'l1' | 'l2' | 'linf';
  /** The dual norm, with `<a, b> <= |a| |b|_dual`. */
  readonly dual: StrictNorm;
}

/** A norm by itself: all but its dual, which is another one. */
export type Geometry<N extends Norm = StrictNorm> = Omit<N, 'dual'>;
