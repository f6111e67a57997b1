const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

/**
 * Training with a weak attack has taught the network to fool that attack only.
 *
 * Where checkpoints are kept the state is saved before this is thrown; a checkpoint from before the collapse is a better place to
 * go on from.
 *
 * @example
 * ```ts
 * if (error instanceof CatastrophicOverfittingError) console.error(`robust accuracy fell to ${error.strong} by step ${error.step}`);
 * ```
 */
export class CatastrophicOverfittingError extends Error {
  /** Tells it apart where classes are lost, as between threads. */
  override readonly name = 'CatastrophicOverfittingError';
  /** How many steps were made. */
  readonly step: number;
  /** Share of the examples that withstand the attack of the training. */
  readonly weak: number;
  /** Share of the same examples that withstand the strong attack. */
  readonly strong: number;

  /**
   * @param step - How many steps were made.
   * @param weak - Share of the examples that withstand the attack of the training.
   * @param strong - Share of the same examples that withstand the strong attack.
   */
  constructor(step: number, weak: number, strong: number) {
    super(
      `catastrophic overfitting after ${step} steps: ${percent(weak)} withstand the attack of the training, ` +
        `${percent(strong)} the strong one; go on from an earlier state with a smaller step or more steps of attack`,
    );
    this.step = step;
    this.weak = weak;
    this.strong = strong;
  }
}
