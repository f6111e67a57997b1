import type { BendStep, MaxStep } from '@advml/core';
import { constantOf, envelope, type Line, lookAt, touching } from './bend.ts';
import type { Interval } from './intervals.ts';
import { FEW } from './rounding.ts';

/** Lines on both sides of a function of each entry; all [batch, size]. */
export interface Lines {
  /** Slopes of the lines below, and their constants. */
  readonly below: Float64Array;
  readonly belowConstant: Float64Array;
  /** Slopes of the lines above, and their constants. */
  readonly above: Float64Array;
  readonly aboveConstant: Float64Array;
}

/** Empty lines for so many entries. */
export const emptyLines = (size: number): Lines => ({
  below: new Float64Array(size),
  belowConstant: new Float64Array(size),
  above: new Float64Array(size),
  aboveConstant: new Float64Array(size),
});

/**
 * Lines around a piecewise-linear function on the intervals of its arguments, those of the least area.
 *
 * @param step - The function.
 * @param interval - Of its arguments.
 */
export function bendLines({ pieces }: BendStep, { low, high }: Interval): Lines {
  const look = lookAt(pieces);
  const lines = emptyLines(low.length);
  const line: Line = { slope: 0, least: 0, most: 0 };
  for (let at = 0; at < low.length; at++) {
    const points = look(low[at], high[at]);
    envelope(points, 1, line);
    lines.below[at] = line.slope;
    lines.belowConstant[at] = constantOf(points, touching(points, line.slope, 1), line.slope, 1);
    envelope(points, -1, line);
    lines.above[at] = line.slope;
    lines.aboveConstant[at] = constantOf(points, touching(points, line.slope, -1), line.slope, -1);
  }
  return lines;
}

/** Planes on both sides of the largest of some entries. */
export interface Planes {
  /** The entry that is a lower bound, [batch, size]. */
  readonly pick: Int32Array;
  /** Slopes of the upper plane in the entries of the window, [batch, size, width]. */
  readonly above: Float64Array;
  /** Its constant, [batch, size]. */
  readonly aboveConstant: Float64Array;
}

/**
 * Planes around the largest entry of each window.
 *
 * Below is the entry with the largest middle. Above, for any level c that no entry's interval lies wholly above,
 *
 * ```math
 * \max_j x_j \le c + \sum_j a_j (x_j - l_j), \qquad a_j = \max\Bigl(0, \frac{u_j - c}{u_j - l_j}\Bigr)
 * ```
 *
 * for each line bounds its own entry, and all are >= 0; the level is the one that is least in the middle.
 *
 * @param step - The windows.
 * @param interval - Of the entries.
 * @param size - Entries of one example that go in.
 * @param batch - Number of examples.
 * @see Boopathy, Weng, Chen, Liu, Daniel: CNN-Cert: An Efficient Framework for Certifying Robustness of Convolutional Neural
 * Networks, 2019 (arXiv:1811.12395), where the level is another one.
 */
export function maxPlanes({ windows, width }: MaxStep, { low, high }: Interval, size: number, batch: number): Planes {
  const outputs = windows.length / width;
  const planes = {
    pick: new Int32Array(batch * outputs),
    above: new Float64Array(batch * windows.length),
    aboveConstant: new Float64Array(batch * outputs),
  };
  for (let at = 0; at < batch * outputs; at++) {
    const [base, first] = [Math.floor(at / outputs) * size, (at % outputs) * width];
    let [middle, floor] = [-Infinity, -Infinity];
    const tops = [-Infinity, -Infinity, -Infinity]; // the three largest ends
    for (let tap = 0; tap < width; tap++) {
      const entry = windows[first + tap];
      if (entry < 0) continue;
      const [l, u] = [low[base + entry], high[base + entry]];
      if (l + u > middle) [middle, planes.pick[at]] = [l + u, entry];
      floor = Math.max(floor, l);
      tops[2] = Math.max(tops[2], u);
      tops.sort((a, b) => b - a);
    }
    const level = Math.max(floor, tops[2]);
    let constant = level;
    for (let tap = 0; tap < width; tap++) {
      const entry = windows[first + tap];
      if (entry < 0 || high[base + entry] <= level) continue;
      const [l, u] = [low[base + entry], high[base + entry]];
      const slope = Math.min((u - level) / (u - l), 1);
      planes.above[at * width + tap] = slope;
      constant -= slope * l;
      planes.aboveConstant[at] += FEW * (Math.abs(u) + Math.abs(l) + Math.abs(level));
    }
    planes.aboveConstant[at] += constant;
  }
  return planes;
}
