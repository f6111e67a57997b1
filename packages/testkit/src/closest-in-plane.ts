import type { Box, StrictNorm } from '@advml/core';

/** Where {@link closestInPlane} looks. */
export interface PlaneSearch {
  /** The norm in which closeness is measured. */
  readonly norm: StrictNorm;
  /** Range of the inputs, if any. */
  readonly box?: Box;
  /** How far to look along each ray, in the norm. */
  readonly reach: number;
}

const sizes = {
  l1: (a: number, b: number) => Math.abs(a) + Math.abs(b),
  l2: Math.hypot,
  linf: (a: number, b: number) => Math.max(Math.abs(a), Math.abs(b)),
};

/** Rays, the corners of every ball among them; shells on which they are looked at; halvings between two shells. */
const [RAYS, SHELLS, HALVINGS] = [720, 150, 16];

/**
 * Size of the smallest change of an input with two entries that makes it adversarial, by brute force along rays.
 *
 * Rays in 720 directions are followed through 150 shells, spheres of the norm, from the inside out; on those that are adversarial
 * at the first shell where any is, the boundary is bisected. The result is never too small, and at most half a percent too large
 * unless something adversarial is thinner than the grid.
 *
 * @param adversarial - Says which of many points are adversarial; their entries come one after another.
 * @param x - The input.
 * @param search - See {@link PlaneSearch}.
 * @returns The size; infinite where nothing was found.
 * @example
 * ```ts
 * const past = (points: Float32Array) => Array.from({ length: points.length / 2 }, (_, at) => points[2 * at] > 1);
 * closestInPlane(past, [0, 0], { norm: l2, reach: 2 }); // 1
 * ```
 */
export function closestInPlane(
  adversarial: (points: Float32Array) => readonly boolean[],
  x: readonly number[],
  { norm, box, reach }: PlaneSearch,
): number {
  const directions = Array.from({ length: RAYS }, (_, ray) => {
    const [a, b] = [Math.cos((2 * Math.PI * ray) / RAYS), Math.sin((2 * Math.PI * ray) / RAYS)];
    return [a, b].map((value) => (value * reach) / sizes[norm.name](a, b));
  });
  const isInside = (...point: number[]) => !box || point.every((value) => value >= box.low && value <= box.high);
  /** The rays that are adversarial inside the box at some share of the reach. */
  const met = (rays: typeof directions, share: number) => {
    const points = Float32Array.from(rays.flatMap(([a, b]) => [x[0] + share * a, x[1] + share * b]));
    const verdicts = adversarial(points);
    return rays.filter(([a, b], ray) => verdicts[ray] && isInside(x[0] + share * a, x[1] + share * b));
  };

  for (let shell = 1; shell <= SHELLS; shell++) {
    let rays = met(directions, shell / SHELLS);
    if (rays.length === 0) continue;
    let [low, high] = [(shell - 1) / SHELLS, shell / SHELLS];
    for (let halving = 0; halving < HALVINGS; halving++) {
      const closer = met(rays, (low + high) / 2);
      if (closer.length > 0) rays = closer;
      [low, high] = closer.length > 0 ? [low, (low + high) / 2] : [(low + high) / 2, high];
    }
    return reach * high;
  }
  return Infinity;
}
