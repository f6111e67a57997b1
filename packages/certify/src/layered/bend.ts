import type { PiecewiseLinear } from '@advml/core';
import { FEW } from './rounding.ts';

/** Where a piecewise-linear function is looked at on an interval: its ends and the knots between, where lines can touch it. */
export interface Points {
  /** How many there are. */
  readonly count: number;
  /** Arguments, ascending. */
  readonly at: Float64Array;
  /** Values of the function there. */
  readonly value: Float64Array;
  /** Slopes to the right of each point but the last. */
  readonly slope: Float64Array;
  /** The most that the terms of a value add up to in absolute value: rounding is a share of it. */
  readonly size: number;
}

/** A look at a function on an interval; the points are overwritten by the next one. */
export type Look = (low: number, high: number) => Points;

/** Values of a piecewise-linear function at its knots. */
export function heightsOf({ knots, slopes, value }: PiecewiseLinear): number[] {
  const heights = [value];
  for (let at = 1; at < knots.length; at++) heights.push(heights[at - 1] + slopes[at] * (knots[at] - knots[at - 1]));
  return heights;
}

/** What the sums that give those values add up to in absolute value, each with all before. */
function sizesOf(pieces: PiecewiseLinear): number[] {
  const { knots, slopes, value } = pieces;
  const [heights, sizes] = [heightsOf(pieces), [Math.abs(value)]];
  for (let at = 1; at < knots.length; at++)
    sizes.push(sizes[at - 1] + Math.abs(heights[at]) + Math.abs(slopes[at] * (knots[at] - knots[at - 1])));
  return sizes;
}

/**
 * A way to look at a piecewise-linear function.
 *
 * @param pieces - The function.
 */
export function lookAt(pieces: PiecewiseLinear): Look {
  const { knots, slopes } = pieces;
  const heights = heightsOf(pieces);
  const room = knots.length + 2;
  const sizes = sizesOf(pieces);
  const [at, values, steep] = [0, 0, 0].map(() => new Float64Array(room));
  const points = { count: 0, at, value: values, slope: steep, size: 0 };
  const put = (t: number, piece: number) => {
    const knot = Math.max(piece - 1, 0);
    const rise = slopes[piece] * (t - knots[knot]);
    points.at[points.count] = t;
    points.value[points.count] = heights[knot] + rise;
    points.slope[points.count++] = slopes[piece];
    points.size = Math.max(points.size, sizes[knot] + Math.abs(rise));
  };
  return (low, high) => {
    points.count = points.size = 0;
    let piece = 0;
    while (piece < knots.length && knots[piece] <= low) piece++;
    put(low, piece);
    for (; piece < knots.length && knots[piece] < high; piece++) put(knots[piece], piece + 1);
    put(high, piece);
    return points;
  };
}

/** A line on one side of the function, and the others that might do as well. */
export interface Line {
  /** Its slope: of the convex (or concave) envelope at the middle of the interval. */
  slope: number;
  /** The least slope of the envelope. */
  least: number;
  /** Its largest slope. */
  most: number;
}

/**
 * The slopes of lines under a function (side 1) or above it (side -1) on an interval.
 *
 * The line that touches the envelope in the middle has the least area between it and the function: for a rectifier the chord above,
 * and below the identity where the interval reaches farther up than down, else zero.
 *
 * @param points - Where it can touch.
 * @param side - 1 for lines below, -1 for lines above.
 * @param line - What the slopes are written to.
 */
export function envelope({ count, at, value, slope }: Points, side: 1 | -1, line: Line): void {
  if (count === 2) {
    line.slope = line.least = line.most = slope[0];
    return;
  }
  const middle = (at[0] + at[count - 1]) / 2;
  let [lowest, first, last] = [Infinity, Infinity, -Infinity];
  for (let i = 0; i < count - 1; i++) {
    for (let j = i + 1; j < count; j++) {
      const chord = j === i + 1 ? slope[i] : (value[j] - value[i]) / (at[j] - at[i]);
      if (i === 0) first = Math.min(first, side * chord);
      if (j === count - 1) last = Math.max(last, side * chord);
      if (at[i] > middle || at[j] < middle) continue;
      const height = side * (value[i] + chord * (middle - at[i]));
      if (height > lowest) continue;
      lowest = height;
      line.slope = chord;
    }
  }
  line.least = Math.min(side * first, side * last);
  line.most = Math.max(side * first, side * last);
}

/** Which point a line of some slope touches: number of the point where the function less the line is least (side 1) or largest. */
export function touching({ count, at, value }: Points, slope: number, side: 1 | -1): number {
  let [best, lowest] = [0, Infinity];
  for (let point = 0; point < count; point++) {
    const height = side * (value[point] - slope * at[point]);
    if (height < lowest) [best, lowest] = [point, height];
  }
  return best;
}

/** The constant of the line of some slope through a point, moved outwards by more than rounding. */
export function constantOf({ at, value, size }: Points, point: number, slope: number, side: 1 | -1): number {
  const rise = slope * at[point];
  return value[point] - rise - side * FEW * (size + Math.abs(rise));
}
