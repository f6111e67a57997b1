import type { PiecewiseLinear } from '@advml/core';

/** Corners of a convex function of one number that is linear between them. */
export interface Hull {
  /** Where, ascending. */
  readonly at: readonly number[];
  /** How high. */
  readonly height: readonly number[];
}

/** The value of a piecewise-linear function. */
export function bendAt({ knots, slopes, value }: PiecewiseLinear, t: number): number {
  if (t <= knots[0]) return value + slopes[0] * (t - knots[0]);
  let height = value;
  for (let piece = 1; ; piece++) {
    const [from, to] = [knots[piece - 1], knots[piece] ?? Infinity];
    if (t <= to) return height + slopes[piece] * (t - from);
    height += slopes[piece] * (to - from);
  }
}

/**
 * The largest convex function below `c a(u + v)` for v between two ends, by its corners.
 *
 * @param pieces - a.
 * @param c - The coefficient.
 * @param u - The argument at v = 0.
 * @param low - The lower end of v.
 * @param high - The upper end of v, at least the lower one.
 */
export function hullOf(pieces: PiecewiseLinear, c: number, u: number, low: number, high: number): Hull {
  const inside = pieces.knots.map((knot) => knot - u).filter((v) => v > low && v < high);
  const [at, height]: [number[], number[]] = [[], []];
  for (const v of low < high ? [low, ...inside, high] : [low]) {
    const h = c * bendAt(pieces, u + v);
    while (at.length > 1) {
      const [i, j] = [at.length - 2, at.length - 1];
      if ((height[j] - height[i]) * (v - at[j]) < (h - height[j]) * (at[j] - at[i])) break; // the last corner stays below
      at.pop();
      height.pop();
    }
    at.push(v);
    height.push(h);
  }
  return { at, height };
}

/** The height of the hull at v, between its ends. */
export function heightAt({ at, height }: Hull, v: number): number {
  if (v <= at[0]) return height[0];
  for (let j = 1; j < at.length; j++)
    if (v <= at[j]) return height[j - 1] + ((height[j] - height[j - 1]) * (v - at[j - 1])) / (at[j] - at[j - 1]);
  return height[height.length - 1];
}

/** Where `hull(v) + (weight / 2) (v - p)^2` is least. */
export function nearestOn({ at, height }: Hull, p: number, weight: number): number {
  for (let j = 1; j < at.length; j++) {
    const slope = (height[j] - height[j - 1]) / (at[j] - at[j - 1]);
    const free = p - slope / weight;
    if (free <= at[j - 1]) return at[j - 1];
    if (free <= at[j]) return free;
  }
  return at[at.length - 1];
}

/** The corner where `hull(v) - alpha v` is least. */
export function touching({ at, height }: Hull, alpha: number): number {
  let best = 0;
  for (let j = 1; j < at.length; j++) if (height[j] - alpha * at[j] < height[best] - alpha * at[best]) best = j;
  return best;
}
