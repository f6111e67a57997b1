import type { StrictNorm, Threat } from '@advml/core';
import { requireStrictNorm } from '@advml/core/internal';

/** Where the input of one example may move: within rooms on both sides, and within a ball. */
export interface Region {
  /** The norm of the ball. */
  readonly norm: StrictNorm['name'];
  /** Its radius. */
  readonly radius: number;
  /** How far each entry may fall, >= 0; at most the radius. */
  readonly below: Float64Array;
  /** How far each entry may rise, >= 0; at most the radius. */
  readonly above: Float64Array;
}

/** The largest absolute values that the entries of an input can come to. */
export const largestEntries = (x: ArrayLike<number>, { below, above }: Region): Float64Array =>
  below.map((room, at) => Math.abs(x[at]) + Math.max(room, above[at]));

/**
 * The region of one example. Bounds of a box count as the float32 that they are compared as, or as they stand, whichever is wider.
 *
 * @param threat - The threat.
 * @param radius - The example's own.
 * @param x - Its entries.
 */
export function regionOf({ norm, box, mask }: Threat, radius: number, x: ArrayLike<number>): Region {
  requireStrictNorm('a certifier', norm, 'take l1');
  const low = box ? Math.min(box.low, Math.fround(box.low)) : -Infinity;
  const high = box ? Math.max(box.high, Math.fround(box.high)) : Infinity;
  const room = (at: number, to: number) => (mask && !mask[at] ? 0 : Math.max(Math.min(to, radius), 0));
  const size = x.length;
  const [below, above] = [new Float64Array(size), new Float64Array(size)];
  for (let at = 0; at < size; at++) {
    below[at] = room(at, x[at] - low);
    above[at] = room(at, high - x[at]);
  }
  return { norm: norm.name, radius, below, above };
}
