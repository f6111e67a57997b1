import type { Classifier } from '@advml/core';
import { concat, min, square, sub, sum, type Tensor, type Tensor1D, tensor2d, tidy } from '@tensorflow/tfjs-core';

type Point = readonly [number, number];

/** A nearest-neighbour model of points in the plane, whose distance to an error is known. */
export interface NearestNeighbour {
  /** The model: the squared distance to the nearest point of class -1, less that to the nearest of class +1. */
  readonly model: Classifier;
  /** l2 distance from an input of class +1 to the closest one that is nearer to a point of class -1; 0 where it is wrong. */
  distance(x: Point): number;
}

/** The half-plane `<normal, z> <= offset` of what is as near to `to` as to `from`. */
const nearer = (to: Point, from: Point) => {
  const normal: Point = [2 * (from[0] - to[0]), 2 * (from[1] - to[1])];
  return { normal, offset: from[0] ** 2 + from[1] ** 2 - to[0] ** 2 - to[1] ** 2 };
};

/** The distance to a part of the plane cut out by lines: its closest point is x, a foot on a line, or a corner. */
function distanceToCell(x: Point, planes: readonly ReturnType<typeof nearer>[]): number {
  const feet = planes.map(({ normal: [a, b], offset }): Point => {
    const step = (offset - a * x[0] - b * x[1]) / (a * a + b * b);
    return [x[0] + step * a, x[1] + step * b];
  });
  const corners = planes.flatMap(({ normal: [a, b], offset: c }, at) =>
    planes.slice(at + 1).map(({ normal: [d, e], offset: f }): Point => {
      const determinant = a * e - b * d;
      return [(c * e - b * f) / determinant, (a * f - c * d) / determinant];
    }),
  );
  const isIn = (z: Point) =>
    planes.every(({ normal: [a, b], offset }) => a * z[0] + b * z[1] <= offset + 1e-9 * (1 + Math.abs(offset)));
  const inside = [x, ...feet, ...corners].filter((z) => z.every(Number.isFinite) && isIn(z));
  return Math.min(...inside.map((z) => Math.hypot(z[0] - x[0], z[1] - x[1])), Infinity);
}

/**
 * The nearest neighbour among points of two classes in the plane, as a score.
 *
 * @param negative - Points of class -1.
 * @param positive - Points of class +1.
 * @returns The model and its distance to an error.
 * @example
 * ```ts
 * const { model, distance } = nearestNeighbour([[0, 1]], [[0, -1], [2, 0]]);
 * ```
 */
export function nearestNeighbour(negative: readonly Point[], positive: readonly Point[]): NearestNeighbour {
  const nearest = (x: Tensor, points: readonly Point[]) => {
    const distances = points.map((point) => sum(square(sub(x, tensor2d([[...point]]))), 1, true)); // [batch, 1] each
    return min(concat(distances, 1), 1);
  };
  return {
    model: (x) => tidy(() => sub(nearest(x, negative), nearest(x, positive)) as Tensor1D),
    distance: (x) =>
      Math.min(
        ...negative.map((to) =>
          distanceToCell(
            x,
            positive.map((from) => nearer(to, from)),
          ),
        ),
      ),
  };
}
