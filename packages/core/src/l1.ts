import { abs, div, max, mul, reshape, step, sub, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { mapRises, mapSizes } from './map-sizes.ts';
import type { Bounds, Geometry } from './norm.ts';
import { radiusOf } from './radius-of.ts';
import { risingRoot } from './roots.ts';
import { asRows } from './rows.ts';
import { sampleRows } from './sample-rows.ts';
import { signOf } from './sign-of.ts';

/**
 * Nearest point of the ball, or of ball and box: every entry moves towards zero by the same amount, then the box clips it.
 *
 * What is searched for is what this leaves of the largest entry, which stays exact where the amount would be rounded.
 */
function project(delta: Tensor, eps: number | readonly number[], bounds?: Bounds): Tensor {
  return mapSizes(delta, bounds, (sizes, rooms, row) => {
    const radius = radiusOf(eps, row);
    const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
    const excess = (left: number): [number, number] => {
      let [size, free] = [0, 0];
      for (let at = 0; at < sizes.length; at++) {
        const kept = left - (largest - sizes[at]);
        if (kept <= 0) continue;
        if (kept < rooms[at]) free++;
        size += Math.min(kept, rooms[at]);
      }
      return [size - radius, free];
    };
    const left = risingRoot(excess, largest);
    for (let at = 0; at < sizes.length; at++) {
      const kept = left < largest ? Math.max(left - (largest - sizes[at]), 0) : sizes[at];
      sizes[at] = Math.min(kept, rooms[at]);
    }
  });
}

/** Spends a rise on the steepest entries first, each up to its room. */
function spendOnSteepest(slopes: Float64Array, rooms: Float64Array, rise: number): void {
  const order = [...slopes.keys()].filter((at) => slopes[at] > 0).sort((a, b) => slopes[b] - slopes[a]);
  let left = rise;
  for (const at of order) {
    const slope = slopes[at];
    slopes[at] = Math.min(left / slope, rooms[at]);
    left = Math.max(left - slope * slopes[at], 0);
  }
}

/** The sum of absolute changes. */
export const l1Geometry: Geometry = {
  name: 'l1',
  size: (delta) => tidy(() => sum(abs(asRows(delta)), 1) as Tensor1D),
  steepest: (gradient) =>
    tidy(() => {
      const size = abs(asRows(gradient));
      const largest = sub(1, step(sub(max(size, 1, true), size))); // 1 where no entry is larger, else 0
      const shares = div(largest, sum(largest, 1, true));
      return mul(signOf(gradient), reshape(shares, gradient.shape));
    }),
  reach: (gradient, rise, bounds) => mapRises(gradient, rise, bounds, spendOnSteepest),
  project,
  sample: (keys, shape, eps) =>
    sampleRows(keys, shape, (key, width, row) => {
      const radius = radiusOf(eps, row);
      const draws = key.child('size').uniform(width + 1);
      const exponentials = Float64Array.from(draws, (draw) => -Math.log1p(-draw));
      const sum = exponentials.reduce((sum, value) => sum + value, 0);
      return key
        .child('sign')
        .signs(width)
        .map((sign, at) => (radius * sign * exponentials[at]) / sum);
    }),
};
