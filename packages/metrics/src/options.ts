import type { Key, LoopOptions } from '@advml/core';
import type { OptionNames } from '@advml/core/internal';

/** What every evaluation takes. */
export interface EvaluationOptions extends LoopOptions {
  /** Examples evaluated at once. Default: 256. It decides memory and speed, never the result. */
  readonly batchSize?: number;
}

/** What an evaluation that ends in a share takes. */
export interface AccuracyOptions extends EvaluationOptions {
  /** Coverage of the interval. Default: 0.95. */
  readonly confidence?: number;
}

/** What an evaluation under attack takes. */
export interface AttackedOptions extends AccuracyOptions {
  /** Source of the attack's randomness; each example uses its own child, by index. */
  readonly key: Key;
  /** Indices of the examples in their data set. Default: 0, 1, 2, ... */
  readonly indices?: readonly number[];
}

/** Names of {@link EvaluationOptions}. */
export const EVALUATION: OptionNames<EvaluationOptions> = { batchSize: true, onProgress: true, signal: true };

/** Names of {@link AccuracyOptions}. */
export const ACCURACY: OptionNames<AccuracyOptions> = { ...EVALUATION, confidence: true };

/** Names of {@link AttackedOptions}. */
export const ATTACKED: OptionNames<AttackedOptions> = { ...ACCURACY, key: true, indices: true };
