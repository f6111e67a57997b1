import { cast, notEqual, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { mapRises, mapSizes } from './map-sizes.ts';
import type { Bounds, Geometry, Norm } from './norm.ts';
import { radiusOf } from './radius-of.ts';
import { asRows } from './rows.ts';
import { sampleRows } from './sample-rows.ts';

/** Places of the largest values, the largest first; of equal ones those that come first. None that is zero, or not a number. */
function largest(values: Float64Array, count: number): number[] {
  const order = [...values.keys()].filter((at) => values[at] > 0);
  return order.sort((a, b) => values[b] - values[a] || a - b).slice(0, Math.max(Math.floor(count), 0));
}

/** Sets all values to zero but those at some places. */
function keepOnly(values: Float64Array, places: readonly number[]): void {
  const kept = new Set(places);
  for (let at = 0; at < values.length; at++) if (!kept.has(at)) values[at] = 0;
}

/**
 * Nearest point of the ball, or of ball and box: the entries stay whose going to zero would cost most.
 *
 * An entry `v` that the box lets go as far as `c` is `(v - c)^2` away if it stays and `v^2` if it does not.
 */
function project(delta: Tensor, eps: number | readonly number[], bounds?: Bounds): Tensor {
  return mapSizes(delta, bounds, (sizes, rooms, row) => {
    const cost = sizes.map((size, at) => {
      const kept = Math.min(size, rooms[at]);
      return kept * (2 * size - kept);
    });
    for (let at = 0; at < sizes.length; at++) sizes[at] = Math.min(sizes[at], rooms[at]);
    const radius = radiusOf(eps, row);
    if (radius < sizes.length) keepOnly(sizes, largest(cost, radius));
  });
}

/** Spends a rise on the entries that let the function rise most, each up to its room: the fewest that are enough. */
function spendOnFewest(slopes: Float64Array, rooms: Float64Array, rise: number): void {
  const gains = slopes.map((slope, at) => (slope > 0 ? slope * rooms[at] : 0));
  const steps = new Float64Array(slopes.length);
  let left = rise;
  // Of entries without a bound each would be enough by itself: the steepest is.
  const order = largest(gains, gains.length).sort((a, b) => (gains[a] === gains[b] ? slopes[b] - slopes[a] : 0));
  for (const at of order) {
    const need = left / slopes[at];
    steps[at] = Math.min(need, rooms[at]);
    if (need <= rooms[at]) break; // not by what is left, of which rounding leaves something
    left -= slopes[at] * steps[at];
  }
  slopes.set(steps);
}

/** The number of entries that change. */
export const l0Geometry: Geometry<Norm> = {
  name: 'l0',
  size: (delta) => tidy(() => sum(cast(notEqual(asRows(delta), 0), 'float32'), 1) as Tensor1D),
  steepest: (gradient) =>
    mapSizes(gradient, undefined, (sizes) => {
      const [first] = largest(sizes, 1);
      keepOnly(sizes, []);
      if (first !== undefined) sizes[first] = 1;
    }),
  reach: (gradient, rise, bounds) => mapRises(gradient, rise, bounds, spendOnFewest),
  project,
  sample: (keys, shape, eps, reach = 1) =>
    sampleRows(keys, shape, (key, width, row) => {
      const order = Float64Array.from(key.child('place').uniform(width), (value) => 1 - value);
      const amounts = Float64Array.from(key.child('amount').uniform(width, -reach, reach));
      keepOnly(amounts, largest(order, radiusOf(eps, row)));
      return amounts;
    }),
};
