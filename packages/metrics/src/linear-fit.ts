import { InputError } from '@advml/core';
import { requireConfidence } from './confidence.ts';
import { studentQuantile } from './student-quantile.ts';

/** A place that a line should pass. */
export interface FitPoint {
  /** What was set, such as a dimension. */
  readonly x: number;
  /** What was measured there. */
  readonly y: number;
}

/** The line of least squares through points; see {@link linearFit}. */
export interface LinearFit {
  /** How many points there are. */
  readonly count: number;
  /** Rise of y per unit of x. */
  readonly slope: number;
  /** Lower end of the interval of the slope. */
  readonly low: number;
  /** Upper end of the interval of the slope. */
  readonly high: number;
  /** Probability with which such intervals cover the true slope. */
  readonly confidence: number;
  /** y at x = 0. */
  readonly intercept: number;
  /** Standard deviation of the points about the line, with `count - 2` in the denominator; units of y. */
  readonly deviation: number;
}

/**
 * The line of least squares, with Student's interval of its slope.
 *
 * ```math
 * \hat\beta = \frac{S_{xy}}{S_{xx}}, \qquad
 * s^2 = \frac{\sum_i (y_i - \hat\alpha - \hat\beta x_i)^2}{n - 2}, \qquad
 * \hat\beta \pm t_{n-2,\,1-\alpha/2} \frac{s}{\sqrt{S_{xx}}}
 * ```
 *
 * Exact where the points lie about a line with independent normal errors of one size.
 *
 * @param points - At least three, at two or more different x: two leave nothing to judge the spread by.
 * @param confidence - Coverage of the two-sided interval. Default: 0.95.
 * @returns A frozen record.
 * @throws InputError if there are fewer than three points, all have one x, a coordinate is not finite, or the confidence is
 * not between 0 and 1.
 * @example
 * ```ts
 * linearFit([{ x: 0, y: 1 }, { x: 1, y: 2 }, { x: 2, y: 6 }]); // slope 2.5, low -8.5, high 13.5, intercept 0.5
 * ```
 * @see Draper, Smith: Applied Regression Analysis, 1998, section 1.4.
 */
export function linearFit(points: readonly FitPoint[], confidence = 0.95): LinearFit {
  requireConfidence(confidence);
  const count = points.length;
  if (count < 3) throw new InputError(`a line with an interval needs at least 3 points, got ${count}`);
  for (const [at, { x, y }] of points.entries()) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new InputError(`points must be finite, got (${x}, ${y}) at entry ${at}`);
    }
  }
  const total = (of: (point: FitPoint) => number) => points.reduce((sum, point) => sum + of(point), 0);
  const [meanX, meanY] = [total(({ x }) => x) / count, total(({ y }) => y) / count];
  const spread = total(({ x }) => (x - meanX) ** 2); // roundings of the mean where all x are equal
  if (!(spread > 0) || points.every(({ x }) => x === points[0].x))
    throw new InputError(`a line needs points at two or more x, all are at ${points[0].x}`);

  const slope = total(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  const intercept = meanY - slope * meanX;
  const deviation = Math.sqrt(total(({ x, y }) => (y - meanY - slope * (x - meanX)) ** 2) / (count - 2));
  const reach = (studentQuantile((1 + confidence) / 2, count - 2) * deviation) / Math.sqrt(spread);
  return Object.freeze({ count, slope, low: slope - reach, high: slope + reach, confidence, intercept, deviation });
}

/**
 * The power law of least squares: a line through the logarithms, whose slope is the exponent.
 *
 * ```math
 * y = e^{\hat\alpha} x^{\hat\beta}, \qquad \ln y_i \approx \hat\alpha + \hat\beta \ln x_i
 * ```
 *
 * @param points - As for {@link linearFit}, all coordinates > 0.
 * @param confidence - Coverage of the interval of the exponent. Default: 0.95.
 * @returns The line through `(ln x, ln y)`; `slope` is the exponent and `deviation` about the relative error of y.
 * @throws InputError if a coordinate is not positive, or as {@link linearFit} does.
 * @example
 * ```ts
 * const { slope, low, high } = logLogFit([{ x: 256, y: 3000 }, { x: 512, y: 6500 }, { x: 1024, y: 12000 }]);
 * ```
 */
export function logLogFit(points: readonly FitPoint[], confidence = 0.95): LinearFit {
  const bad = points.findIndex(({ x, y }) => !(x > 0 && y > 0));
  if (bad >= 0)
    throw new InputError(`a power law needs x, y > 0, got (${points[bad].x}, ${points[bad].y}) at entry ${bad}`);
  return linearFit(
    points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) })),
    confidence,
  );
}
