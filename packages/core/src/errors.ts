/**
 * A value handed in by the caller cannot be used.
 *
 * The message names the value and the way out. The command line answers it with exit code 2.
 *
 * @example
 * ```ts
 * throw new InputError('eps must be >= 0 (input units), got -0.1');
 * ```
 */
export class InputError extends RangeError {
  /** `InputError`. */
  override readonly name = 'InputError';
}

/**
 * Work was stopped by its `AbortSignal`; what was finished before is kept.
 *
 * @example
 * ```ts
 * if (signal.aborted) throw new AbortedError('training stopped at step 12');
 * ```
 */
export class AbortedError extends Error {
  /** `AbortedError`. */
  override readonly name = 'AbortedError';
}

/**
 * A budget of answers is spent, so that a model answers no more.
 *
 * Attacks without gradients end with what they have found by then.
 *
 * @example
 * ```ts
 * throw new BudgetSpentError('the budget of 1000 answers is spent');
 * ```
 */
export class BudgetSpentError extends Error {
  /** `BudgetSpentError`. */
  override readonly name = 'BudgetSpentError';
}
