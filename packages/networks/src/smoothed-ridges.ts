import type { NearRidges } from '@advml/core';
import { neg, sub, type Tensor, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { symmetricRidges } from './ridge-sum.ts';
import { smoothedRelu } from './smoothed-relu.ts';

/** Knots stand this many standard deviations of the noise around a threshold. */
const REACH = 5;

/** From one knot to the next, in the same units. */
const SPACING = 0.25;

/** The largest second derivative of the smoothed rectifier times the deviation: the normal density at 0. */
const BENT = 1 / Math.sqrt(2 * Math.PI);

/** A deviation, as a share of the threshold, whose knots single precision can hardly tell apart. */
const NOTHING = 1e-4;

/** How far the smoothed rectifier is from the rectifier beyond {@link REACH} deviations, in deviations. */
const TAIL = 6e-8;

/** Error of {@link smoothedRelu}, relative to the larger of its input and the deviation. */
const OFF = 1e-6;

/**
 * The symmetric two-layer network averaged over normal noise as nearly a sum of ridge functions: the chords of its smooth units between
 * knots around the threshold.
 *
 * The first chord begins at 0, and may be half as long again. A chord of length h is off by at most $`h^2/8`$ times the largest second derivative, $`1/(\sigma\sqrt{2\pi})`$.
 *
 * @param weight - Incoming weights, one row a neuron, [m, d].
 * @param threshold - b, in units of a pre-activation.
 * @param deviation - Standard deviation $`\sigma`$ of the noise, > 0, in the same units.
 * @returns The sum, which holds `weight`, and its error: m times that of a unit.
 */
export function smoothedRidges(weight: Tensor2D, threshold: number, deviation: number): NearRidges {
  if (deviation < NOTHING * Math.abs(threshold)) {
    const error = weight.shape[0] * 2 * BENT * deviation; // the smoothed rectifier is nowhere further from the rectifier than at 0
    return { ridges: symmetricRidges(weight, [threshold]), error };
  }
  const around = Array.from({ length: (2 * REACH) / SPACING + 1 }, (_, at) => at * SPACING - REACH);
  const knots = around
    .map((steps) => Math.abs(threshold) + steps * deviation)
    .filter((knot) => knot > (SPACING / 2) * deviation);
  const heights = tidy(() => {
    const u = tensor1d(knots);
    const mean = (t: Tensor) => smoothedRelu(sub(t, threshold), deviation);
    return sub(mean(u), mean(neg(u))).dataSync();
  });
  const slopes = knots.map((knot, at) =>
    at === 0 ? heights[0] / knot : (heights[at] - heights[at - 1]) / (knot - knots[at - 1]),
  );
  const ofUnit =
    deviation * (((1.5 * SPACING) ** 2 / 8) * BENT + 2 * TAIL) +
    2 * OFF * (2 * Math.abs(threshold) + (REACH + 1) * deviation);
  return { ridges: { weight, knots, slopes: [...slopes, 1] }, error: weight.shape[0] * ofUnit };
}
