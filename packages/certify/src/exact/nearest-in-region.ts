import { risingRoot } from '@advml/core/internal';
import type { Region } from '../layered/region.ts';

/** Each entry of a step, cut at its room. */
function cut({ below, above }: Region, step: Float64Array): void {
  for (let at = 0; at < step.length; at++) step[at] = Math.min(Math.max(step[at], -below[at]), above[at]);
}

/** l2: every entry is shrunk by one factor before its room cuts it, the largest that the ball allows. */
function shrink({ radius, below, above }: Region, step: Float64Array): void {
  const excess = (share: number): readonly [number, number] => {
    let [squares, free] = [0, 0];
    for (let at = 0; at < step.length; at++) {
      const kept = share * step[at];
      const clipped = Math.min(Math.max(kept, -below[at]), above[at]);
      if (clipped === kept) free += kept * step[at];
      squares += clipped * clipped;
    }
    const size = Math.sqrt(squares);
    return [size - radius, free / size];
  };
  if (!(excess(1)[0] > 0)) return;
  const share = risingRoot(excess, 1);
  for (let at = 0; at < step.length; at++) step[at] *= share;
}

/** l1: every entry moves towards zero by one amount before its room cuts it. */
function lower({ radius, below, above }: Region, step: Float64Array): void {
  let largest = 0;
  for (const entry of step) largest = Math.max(largest, Math.abs(entry));
  const excess = (left: number): readonly [number, number] => {
    let [size, free] = [0, 0];
    for (let at = 0; at < step.length; at++) {
      const kept = left - (largest - Math.abs(step[at]));
      if (kept <= 0) continue;
      const room = step[at] > 0 ? above[at] : below[at];
      if (kept < room) free++;
      size += Math.min(kept, room);
    }
    return [size - radius, free];
  };
  if (!(excess(largest)[0] > 0)) return;
  const amount = largest - risingRoot(excess, largest);
  for (let at = 0; at < step.length; at++) step[at] = Math.sign(step[at]) * Math.max(Math.abs(step[at]) - amount, 0);
}

/**
 * Moves a step to the nearest one (in l2) of a region, in place.
 *
 * @param region - Ball, and rooms of the entries.
 * @param step - One number an entry.
 */
export function moveInto(region: Region, step: Float64Array): void {
  if (region.norm === 'l2') shrink(region, step);
  if (region.norm === 'l1') lower(region, step);
  cut(region, step);
}

/** How much longer than the region a step is that ends, once in the region, where a linear function is least. */
const FAR = 1e9;

/**
 * Where a linear function is least within a region, up to a share of 1e-9.
 *
 * ```math
 * \Pi(-T c) = \operatorname*{argmin}_{\delta} \langle c, \delta\rangle + \frac{\|\delta\|_2^2}{2T}
 * ```
 *
 * @param region - Where the step may end.
 * @param slopes - c.
 * @returns The step.
 */
export function lowestStep(region: Region, slopes: Float64Array): Float64Array {
  let largest = 0;
  for (const slope of slopes) largest = Math.max(largest, Math.abs(slope));
  const length = largest > 0 ? (FAR * Math.max(region.radius, Number.MIN_VALUE)) / largest : 0;
  const step = slopes.map((slope) => -length * slope);
  moveInto(region, step);
  return step;
}
