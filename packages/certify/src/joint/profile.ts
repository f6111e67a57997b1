import type { RidgeSum } from '@advml/core';

/** A continuous, piecewise linear function of one number. */
export interface Profile {
  /** Where the slope changes, ascending. */
  readonly knots: Float64Array;
  /** Slopes of the pieces, one more than knots. */
  readonly slopes: Float64Array;
  /** The lines of the pieces at 0: piece j is `offset_j + slope_j u`. */
  readonly offsets: Float64Array;
  /** What the sums that give the offsets add up to in absolute value, each with all before: their rounding is two units of it. */
  readonly sizes: Float64Array;
}

/**
 * The function a of a sum of ridges, on both sides of 0.
 *
 * @param ridges - Knots and slopes for u >= 0; a is odd.
 * @returns Its pieces from left to right.
 */
export function profileOf({ knots, slopes }: RidgeSum): Profile {
  const right = Float64Array.from(knots);
  const all = Float64Array.from(
    [...right]
      .reverse()
      .map((knot) => -knot)
      .concat([...right]),
  );
  const outer = slopes.slice(1);
  const steep = Float64Array.from([...outer].reverse().concat([slopes[0]], outer));
  const offsets = new Float64Array(steep.length);
  const sizes = new Float64Array(steep.length);
  const middle = right.length; // the piece around 0, which goes through it
  const goOn = (from: number, to: number, knot: number) => {
    const term = (steep[from] - steep[to]) * knot;
    offsets[to] = offsets[from] + term;
    sizes[to] = Math.abs(term) + (sizes[from] > 0 ? sizes[from] + Math.abs(offsets[to]) : 0); // a first one is no sum
  };
  for (let at = middle; at < all.length; at++) goOn(at, at + 1, all[at]);
  for (let at = middle; at > 0; at--) goOn(at, at - 1, all[at - 1]);
  return { knots: all, slopes: steep, offsets, sizes };
}

/** a(u). */
export function heightAt({ knots, slopes, offsets }: Profile, u: number): number {
  let piece = 0;
  while (piece < knots.length && u > knots[piece]) piece++;
  return offsets[piece] + slopes[piece] * u;
}

/** The slope of a at u; at a knot, the one on its left. */
export function slopeAt({ knots, slopes }: Profile, u: number): number {
  let piece = 0;
  while (piece < knots.length && u > knots[piece]) piece++;
  return slopes[piece];
}
