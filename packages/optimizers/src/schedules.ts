import { InputError, requireInteger, requireNonNegative, requireShare, type Schedule } from '@advml/core';

const between = (from: number, to: number, share: number): number =>
  from + (to - from) * Math.min(1, Math.max(0, share));

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

/**
 * A straight line, then constant.
 *
 * ```math
 * v_t = a + (b - a) \min(1, t / T)
 * ```
 *
 * @param ramp - See {@link Ramp}; to 0 unless told.
 * @returns A schedule.
 * @throws InputError if `steps` is not an integer >= 1.
 * @example
 * ```ts
 * linear({ from: 1, to: 0.5, steps: 10 })(5); // 0.75
 * ```
 */
export function linear({ from, to = 0, steps }: Ramp): Schedule {
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
 * @param ramp - See {@link Ramp}; to 0 unless told.
 * @returns A schedule.
 * @throws InputError if `steps` is not an integer >= 1.
 * @example
 * ```ts
 * cosine({ from: 0.1, steps: 100 })(50); // 0.05
 * ```
 * @see Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, without the restarts.
 */
export function cosine({ from, to = 0, steps }: Ramp): Schedule {
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
  const schedule = typeof then === 'number' ? constant(then) : then;
  return (step) => schedule(step) * Math.min(1, (step + 1) / Math.max(1, steps));
}

/** The corners of a {@link trapezoid}. */
export interface Trapezoid {
  /** Largest value, >= 0. */
  readonly peak: number;
  /** Steps of the warm-up, none unless told. */
  readonly warmup?: number;
  /** Share of `end` after which the value falls, in [0, 1]. */
  readonly holdUntil: number;
  /** Step at which the value has fallen to its end, usually the number of steps of the run. */
  readonly end: number;
  /** Value there and beyond, as a share of `peak`; 0 unless told. */
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
export function trapezoid({ peak, warmup: rise = 0, holdUntil, end, final = 0 }: Trapezoid): Schedule {
  requireNonNegative({ peak });
  requireInteger({ warmup: rise });
  requireInteger({ end }, 1);
  requireShare({ holdUntil, final });
  const corner = holdUntil * end;
  if (rise > corner)
    throw new InputError(
      `warmup must end before the value falls, at step ${corner}, got ${rise} steps; raise holdUntil`,
    );
  return warmup(rise, (step) =>
    step <= corner ? peak : between(peak, final * peak, (step - corner) / (end - corner)),
  );
}
