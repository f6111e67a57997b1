import {
  clipByValue,
  div,
  divNoNan,
  maximum,
  minimum,
  mul,
  scalar,
  sqrt,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { mapRises } from './map-sizes.ts';
import type { Bounds, Geometry } from './norm.ts';
import { radiusOf } from './radius-of.ts';
import { normalRows } from './random-tensor.ts';
import { risingRoot, timeToRise } from './roots.ts';
import { alongRows, asRows } from './rows.ts';
import { oneForZero, scaleOf } from './scale-of.ts';

/** Euclidean size of each example; the largest entry is divided out first, so that no square leaves the range of a float. */
function size(delta: Tensor): Tensor1D {
  return tidy(() => {
    const scale = scaleOf(delta);
    const scaled = div(asRows(delta), alongRows(scale, asRows(delta)));
    return mul(scale, sqrt(sum(square(scaled), 1))) as Tensor1D;
  });
}

/**
 * Nearest point of ball and box: `clip(s v)` with the largest `s <= 1` that the ball allows.
 *
 * The Lagrange condition of the ball shrinks every entry by the same factor before the box clips it.
 */
function projectOntoBallAndBox(delta: Tensor, eps: number | readonly number[], { low, high }: Bounds): Tensor {
  const [values, lows, highs] = [delta, low, high].map((tensor) => tensor.dataSync<'float32'>());
  const rows = delta.shape[0];
  const width = rows === 0 ? 0 : delta.size / rows;
  const shrinks = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const radius = radiusOf(eps, row);
    const excess = (shrink: number): [number, number] => {
      let [squares, free] = [0, 0];
      for (let at = row * width; at < (row + 1) * width; at++) {
        const kept = shrink * values[at];
        const clipped = Math.max(lows[at], Math.min(kept, highs[at]));
        if (clipped === kept) free += kept * values[at];
        squares += clipped * clipped;
      }
      const size = Math.sqrt(squares);
      return [size - radius, free / size];
    };
    shrinks[row] = risingRoot(excess, 1);
  }
  return tidy(() => minimum(maximum(mul(delta, alongRows(tensor1d(shrinks), delta)), low), high));
}

/** The Euclidean norm. */
export const l2Geometry: Geometry = {
  name: 'l2',
  size,
  steepest: (gradient) =>
    tidy(() => {
      const scaled = div(gradient, alongRows(scaleOf(gradient), gradient));
      const length = sqrt(sum(square(asRows(scaled)), 1)) as Tensor1D; // [batch], at least 1 but for zero gradients
      return div(scaled, alongRows(oneForZero(length), gradient));
    }),
  reach: (gradient, rise, bounds) =>
    mapRises(gradient, rise, bounds, (slopes, rooms, amount) => {
      const time = timeToRise(slopes, rooms, slopes, amount);
      for (let at = 0; at < slopes.length; at++) slopes[at] = Math.min(time * slopes[at], rooms[at]);
    }),
  project: (delta, eps, bounds) => {
    if (bounds) return projectOntoBallAndBox(delta, eps, bounds);
    return tidy(() => {
      const radius = typeof eps === 'number' ? scalar(eps) : tensor1d([...eps]);
      const shrink = clipByValue(divNoNan(radius, size(delta)), 0, 1);
      return mul(delta, alongRows(shrink as Tensor1D, delta));
    });
  },
  sample: (keys, shape, eps) => {
    const directionKeys = keys.map((key) => key.child('direction'));
    const drawn = normalRows(directionKeys, shape);
    const values = drawn.dataSync<'float32'>();
    drawn.dispose();
    const width = values.length / keys.length;
    for (const [row, key] of keys.entries()) {
      const direction = values.subarray(row * width, (row + 1) * width);
      const radius = radiusOf(eps, row) * key.child('radius').uniform(1)[0] ** (1 / width);
      const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
      for (let at = 0; at < width; at++) direction[at] = (radius * direction[at]) / length;
    }
    return tensor(values, [keys.length, ...shape]);
  },
};
