import { InputError, type Schedule } from '@advml/core';
import {
  described,
  type OptionNames,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePair,
  requireShare,
  scheduleOf,
} from '@advml/core/internal';

const between = (from: number, to: number, share: number): number =>
  share >= 1 ? to : from + (to - from) * Math.max(0, share); // whose sum may lie beside its end by a rounding

/**
 * Always the same value.
 *
 * @param value - Any number.
 * @returns A schedule.
 * @example
 * ```ts
 * constant(0.1)(1000); // 0.1
 * ```
 */
export function constant(value: number): Schedule {
  return () => value;
}

/** A way from one value to another. */
export interface Ramp {
  /** Value at step 0. */
  readonly from: number;
  /** Value from step `steps` on. */
  readonly to?: number;
  /** Length of the way, at least 1. */
  readonly steps: number;
}

const RAMP: OptionNames<Ramp> = { from: true, to: true, steps: true };

/**
 * A straight line, then constant.
 *
 * ```math
 * v_t = a + (b - a) \min(1, t / T)
 * ```
 *
 * @param ramp - See {@link Ramp}. Default: to 0.
 * @returns A schedule.
 * @throws InputError if `steps` is not an integer >= 1.
 * @example
 * ```ts
 * linear({ from: 1, to: 0.5, steps: 10 })(5); // 0.75
 * ```
 */
export function linear(ramp: Ramp): Schedule {
  requireOptions<Ramp>('linear', ramp, RAMP);
  const { from, to = 0, steps } = ramp;
  requireInteger({ steps }, 1);
  return (step) => between(from, to, step / steps);
}

/**
 * Half a wave of the cosine, flat at both ends, then constant.
 *
 * ```math
 * v_t = b + (a - b)\, \tfrac12 \bigl(1 + \cos(\pi \min(1, t / T))\bigr)
 * ```
 *
 * @param ramp - See {@link Ramp}. Default: to 0.
 * @returns A schedule.
 * @throws InputError if `steps` is not an integer >= 1.
 * @example
 * ```ts
 * cosine({ from: 0.1, steps: 100 })(50); // 0.05
 * ```
 * @see Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, without the restarts.
 */
export function cosine(ramp: Ramp): Schedule {
  requireOptions<Ramp>('cosine', ramp, RAMP);
  const { from, to = 0, steps } = ramp;
  requireInteger({ steps }, 1);
  return (step) => between(from, to, (1 - Math.cos(Math.PI * Math.min(1, step / steps))) / 2);
}

/**
 * A schedule that starts small: multiplied by 1/steps, 2/steps, ... and by 1 from the last of these steps on.
 *
 * The first step is not wasted on a rate of zero. The inner schedule sees the same step number.
 *
 * ```math
 * v_t = s_t \min(1, (t + 1) / T)
 * ```
 *
 * @param steps - Length of the warm-up, >= 0; 0 leaves the schedule as it is.
 * @param then - The schedule, or a constant value.
 * @returns A schedule.
 * @throws InputError if `steps` is not an integer >= 0.
 * @example
 * ```ts
 * const rate = warmup(50, cosine({ from: 25, steps: 300 }));
 * ```
 */
export function warmup(steps: number, then: number | Schedule): Schedule {
  requireInteger({ 'warm-up steps': steps });
  const schedule = scheduleOf('then', then);
  return (step) => schedule(step) * Math.min(1, (step + 1) / Math.max(1, steps));
}

/** A share of some steps; what is a whole number of them but for rounding, as .29 of 100, is one. */
function shareOf(steps: number, share: number): number {
  const product = share * steps;
  const whole = Math.round(product);
  return Math.abs(product - whole) < 1e-9 * steps ? whole : product;
}

/** The corners of a {@link trapezoid}. */
export interface Trapezoid {
  /** Largest value, >= 0. */
  readonly peak: number;
  /** Steps of the warm-up. Default: none. */
  readonly warmup?: number;
  /** Share of `end` after which the value falls, in [0, 1]. */
  readonly holdUntil: number;
  /** Step at which the value has fallen to its end, usually the number of steps of the run. */
  readonly end: number;
  /** Value there and beyond, as a share of `peak`. Default: 0. */
  readonly final?: number;
}

