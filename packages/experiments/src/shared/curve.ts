import type { Attack, Batch, Classifier, Threat } from '@advml/core';
import { type AttackedOptions, meanInterval, type Proportion, robustnessCurve } from '@advml/metrics';

/** Robust accuracy at one radius. */
export interface CurvePoint {
  /** Radius in input units. */
  readonly eps: number;
  /** Share of examples that no attack up to this radius broke. */
  readonly accuracy: number;
  /** Lower end of its 95% interval. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Robust accuracy of one network against eps, plain numbers for the figure. */
export interface Curve {
  /** The attack at the largest radius. */
  readonly attack: string;
  /** Points of growing radius. */
  readonly points: readonly CurvePoint[];
  /** The smallest radius at which each example was broken: 0 where it is wrong without attack, null where none broke it. */
  readonly brokenAt: readonly (number | null)[];
}

/**
 * A share at a radius as a point of a curve.
 *
 * @param eps - The radius.
 * @param share - The share with its interval.
 * @returns Plain numbers.
 */
export function pointAt(eps: number, { value, low, high }: Proportion): CurvePoint {
  return { eps, accuracy: value, low, high };
}

/** What {@link measureCurve} takes. */
export interface CurveOptions extends AttackedOptions {
  /** The threat whose norm and box are kept, and whose radius is multiplied. */
  readonly threat: Threat;
  /** Radii, as multiples of that of the threat. */
  readonly multiples: readonly number[];
  /**
   * The attack of a radius.
   *
   * @param threat - The threat at that radius.
   */
  attack(threat: Threat): Attack;
}

/**
 * Robust accuracy of a network against the radius.
 *
 * @param model - The network.
 * @param batch - The examples; only read.
 * @param options - See {@link CurveOptions}.
 * @returns Plain numbers.
 */
export async function measureCurve(
  model: Classifier,
  batch: Batch,
  { threat: { norm, eps, box }, multiples, attack, ...options }: CurveOptions,
): Promise<Curve> {
  const radii = multiples.map((multiple) => multiple * eps);
  const { points, brokenAt } = await robustnessCurve(model, batch, { ...options, norm, box, eps: radii, attack });
  return {
    attack: points.at(-1)?.attack ?? 'none',
    points: points.map(({ eps: radius, accuracy }) => pointAt(radius, accuracy)),
    brokenAt: Array.from(brokenAt, (radius) => (radius < Infinity ? radius : null)),
  };
}

/**
 * The mean of several seeds' curves with Student's interval, point by point.
 *
 * @param curves - The points of each seed, at the same radii; at least one.
 * @returns The curve itself where there is one.
 */
export function overSeeds(curves: readonly (readonly CurvePoint[])[]): readonly CurvePoint[] {
  if (curves.length === 1) return curves[0];
  return curves[0].map(({ eps }, at) => {
    const { mean, low, high } = meanInterval(curves.map((points) => points[at].accuracy));
    return { eps, accuracy: mean, low: Math.max(low, 0), high: Math.min(high, 1) };
  });
}
