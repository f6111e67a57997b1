import type { Classifier, Network, Params } from '@advml/core';
import { randomFeatures, withFixed } from '@advml/networks';
import { add, concat, fill, mul, neg, ones, scalar, tidy } from '@tensorflow/tfjs-core';

/** The features of a network, and the output weights with which they are that network. */
export interface OutputModel {
  /** As a function of the output weights. */
  readonly network: Network;
  /** The output weights of the network itself; owned by the caller. */
  readonly start: Params;
  /** Its features; owned by the caller. */
  readonly held: Params;
  /**
   * The model averaged over noise on the pre-activations, whose gradient shows which rectifiers are about to open.
   *
   * @param params - The output weights.
   * @returns A model with scores.
   */
  surrogate(params: Params): Classifier;
}

/** Equally likely values of the noise, in deviations: the normal quantiles at 1/8, 3/8, 5/8 and 7/8. */
const NOISE = [-1.1503, -0.3186, 0.3186, 1.1503];

/** Deviation of the noise, as a share of the threshold. */
const SMOOTHING = 0.2;

/**
 * The paper's network with output weights that can be trained, where its own are fixed: each of the two rectifiers of a neuron has
 * one.
 *
 * ```math
 * f_c(x) = c_0 + \sum_i c_i^+ \mathrm{relu}(\langle w_i, x\rangle - b) + c_i^- \mathrm{relu}(-\langle w_i, x\rangle - b),
 * \qquad c_i^+ = 1, \; c_i^- = -1, \; c_0 = 0 \text{ at the start}
 * ```
 *
 * @param params - The network's parameters; not disposed.
 * @returns The model.
 */
export function outputModel({ weight, bias }: Params): OutputModel {
  const [neurons, inputs] = weight.shape;
  const model = randomFeatures({ inputs, features: 2 * neurons });
  const threshold = bias.dataSync()[0];
  const held = tidy(() => ({
    'feature.weight': concat([weight, neg(weight)]),
    'feature.bias': fill([2 * neurons], -threshold),
  }));
  const start = tidy(() => ({ weight: concat([ones([neurons]), neg(ones([neurons]))]), bias: scalar(0) }));
  const shifted = (params: Params, noise: number): Classifier => {
    return (x) =>
      tidy(() => {
        const moved = add(held['feature.bias'], noise * SMOOTHING * threshold);
        return model.apply({ ...params, ...held, 'feature.bias': moved }, x);
      });
  };
  return {
    network: withFixed(model, held),
    start,
    held,
    surrogate: (params) => (x) =>
      tidy(() => {
        const scores = NOISE.map((noise) => shifted(params, noise)(x)).reduce((sum, each) => add(sum, each));
        return mul(scores, 1 / NOISE.length);
      }),
  };
}