/**
 * Up, level, down: a linear warm-up to the peak, constant, then a straight line to a share of the peak.
 *
 * @param corners - See {@link Trapezoid}.
 * @returns A schedule.
 * @throws InputError if a corner is out of range, or the warm-up is longer than the level.
 * @example
 * ```ts
 * const rate = trapezoid({ peak: 25, warmup: 50, holdUntil: 0.6, end: 300, final: 0.1 });
 * rate(0); // 0.5
 * rate(100); // 25
 * rate(240); // 13.75
 * ```
 */
export function trapezoid(corners: Trapezoid): Schedule {
  requireOptions<Trapezoid>('trapezoid', corners, {
    peak: true,
    warmup: true,
    holdUntil: true,
    end: true,
    final: true,
  });
  const { peak, warmup: rise = 0, holdUntil, end, final = 0 } = corners;
  requireNonNegative({ peak });
  requireInteger({ warmup: rise });
  requireInteger({ end }, 1);
  requireShare({ holdUntil, final });
  const corner = shareOf(end, holdUntil);
  if (rise > corner)
    throw new InputError(
      `warmup must end before the value falls, at step ${corner}, got ${rise} steps; raise holdUntil`,
    );
  return warmup(rise, (step) =>
    step <= corner ? peak : between(peak, final * peak, (step - corner) / (end - corner)),
  );
}

/** The corners of a {@link oneCycle}. */
export interface OneCycle {
  /** Largest value, >= 0. */
  readonly peak: number;
  /** Steps of the run, at least 1. */
  readonly steps: number;
  /** Share of the steps in which the value rises, in [0, 1]. Default: 0.4. */
  readonly rise?: number;
}

/**
 * Straight up to the peak and straight down to 0: the learning rate of "Fast" adversarial training, which needs few epochs with it.
 *
 * A {@link trapezoid} that falls from the step at which it has risen: `rise * steps`, with the warm-up rounded down to whole steps. No
 * step is made at a rate of zero: the first has `peak` over the steps of the warm-up, where Wong et al. spend the last one.
 *
 * @param corners - See {@link OneCycle}.
 * @returns A schedule.
 * @throws InputError if a corner is out of range.
 * @example
 * ```ts
 * const rate = oneCycle({ peak: 0.2, steps: 100 });
 * rate(0); // 0.005
 * rate(40); // 0.2
 * rate(70); // 0.1
 * ```
 * @see Smith, Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates, 2018 (arXiv:1708.07120);
 * Wong, Rice, Kolter: Fast is better than free, 2020 (arXiv:2001.03994), for the rise of 2/5.
 */
export function oneCycle(corners: OneCycle): Schedule {
  requireOptions<OneCycle>('oneCycle', corners, { peak: true, steps: true, rise: true });
  const { peak, steps, rise = 0.4 } = corners;
  requireInteger({ steps }, 1);
  requireShare({ rise });
  return trapezoid({ peak, warmup: Math.floor(shareOf(steps, rise)), holdUntil: rise, end: steps });
}

/**
 * Constant pieces: the rate that is divided at a few milestones.
 *
 * ```math
 * v_t = v_j \quad\text{for}\quad t_j \le t < t_{j+1}, \qquad t_0 = 0
 * ```
 *
 * @param pieces - First step of each piece and the value from there on, in order; the first piece begins at step 0.
 * @returns A schedule.
 * @throws InputError if the pieces are no pairs, or their steps no integers that begin at 0 and increase.
 * @example
 * ```ts
 * const rate = piecewise([
 *   [0, 0.1],
 *   [10_000, 0.01],
 *   [15_000, 0.001],
 * ]);
 * ```
 */
export function piecewise(pieces: readonly (readonly [from: number, value: number])[]): Schedule {
  if (!Array.isArray(pieces))
    throw new InputError(`pieces must be an array, such as [[0, 0.1], [100, 0.01]], got ${described(pieces)}`);
  for (const piece of pieces) requirePair({ 'each of pieces': piece });
  const starts = pieces.map(([from]) => from);
  const inOrder = starts.every(
    (from, at) => Number.isSafeInteger(from) && (at === 0 ? from === 0 : from > starts[at - 1]),
  );
  if (pieces.length === 0 || !inOrder)
    throw new InputError(`pieces must begin at step 0 and at increasing integers, got [${starts}]`);
  return (step) => pieces[starts.findLastIndex((from) => from <= step)][1];
}
