import {
  abs,
  clipByValue,
  max,
  maximum,
  minimum,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { mapRises } from './map-sizes.ts';
import type { Geometry } from './norm.ts';
import { uniformRows } from './random-tensor.ts';
import { timeToRise } from './roots.ts';
import { alongRows, asRows } from './rows.ts';
import { sampleRows } from './sample-rows.ts';
import { signOf } from './sign-of.ts';

/** Every example's entries clipped at its radius. */
function clipRows(delta: Tensor, radii: readonly number[]): Tensor {
  const [first = 0] = radii;
  if (radii.every((eps) => eps === first)) return clipByValue(delta, 0 - first, first);
  const high = alongRows(tensor1d([...radii]), delta);
  return minimum(maximum(delta, sub(0, high)), high);
}

/** The maximum norm. */
export const linfGeometry: Geometry = {
  name: 'linf',
  size: (delta) => tidy(() => max(abs(asRows(delta)), 1) as Tensor1D),
  steepest: signOf,
  reach: (gradient, rise, bounds) =>
    mapRises(gradient, rise, bounds, (slopes, rooms, amount) => {
      const time = timeToRise(slopes, rooms, slopes.map(Math.sign), amount);
      for (let at = 0; at < slopes.length; at++) slopes[at] = slopes[at] > 0 ? Math.min(time, rooms[at]) : 0;
    }),
  project: (delta, eps, bounds) =>
    tidy(() => {
      const inBall = clipRows(delta, typeof eps === 'number' ? [eps] : eps);
      return bounds ? minimum(maximum(inBall, bounds.low), bounds.high) : inBall;
    }),
  sample: (keys, shape, eps) =>
    typeof eps === 'number'
      ? uniformRows(keys, shape, -eps, eps)
      : sampleRows(keys, shape, (key, width, row) => key.uniform(width, -eps[row], eps[row])),
};
