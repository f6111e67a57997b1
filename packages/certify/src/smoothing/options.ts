import { InputError, type Key, type LoopOptions } from '@advml/core';
import {
  type OptionNames,
  requireFinite,
  requireInnerShare,
  requireInteger,
  requireKey,
  requireOptions,
  requirePositive,
  requireTensor,
} from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What both uses of a smoothed classifier take. */
export interface SmoothingOptions extends LoopOptions {
  /** Standard deviation of the noise, in input units; > 0. A larger one certifies larger radii of less accurate decisions. */
  readonly sigma: number;
  /** Source of the noise; every example and draw has its own child. */
  readonly key: Key;
  /** Noisy inputs whose votes decide, one evaluation each. Default: see the function. */
  readonly samples?: number;
  /** Probability of a wrong statement, of each example. Default: 0.001. */
  readonly alpha?: number;
  /** Indices of the examples in their data set. Default: 0, 1, 2, ... */
  readonly indices?: readonly number[];
  /** Noisy inputs evaluated at once. Default: 256. It decides memory and speed, never the result. */
  readonly batchSize?: number;
}

/** Names of {@link SmoothingOptions}. */
export const SMOOTHING: OptionNames<SmoothingOptions> = {
  sigma: true,
  key: true,
  samples: true,
  alpha: true,
  indices: true,
  batchSize: true,
  onProgress: true,
  signal: true,
};

/** Refuses inputs and settings of which nothing can be said. */
export function requireSmoothing<Options extends SmoothingOptions>(
  owner: string,
  x: Tensor,
  options: Options,
  known: OptionNames<Options>,
  { samples, alpha, batchSize }: Required<Pick<SmoothingOptions, 'samples' | 'alpha' | 'batchSize'>>,
): void {
  requireOptions<Options>(owner, options, known);
  requireTensor('x', x);
  if (x.rank < 2 || x.shape[0] === 0)
    throw new InputError(`x must hold at least one example, shape [batch, ...], got shape [${x.shape}]`);
  requireFinite('x', x);
  requirePositive({ sigma: options.sigma }, 'input units');
  requireKey('key', options.key);
  requireInteger({ samples, batchSize }, 1);
  requireInnerShare({ alpha }, 0.001);
  const { indices } = options;
  if (indices && indices.length !== x.shape[0])
    throw new InputError(`indices must be ${x.shape[0]}, one an example, got ${indices.length}`);
}
