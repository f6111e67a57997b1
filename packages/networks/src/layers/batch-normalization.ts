import { InputError } from '@advml/core';
import { gainStep, requireOptions, requirePositive, requireShare } from '@advml/core/internal';
import { add, batchNorm, moments, mul, neg, rsqrt, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { constant } from './constant.ts';
import type { Layer } from './layer.ts';

/** What {@link batchNormalization} takes. */
export interface BatchNormalizationOptions {
  /** Share of the running statistics that one training step replaces, in [0, 1]. Default: 0.1. */
  readonly momentum?: number;
  /** Added to the variance, in its units. Default: 1e-5. */
  readonly epsilon?: number;
}

/**
 * Batch normalization: each channel to mean 0 and variance 1, then scaled and shifted.
 *
 * ```math
 * y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta
 * ```
 *
 * A training step takes $\mu$ and $\sigma^2$ over the batch (and all pixels), and moves the running statistics towards them by the share
 * `momentum`, the variance as its unbiased estimate. Evaluation takes the running statistics: an example is then treated
 * alone.
 *
 * Parameters are named as those of PyTorch's `nn.BatchNorm2d`, all [channels]: `weight` ($\gamma$, from 1) and `bias` ($\beta$, from 0);
 * `running_mean` (from 0) and `running_var` (from 1) are state, which `fit` of `@advml/training` follows.
 *
 * @param options - See {@link BatchNormalizationOptions}.
 * @returns A frozen layer.
 * @throws InputError if a number is out of its range, or, in training, if a channel has a single value.
 * @example
 * ```ts
 * const layers = sequential({ conv1: convolution({ filters: 16, bias: false }), norm1: batchNormalization() });
 * ```
 * @see Ioffe, Szegedy: Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift, 2015
 * (arXiv:1502.03167).
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  requireOptions<BatchNormalizationOptions>('batchNormalization', options, { momentum: true, epsilon: true });
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  requireShare({ momentum });
  requirePositive({ epsilon });
  const towards = (running: Tensor, seen: Tensor, factor = 1) =>
    add(mul(running, 1 - momentum), mul(seen, momentum * factor));
  return Object.freeze<Layer>({
    kind: 'batch normalization',
    outputShape: (input) => input,
    parameters: (input) => {
      const channels = input.slice(-1);
      return {
        weight: constant(channels, 1),
        bias: constant(channels, 0),
        running_mean: { ...constant(channels, 0), state: true },
        running_var: { ...constant(channels, 1), state: true },
      };
    },
    apply: ({ weight, bias, running_mean, running_var }, x, { training, onState } = {}) =>
      tidy(() => {
        const normalized = (mean: Tensor, variance: Tensor) =>
          batchNorm(x, mean as Tensor1D, variance as Tensor1D, bias as Tensor1D, weight as Tensor1D, epsilon);
        if (!training) return normalized(running_mean, running_var);
        const count = x.size / weight.size;
        if (count < 2)
          throw new InputError('batch normalization cannot train on a single value a channel; give it a larger batch');
        const batch = moments(
          x,
          x.shape.slice(1).map((_, axis) => axis),
        ); // [channels] each
        onState?.({
          running_mean: towards(running_mean, batch.mean),
          running_var: towards(running_var, batch.variance, count / (count - 1)),
        });
        return normalized(batch.mean, batch.variance);
      }),
    describe: () => ({ kind: 'batch-normalization', momentum, epsilon }),
    steps: ({ weight, bias, running_mean, running_var }, input) => {
      const gain = () => mul(weight, rsqrt(add(running_var, epsilon)));
      return [
        { name: 'mean', ...gainStep(input, undefined, () => neg(running_mean)) },
        { name: 'gain', ...gainStep(input, gain, () => bias, 8) },
      ];
    },
  });
}
