import { add, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { farthestFall, scratchFor } from './farthest-fall.ts';
import type { Value } from './graph.ts';
import { type Interval, numbersFrom } from './intervals.ts';
import { gamma } from './rounding.ts';
import { imageOf, narrow, type Trace } from './trace.ts';

/** An affine function of the input, entry by entry of its value: the nonzero slopes, and in which entries of the input. */
interface Rows {
  readonly slopes: readonly Float64Array[];
  readonly entries: readonly Int32Array[];
  /** Rounding of the slopes as a share of the sum of absolute products that they stand for. */
  readonly lost: number;
}

/** Inputs that are pushed through at a time. */
const CHUNK = 256;

/** Unit inputs from `first` on, [count, ...shape]. */
function units(first: number, count: number, { shape, size }: Value): Tensor {
  const numbers = new Float32Array(count * size);
  for (let row = 0; row < count; row++) numbers[row * size + first + row] = 1;
  return tensor(numbers, [count, ...shape]);
}

/** The values that go into one, and itself, ascending. */
function ancestors(values: readonly Value[], at: number): number[] {
  const needed = new Set([at]);
  for (let value = at; value > 0; value--)
    if (needed.has(value)) for (const from of values[value].from) needed.add(from);
  return [...needed].sort((a, b) => a - b);
}

/** The matrix of a value that is affine in the input, by pushing unit inputs through. */
function rowsOf(values: readonly Value[], at: number): Rows {
  const [{ size: inputs }, { size }] = [values[0], values[at]];
  const way = ancestors(values, at).filter((value) => value > 0);
  const lists = Array.from({ length: size }, () => ({ slopes: [] as number[], entries: [] as number[] }));
  for (let first = 0; first < inputs; first += CHUNK) {
    const count = Math.min(CHUNK, inputs - first);
    const pushed = numbersFrom(() => {
      const known = new Map<number, Tensor>([[0, units(first, count, values[0])]]);
      for (const value of way) {
        const { step, from } = values[value];
        const parts = from.map((part) => known.get(part) as Tensor);
        known.set(
          value,
          step?.kind === 'affine' ? step.map.apply(parts[0]) : parts.reduce((sum, part) => add(sum, part)),
        );
      }
      return known.get(at) as Tensor;
    });
    for (let row = 0; row < count; row++)
      for (let entry = 0; entry < size; entry++) {
        const slope = pushed[row * size + entry];
        if (slope === 0) continue;
        lists[entry].slopes.push(slope);
        lists[entry].entries.push(first + row);
      }
  }
  const steps = way.map((value) => values[value].step);
  const terms = steps.map((step, at) => (step?.kind === 'affine' ? step.terms : values[way[at]].from.length));
  // Unit inputs through one step give its entries as it has them; through several they are sums of products.
  const single = terms.filter((count) => count > 0).length <= 1;
  const roundings = steps.map((step) => (step?.kind === 'affine' ? (step.roundings ?? step.terms) : 0));
  return {
    slopes: lists.map(({ slopes }) => Float64Array.from(slopes)),
    entries: lists.map(({ entries }) => Int32Array.from(entries)),
    lost: gamma((single ? roundings : terms).reduce((sum, count) => sum + count + 2, 0)),
  };
}

/**
 * Narrows the intervals of a value that is affine in the input to what the ball of the threat allows: exactly, but for rounding.
 *
 * ```math
 * \langle a_i, x\rangle + b_i \pm \max_{\delta} \langle a_i, \delta\rangle
 * ```
 *
 * @param trace - Its intervals are narrowed.
 * @param at - Number of the value.
 */
export function narrowLeading(trace: Trace, at: number): void {
  const { values, batch, regions, intervals } = trace;
  const { slopes, entries, lost } = rowsOf(values, at);
  const [{ size: inputs }, { size }] = [values[0], values[at]];
  const centre = centreOf(trace, at);
  const scratch = scratchFor(inputs);
  const under = underflowOf(trace, at);
  // Rounding is a share of the sums of absolute products: half the width of intervals that nothing has narrowed on the way.
  const wide = imageAt(trace, at, intervals[0]);
  for (let example = 0; example < batch; example++) {
    const { below, above } = regions[example];
    const way = below.reduce((sum, room, place) => sum + Math.max(room, above[place]), 0);
    for (let entry = 0; entry < size; entry++) {
      const place = example * size + entry;
      const slack = lost * 2 * (wide.high[place] - wide.low[place]) + under[entry] * way;
      const fall = farthestFall(slopes[entry], entries[entry], regions[example], scratch) + slack;
      const rise = farthestFall(slopes[entry], entries[entry], regions[example], scratch, -1) + slack;
      narrow(intervals[at], place, centre.low[place] - fall, centre.high[place] + rise);
    }
  }
}

/** Intervals of the value at the inputs themselves: rounding alone. */
const centreOf = (trace: Trace, at: number): Interval => imageAt(trace, at, pointAt(Float64Array.from(trace.x)));

/** What underflow may have taken from each slope of the entries of a value: how far rounding carries zeros. */
function underflowOf(trace: Trace, at: number): Float64Array {
  const bias = trace.bias.map((constants) => constants?.map(() => 0));
  const { low, high } = imageAt({ ...trace, bias }, at, pointAt(new Float64Array(trace.values[0].size)));
  return high.map((end, entry) => end - low[entry]);
}

const pointAt = (point: Float64Array): Interval => ({ low: point, high: point });

/** Intervals of a value that is affine in the input, from those of the input alone. */
function imageAt({ values, bias }: Trace, at: number, input: Interval): Interval {
  const intervals = [input];
  for (const value of ancestors(values, at).filter((number) => number > 0))
    intervals[value] = imageOf(values, value, intervals, bias[value]);
  return intervals[at];
}
