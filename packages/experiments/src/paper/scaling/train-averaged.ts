import { cloneParams, disposeParams, mapParams, type Params } from '@advml/core';
import { disposeState, type FitOptions, fit, type StepReport, type TrainingState } from '@advml/training';
import { add, mul, sub } from '@tensorflow/tfjs-core';

/** How training is averaged and watched. */
export interface Averaging {
  /** T: steps over which the weights are averaged. */
  readonly window: number;
  /**
   * Steps until the next question whether to go on.
   *
   * @param step - Steps made.
   */
  every(step: number): number;
  /**
   * Asked whenever `every` says, and after the last step.
   *
   * @param step - Steps made.
   * @param mean - The averaged parameters; only lent.
   * @returns Whether training may stop.
   */
  isDone(step: number, mean: Params): Promise<boolean>;
}

/** The mean with the parameters after one more step taken in. */
function takenIn(mean: Params, { step, params }: TrainingState, window: number): Params {
  const share = Math.max(1 / step, 1 / window);
  return mapParams(mean, (tensor, name) => add(tensor, mul(sub(params[name], tensor), share)));
}

/**
 * Trains until told to stop, or to the end of the phase, and averages the parameters on the way.
 *
 * Constant rates keep weights in motion about the place that they tend to; their mean is at that place. It is the mean over all
 * steps at first, and forgets with the time constant T later.
 *
 * ```math
 * \bar w_t = \bar w_{t-1} + \max(1/t, 1/T)\,(w_t - \bar w_{t-1})
 * ```
 *
 * @param phase - What is trained, from where and how.
 * @param averaging - See {@link Averaging}.
 * @throws Whatever `fit` or `isDone` throws.
 * @see Polyak, Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992.
 */
export async function trainAveraged(phase: FitOptions, { window, every, isDone }: Averaging): Promise<void> {
  let mean = cloneParams(phase.params); // of no weight: the first step replaces it
  let from: TrainingState | undefined;
  const onStep = ({ state }: StepReport) => {
    const before = mean;
    mean = takenIn(before, state, window);
    disposeParams(before);
  };
  try {
    for (let step = 0, done = false; !done; ) {
      step = Math.min(step + every(step), phase.steps);
      const state: TrainingState = await fit({ ...phase, onStep, from, steps: step });
      if (from) disposeState(from);
      from = state;
      done = (await isDone(step, mean)) || step === phase.steps;
    }
  } finally {
    if (from) disposeState(from);
    disposeParams(mean);
  }
}
