import { type FitPoint, type LinearFit, linearFit, logLogFit } from '@advml/metrics';
import type { Family } from './family.ts';
import { type Cost, costOf, limitOf, type Target, type Unit } from './measures.ts';

/** How a cost grows with d. */
export interface Law {
  /** Lines through the logarithms of the cost; undefined where fewer than three d are left. */
  readonly fits?: {
    /** Against ln d: a power law, whose exponent is the slope. */
    readonly power: LinearFit;
    /** Against d itself: an exponential law. */
    readonly exponential: LinearFit;
  };
  /** Every d at which a training did not reach the target; these are left out of the fits. */
  readonly unreached: readonly number[];
  /** The power law with limits in place of costs where a training did not reach the target. Default: all did, or fewer than three d. */
  readonly withLimits?: LinearFit;
}

/**
 * The laws of a cost over the trainings of a family.
 *
 * One point a dimension, the geometric mean over its trainings: repeats share what is particular to their d, so they are no
 * independent points of the line. A d at which some training did not reach the target is left out as a whole, for the mean of the
 * others would be too small.
 *
 * @param costs - Trainings of any family.
 * @param family - Which of them.
 * @param target - What had to be reached.
 * @param unit - What to count.
 * @returns The fits and what they leave out.
 */
export function lawOf(costs: readonly Cost[], family: Family, target: Target, unit: Unit): Law {
  const own = costs.filter((cost) => cost.family === family);
  const dimensions = [...new Set(own.map(({ dimension }) => dimension))].sort((a, b) => a - b);
  const unreached: number[] = [];
  const points: FitPoint[] = [];
  const limited: FitPoint[] = [];
  for (const x of dimensions) {
    const here = own.filter(({ dimension }) => dimension === x);
    const reached = here.map((cost) => costOf(cost, target, unit));
    limited.push({ x, y: geometricMean(here.map((cost, at) => reached[at] ?? limitOf(cost, target, unit))) });
    if (reached.includes(undefined)) unreached.push(x);
    else points.push(limited[limited.length - 1]);
  }
  const exponential = points.map(({ x, y }) => ({ x, y: Math.log(y) }));
  return {
    unreached,
    ...(points.length >= 3 && { fits: { power: logLogFit(points), exponential: linearFit(exponential) } }),
    ...(unreached.length > 0 && limited.length >= 3 && { withLimits: logLogFit(limited) }),
  };
}

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
