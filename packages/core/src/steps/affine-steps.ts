import { abs, matMul, mul, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { reshaping } from './linear-maps.ts';
import type { AffineStep, LinearMap } from './step.ts';

/** A step without its place in the network. */
type Unplaced = Omit<AffineStep, 'name' | 'from'>;

/**
 * The step of a matrix: `W x + b`.
 *
 * @param shape - Shape of W, [out, in].
 * @param weight - W; called within a `tidy`.
 * @param bias - b, [out] or []; called within a `tidy`. Default: none.
 */
export function denseStep(
  [out, within]: readonly [number, number],
  weight: () => Tensor2D,
  bias?: () => Tensor,
): Unplaced {
  const mapOf = (entries: () => Tensor2D): LinearMap => ({
    apply: (x) => tidy(() => matMul(x as Tensor2D, entries(), false, true)),
    transpose: (g) => tidy(() => matMul(g as Tensor2D, entries())),
  });
  return {
    kind: 'affine',
    shape: [out],
    map: mapOf(weight),
    absolute: mapOf(() => abs(weight())),
    bias,
    terms: Math.max(out, within),
    roundings: 0,
  };
}

/**
 * The step of a gain and a constant for each entry: `a x + b`.
 *
 * @param shape - Shape of the value.
 * @param gain - a, which broadcasts against the shape. Default: 1.
 * @param bias - b, likewise. Default: none.
 * @param roundings - How often an entry of a was rounded before. Default: 0.
 */
export function gainStep(
  shape: readonly number[],
  gain?: () => Tensor,
  bias?: () => Tensor,
  roundings: number = 0,
): Unplaced {
  const mapOf = (entries?: () => Tensor): LinearMap => {
    const through = (x: Tensor) => tidy(() => (entries ? mul(x, entries()) : x.clone()));
    return { apply: through, transpose: through };
  };
  const sizes = gain && (() => abs(gain()));
  return { kind: 'affine', shape, map: mapOf(gain), absolute: mapOf(sizes), bias, terms: 1 + roundings, roundings };
}

/**
 * The step that only gives another shape.
 *
 * @param input - Shape of what goes in.
 * @param output - Shape of what comes out.
 */
export function reshapeStep(input: readonly number[], output: readonly number[]): Unplaced {
  const map = reshaping(input, output);
  return { kind: 'affine', shape: output, map, absolute: map, terms: 0, roundings: 0 };
}

/**
 * The step of a linear map with no negative entry, such as a mean.
 *
 * @param map - The map.
 * @param shape - Shape of what comes out.
 * @param products - The most products that are added up for one entry.
 * @param roundings - See {@link AffineStep.roundings}.
 */
export function positiveStep(map: LinearMap, shape: readonly number[], products: number, roundings: number): Unplaced {
  return { kind: 'affine', shape, map, absolute: map, terms: products + roundings, roundings };
}
