/**
 * Training left the range of numbers: a loss or a parameter is infinite or NaN.
 *
 * The parameters from before the step are intact and, where checkpoints are kept, saved.
 *
 * @example
 * ```ts
 * if (error instanceof DivergedError) console.error(`try a lower rate: the loss was ${error.loss} at step ${error.step}`);
 * ```
 */
export class DivergedError extends Error {
  /** Tells it apart where classes are lost, as between threads. */
  override readonly name = 'DivergedError';
  /** Number of the step that failed, the first being 0. */
  readonly step: number;
  /** The loss at that step. */
  readonly loss: number;

  /**
   * @param step - Number of the step that failed.
   * @param loss - The loss at that step.
   * @param parameter - Name of a parameter that is not finite after the step, if the loss itself still was.
   */
  constructor(step: number, loss: number, parameter?: string) {
    super(
      step === 0 && parameter === undefined
        ? `training cannot begin: the loss is ${loss} at step 0, before any update; look at the objective, or begin with smaller parameters`
        : `training diverged at step ${step}: ${parameter === undefined ? '' : `'${parameter}' is not finite after the update, `}loss ${loss}; lower the learning rate or lengthen its warm-up`,
    );
    this.step = step;
    this.loss = loss;
  }
}
