import { mapParams, type Optimizer, type Schedule } from '@advml/core';
import { requireNonNegative, scheduleOf } from '@advml/core/internal';
import { mul } from '@tensorflow/tfjs-core';
import { stepCount, stepOf } from './step-count.ts';

/**
 * The last part of most optimizers: steps downhill, at a rate that may change.
 *
 * ```math
 * u_t = -\eta_t\, g_t
 * ```
 *
 * Its state is the number of steps made, `step`.
 *
 * @param rate - Learning rate, finite and >= 0, as a number or as a function of the step (from 0).
 * @returns An optimizer.
 * @throws InputError if a rate is negative or not finite.
 * @example
 * ```ts
 * const optimizer = descend(cosine({ from: 0.1, steps: 1000 }));
 * ```
 */
export function descend(rate: number | Schedule): Optimizer {
  if (typeof rate === 'number') requireNonNegative({ rate });
  const schedule = scheduleOf('rate', rate);
  return Object.freeze<Optimizer>({
    init: () => ({ step: stepCount(0) }),
    update(gradients, state) {
      const step = stepOf(state);
      const now = schedule(step);
      requireNonNegative({ [`rate at step ${step}`]: now });
      return { updates: mapParams(gradients, (gradient) => mul(gradient, -now)), state: { step: stepCount(step + 1) } };
    },
  });
}
