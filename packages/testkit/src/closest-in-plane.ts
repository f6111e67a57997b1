import type { Box, Norm } from '@advml/core';

/** Where {@link closestInPlane} looks. */
export interface PlaneSearch {
  /** The norm in which closeness is measured. */
  readonly norm: Norm;
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

/** Rays, the corners of every ball among them; points on each; halvings where a ray first meets something adversarial. */
const [RAYS, SAMPLES, HALVINGS] = [720, 150, 16];

/** Where a ray is on its own side, and where it is not any more; shares of the reach. */
interface Crossing {
  readonly ray: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Size of the smallest change of an input with two entries that makes it adversarial, by brute force along rays.
 *
 * Rays in 720 directions are sampled at 150 points each; where a ray first is adversarial the boundary is bisected. The
 * result is never too small, and at most half a percent too large unless something adversarial is thinner than the grid.
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
  const pointAt = (ray: number, share: number) => directions[ray].map((value, axis) => x[axis] + share * value);
  const isInside = (point: readonly number[]) => !box || point.every((value) => value >= box.low && value <= box.high);

  const grid = new Float32Array(2 * RAYS * SAMPLES);
  const places = Array.from({ length: RAYS * SAMPLES }, (_, at) => [Math.floor(at / SAMPLES), (at % SAMPLES) + 1]);
  for (const [at, [ray, step]] of places.entries()) grid.set(pointAt(ray, step / SAMPLES), 2 * at);
  const met = adversarial(grid);
  const first = new Map<number, number>();
  for (const [at, [ray, step]] of places.entries()) {
    if (met[at] && !first.has(ray) && isInside(pointAt(ray, step / SAMPLES))) first.set(ray, step);
  }
  let crossings: Crossing[] = Array.from(first, ([ray, step]) => ({
    ray,
    low: (step - 1) / SAMPLES,
    high: step / SAMPLES,
  }));
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middles = crossings.map(({ low, high }) => (low + high) / 2);
    const verdicts = adversarial(Float32Array.from(crossings.flatMap(({ ray }, at) => pointAt(ray, middles[at]))));
    crossings = crossings.map((crossing, at) => ({ ...crossing, [verdicts[at] ? 'high' : 'low']: middles[at] }));
  }
  return reach * Math.min(...crossings.map(({ high }) => high));
}
