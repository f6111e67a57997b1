import { requireFunction, requireOptions } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { requireExamples } from './differentiate.ts';
import type { Objective, ObjectiveContext, ObjectiveResult } from './objective.ts';

/** The two halves of an objective that is a maximum over inputs, minimized over parameters. */
export interface MinMax {
  /**
   * The inner maximization: finds the inputs that the loss is then taken at.
   *
   * @param context - The step.
   * @returns Inputs [batch, ...], owned by the caller.
   */
  inner(context: ObjectiveContext): Tensor;
  /**
   * The outer minimization: loss and gradient with the inputs held fast.
   *
   * @param context - The step; its parameters need not be those that the inputs were found at.
   * @param worst - What `inner` found, [batch, ...]; not disposed.
   */
  outer(context: ObjectiveContext, worst: Tensor): ObjectiveResult;
}

/** An objective whose halves may be used apart, as {@link awpObjective} does. */
export interface MinMaxObjective extends Objective, MinMax {}

/**
 * An objective from an inner maximization and an outer minimization.
 *
 * ```math
 * \min_w \; \ell\bigl(w, x'(w)\bigr), \qquad x'(w) \approx \operatorname*{arg\,max}_{x' \,\in\, \text{threat}} \ell_{\text{inner}}(w, x')
 * ```
 *
 * By Danskin's theorem the gradient at the worst inputs, taken as constants, is the gradient of the worst-case loss.
 *
 * @param halves - See {@link MinMax}.
 * @returns An objective that does one after the other.
 * @example
 * ```ts
 * const objective = minMaxObjective({
 *   inner: ({ batch }) => add(batch.x, 0.1), // add from '@tensorflow/tfjs-core'
 *   outer: (context, x) => cleanObjective()({ ...context, batch: { x, y: context.batch.y } }),
 * });
 * ```
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018
 * (arXiv:1706.06083), section 2.
 */
export function minMaxObjective(halves: MinMax): MinMaxObjective {
  requireOptions<MinMax>('minMaxObjective', halves, { inner: true, outer: true });
  for (const name of ['inner', 'outer'] as const) requireFunction(`${name} of minMaxObjective`, halves[name]);
  const inner: MinMax['inner'] = (context) => {
    requireExamples(context);
    return halves.inner(context);
  };
  const outer: MinMax['outer'] = (context, worst) => halves.outer(context, worst);
  const objective = (context: ObjectiveContext) => {
    const worst = inner(context);
    try {
      return outer(context, worst);
    } finally {
      worst.dispose();
    }
  };
  return Object.freeze(Object.assign(objective, { inner, outer }));
}
