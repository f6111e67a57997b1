import { farthestFall, scratchFor } from '../layered/farthest-fall.ts';
import { largestEntries, type Region } from '../layered/region.ts';
import { DOUBLE } from '../layered/rounding.ts';
import { lowestStep } from './nearest-in-region.ts';
import { argumentErrors, backward, type Margin, type TwoLayer } from './two-layer.ts';

/** A margin as a linear function of the input. */
export interface LinearMargin {
  /** Its slopes, [d]. */
  readonly slopes: Float64Array;
  /** Its value at the input. */
  readonly value: number;
  /** What rounding of the value, and of entries within the region, may have added. */
  readonly rounding: number;
}

/** A margin of a linear model around an input, whose coefficients are whole numbers. */
export function linearMargin(
  net: TwoLayer,
  { coefficients, constant }: Margin,
  x: ArrayLike<number>,
  region: Region,
): LinearMargin {
  const slopes = new Float64Array(net.inputs);
  backward(net, coefficients, slopes);
  let [value, size] = [constant, Math.abs(constant)];
  for (let at = 0; at < net.neurons; at++) {
    value += coefficients[at] * net.shift[at];
    size += Math.abs(coefficients[at] * net.shift[at]);
  }
  for (let at = 0; at < slopes.length; at++) {
    value += slopes[at] * x[at];
    size += Math.abs(slopes[at] * x[at]);
  }
  const off = argumentErrors(net, largestEntries(x, region));
  return {
    slopes,
    value,
    rounding: off.reduce((sum, error, at) => sum + Math.abs(coefficients[at]) * error, DOUBLE * size),
  };
}

/** The least value within a region, less rounding; where it is taken, and the value itself there. */
export function leastLinear(margin: LinearMargin, region: Region) {
  const { slopes, value, rounding } = margin;
  const fall = farthestFall(slopes, undefined, region, scratchFor(slopes.length));
  const delta = lowestStep(region, slopes);
  const upper = slopes.reduce((sum, slope, at) => sum + slope * delta[at], value);
  return { lower: value - fall - rounding, upper, delta };
}
