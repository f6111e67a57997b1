import type { AffineStep, BendStep, MaxStep } from '@advml/core';
import { add, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { lookAt } from './bend.ts';
import type { Value } from './graph.ts';
import { FEW, float32Above, gamma, UNDERFLOW } from './rounding.ts';

/** Ranges of the entries of a value, [batch, size], in double precision. */
export interface Interval {
  /** Lower ends. */
  readonly low: Float64Array;
  /** Upper ends. */
  readonly high: Float64Array;
}

/** What an affine step does to intervals. */
export interface AffineImage extends Interval {
  /** An upper bound of $`|A| |x| + |b|`$ over the interval, [batch, size]: rounding is a share of it. */
  readonly scale: Float64Array;
}

/** Numbers of a tensor that a function makes. */
export function numbersFrom(make: () => Tensor): Float32Array {
  const made = tidy(make);
  const numbers = made.dataSync<'float32'>();
  made.dispose();
  return numbers;
}

/** Numbers as a tensor [batch, ...shape]. */
export const asBatch = (numbers: Float32Array, shape: readonly number[]): Tensor =>
  tensor(numbers, [numbers.length / shape.reduce((product, length) => product * length, 1), ...shape]);

/** The constant of an affine step, entry by entry. */
export function biasOf({ bias, shape }: AffineStep): Float64Array {
  const numbers = numbersFrom(() => (bias ? add(zeros([...shape]), bias()) : zeros([...shape])));
  return Float64Array.from(numbers);
}

/**
 * Intervals after an affine step: the middle goes through the step, the radius through that of the absolute values.
 *
 * ```math
 * A c + b \pm |A| r
 * ```
 *
 * Middle and radius are float32, so each end moves out by what float32 may have lost of the sums, and of products that underflow.
 *
 * @param step - The step.
 * @param bias - Its constant.
 * @param value - What goes in.
 * @param interval - Its intervals.
 */
export function affineImage(step: AffineStep, bias: Float64Array, value: Value, { low, high }: Interval): AffineImage {
  const [middle, radius, size] = [0, 0, 0].map(() => new Float32Array(low.length));
  for (let at = 0; at < low.length; at++) {
    middle[at] = (low[at] + high[at]) / 2;
    radius[at] = float32Above(Math.max(high[at] - middle[at], middle[at] - low[at]));
    size[at] = float32Above(Math.abs(middle[at]) + radius[at]);
  }
  const through = (map: AffineStep['map'], numbers: Float32Array) =>
    numbersFrom(() => map.apply(asBatch(numbers, value.shape)));
  const [centre, spread, scale] = [
    through(step.map, middle),
    through(step.absolute, radius),
    through(step.absolute, size),
  ];
  const image = {
    low: new Float64Array(centre.length),
    high: new Float64Array(centre.length),
    scale: new Float64Array(centre.length),
  };
  const [lost, floor] = [gamma(step.terms + 3), step.terms * UNDERFLOW];
  for (let at = 0; at < centre.length; at++) {
    const constant = bias[at % bias.length];
    image.scale[at] = (scale[at] + floor) * (1 + lost) + Math.abs(constant);
    const reach = spread[at] + 2 * lost * image.scale[at] + 2 * floor + Number.MIN_VALUE;
    image.low[at] = centre[at] + constant - reach;
    image.high[at] = centre[at] + constant + reach;
  }
  return image;
}

/** Intervals after a piecewise-linear function. */
export function bendImage({ pieces }: BendStep, { low, high }: Interval): Interval {
  const look = lookAt(pieces);
  const image = { low: new Float64Array(low.length), high: new Float64Array(low.length) };
  for (let at = 0; at < low.length; at++) {
    const { count, value, size } = look(low[at], high[at]);
    let [least, most] = [value[0], value[0]];
    for (let point = 1; point < count; point++) {
      least = Math.min(least, value[point]);
      most = Math.max(most, value[point]);
    }
    const rounding = FEW * Math.max(Math.abs(low[at]), Math.abs(high[at]), size);
    image.low[at] = least - rounding;
    image.high[at] = most + rounding;
  }
  return image;
}

/** Intervals after the largest of some entries. */
export function maxImage({ windows, width }: MaxStep, size: number, { low, high }: Interval): Interval {
  const [outputs, batch] = [windows.length / width, low.length / size];
  const image = { low: new Float64Array(batch * outputs), high: new Float64Array(batch * outputs) };
  for (let at = 0; at < batch * outputs; at++) {
    const [base, first] = [Math.floor(at / outputs) * size, (at % outputs) * width];
    image.low[at] = image.high[at] = -Infinity;
    for (let tap = first; tap < first + width; tap++) {
      if (windows[tap] < 0) continue;
      image.low[at] = Math.max(image.low[at], low[base + windows[tap]]);
      image.high[at] = Math.max(image.high[at], high[base + windows[tap]]);
    }
  }
  return image;
}

/** Intervals of a sum of values. */
export function sumImage(parts: readonly Interval[]): Interval {
  const total = (pick: (part: Interval) => Float64Array, side: number) =>
    pick(parts[0]).map((_, at) => {
      const terms = parts.map((part) => pick(part)[at]);
      const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
      return terms.reduce((sum, term) => sum + term, 0) + side * FEW * size;
    });
  return { low: total(({ low }) => low, -1), high: total(({ high }) => high, 1) };
}
