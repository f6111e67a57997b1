import { InputError } from '@advml/core';
import { requireInteger, requireOptions, requirePositive } from '@advml/core/internal';
import { add, broadcastTo, mean, mul, reshape, rsqrt, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { constant } from './constant.ts';
import type { Layer } from './layer.ts';

/** What {@link groupNormalization} takes. */
export interface GroupNormalizationOptions {
  /** Number of groups that the channels are split into, a divisor of their number: 1 is layer normalization. */
  readonly groups: number;
  /** Added to the variance, in its units. Default: 1e-5. */
  readonly epsilon?: number;
}

/**
 * Group normalization: each group of channels of each example to mean 0 and variance 1, then scaled and shifted.
 *
 * ```math
 * y = \gamma\,\frac{x - \mu_g}{\sqrt{\sigma_g^2 + \epsilon}} + \beta
 * ```
 *
 * It has no state and treats each example alone, in training as in evaluation. Parameters are named as those of PyTorch's
 * `nn.GroupNorm`: `weight` ($\gamma$, from 1) and `bias` ($\beta$, from 0), both [channels].
 *
 * @param options - See {@link GroupNormalizationOptions}.
 * @returns A frozen layer.
 * @throws InputError if a number is out of its range; `outputShape` throws it if the groups do not divide the channels.
 * @example
 * ```ts
 * const layers = sequential({ conv1: convolution({ filters: 16, bias: false }), norm1: groupNormalization({ groups: 8 }) });
 * ```
 * @see Wu, He: Group Normalization, 2018 (arXiv:1803.08494).
 */
export function groupNormalization(options: GroupNormalizationOptions): Layer {
  requireOptions<GroupNormalizationOptions>('groupNormalization', options, { groups: true, epsilon: true });
  const { groups, epsilon = 1e-5 } = options;
  requireInteger({ groups }, 1);
  requirePositive({ epsilon });

  /** Mean of each group of channels, at each of its channels: [batch, pixels, channels] to [batch, 1, channels]. */
  const groupMean = (x: Tensor) => {
    const [batch, , channels] = x.shape;
    const grouped = [batch, groups, channels / groups];
    const means = mean(reshape(mean(x, 1), grouped), 2, true); // [batch, groups, 1]
    return reshape(broadcastTo(means, grouped), [batch, 1, channels]);
  };

  return Object.freeze<Layer>({
    kind: `group normalization, ${groups} groups`,
    outputShape: (input) => {
      const channels = input[input.length - 1];
      if (channels % groups !== 0) throw new InputError(`groups must divide ${channels} channels, got ${groups}`);
      return input;
    },
    parameters: (input) => ({ weight: constant(input.slice(-1), 1), bias: constant(input.slice(-1), 0) }),
    apply: ({ weight, bias }, x) =>
      tidy(() => {
        const h = reshape(x, [x.shape[0], -1, weight.size]); // [batch, pixels, channels]
        const centred = sub(h, groupMean(h));
        const gain = mul(weight, rsqrt(add(groupMean(square(centred)), epsilon))); // [batch, 1, channels]
        return reshape(add(mul(centred, gain), bias), x.shape);
      }),
    describe: () => ({ kind: 'group-normalization', groups, epsilon }),
  });
}
