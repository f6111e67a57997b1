import {
  type Classifier,
  InputError,
  type Key,
  type Mode,
  type Network,
  normalTensor,
  type Params,
  ridgeScores,
} from '@advml/core';
import {
  averagedRidges,
  hasExtraKernel,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePositive,
  requireSameTree,
  requireShape,
  runExtraKernel,
} from '@advml/core/internal';
import {
  type Scalar,
  scalar,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { ridgeSteps, symmetricRidges } from './ridge-sum.ts';
import { smoothedRidges } from './smoothed-ridges.ts';
import { symmetricScores } from './symmetric-scores.ts';

/** What {@link symmetricTwoLayer} takes. */
export interface SymmetricTwoLayerOptions {
  /** Number of inputs, d. */
  readonly inputs: number;
  /** Number of neurons, m. */
  readonly neurons: number;
  /** sigma_0, the standard deviation of the initial weights. */
  readonly initialDeviation: number;
  /** b_0, the threshold at initialization, in units of a pre-activation. Default: `sqrt(ln d) sigma_0`. */
  readonly initialThreshold?: number;
  /** sigma_rho, the standard deviation of the pre-activation noise of training, in the same units. Default: 0. */
  readonly noise?: number;
  /** What evaluation does with the noise: `smoothed` takes the mean over it (the default), `plain` leaves it out. */
  readonly evaluation?: 'smoothed' | 'plain';
}

/** See {@link symmetricTwoLayer}. */
export interface SymmetricTwoLayer extends Network {
  /**
   * The same weights averaged over noise on the pre-activations: a model whose gradient shows an attack the neurons that are
   * about to switch.
   *
   * The noise takes eight equally likely values, the normal quantiles at 1/16, 3/16, ..., 15/16, so that the mean of the
   * rectifier stays piecewise linear and the model a sum of ridge functions.
   *
   * @param params - As `init` gives them; the caller keeps them alive as long as the model is used.
   * @param smoothing - Standard deviation of the normal noise, in units of a pre-activation; > 0.
   * @returns A model with scores [batch].
   * @throws InputError if `smoothing` is not positive and finite.
   */
  surrogate(params: Params, smoothing: number): Classifier;
}

/**
 * The symmetric two-layer ReLU network of the feature-purification paper, with pre-activation noise.
 *
 * ```math
 * f(x) = \sum_{i=1}^m \mathrm{ReLU}(\langle w_i, x\rangle + \rho_i - b) - \mathrm{ReLU}(-\langle w_i, x\rangle + \rho_i - b),
 * \qquad \rho_i \sim N(0, \sigma_\rho^2)
 * ```
 *
 * Parameters: `weight` [m, d], Gaussian at the start, and the shared threshold `bias` []. The output weights are fixed. A
 * training step draws the noise of every example and neuron from the key of its mode, example after example, so an example's
 * noise does not depend on the size of the batch; evaluation takes the mean over the noise in closed form, or none, never a
 * draw.
 *
 * But for the mean over the noise, the kernel `SymmetricTwoLayer` does the work where the current backend has it (`useWasm`
 * of `@advml/wasm` brings it); elsewhere {@link symmetricScores} does.
 *
 * @param options - See {@link SymmetricTwoLayerOptions}.
 * @returns A frozen network that gives scores.
 * @throws InputError if a number is out of its range; when applied, if inputs or parameters do not fit, or a noisy training
 * step has no key.
 * @example
 * ```ts
 * const network = symmetricTwoLayer({ inputs: 1536, neurons: 1536, initialDeviation: 1e-4 });
 * const params = network.init(key('init', 0)); // weight [1536, 1536], bias []
 * const scores = network.apply(params, x); // [batch]
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020
 * (arXiv:2005.10190), section 3.
 */
export function symmetricTwoLayer(options: SymmetricTwoLayerOptions): SymmetricTwoLayer {
  requireOptions<SymmetricTwoLayerOptions>('symmetricTwoLayer', options, {
    inputs: true,
    neurons: true,
    initialDeviation: true,
    initialThreshold: true,
    noise: true,
    evaluation: true,
  });
  const {
    inputs,
    neurons,
    initialDeviation,
    initialThreshold = Math.sqrt(Math.log(inputs)) * initialDeviation,
    noise = 0,
    evaluation = 'smoothed',
  } = options;
  requireInteger({ inputs, neurons }, 1);
  requirePositive({ initialDeviation });
  requireNonNegative({ initialThreshold, noise }, 'units of a pre-activation');
  if (evaluation !== 'smoothed' && evaluation !== 'plain') {
    throw new InputError(`evaluation must be 'smoothed' or 'plain', got ${evaluation}`);
  }
  const smoothing = evaluation === 'smoothed' ? noise : 0;
  const shapes = { weight: { shape: [neurons, inputs] }, bias: { shape: [] } };
  const description = { inputs, neurons, initialDeviation, initialThreshold, noise, evaluation };
  const requireFit = (params: Params, x: Tensor) => {
    requireSameTree('parameters', params, shapes);
    requireShape('x', x, [null, inputs]);
    return { x: x as Tensor2D, weight: params.weight as Tensor2D, bias: params.bias as Scalar };
  };

  const ridgesOf = (params: Params) => symmetricRidges(params.weight as Tensor2D, [params.bias.dataSync()[0]]);
  return Object.freeze<SymmetricTwoLayer>({
    name: `symmetric two-layer ${inputs}-${neurons}`,
    inputShape: Object.freeze([inputs]),
    output: 'score',
    parameters: shapes,
    describe: () => ({ kind: 'symmetric-two-layer', ...description }),
    init: (key) => ({
      weight: normalTensor(key.child('weight'), [neurons, inputs], initialDeviation),
      bias: scalar(initialThreshold),
    }),
    apply(params, given, mode: Mode = {}) {
      const { x, weight, bias } = requireFit(params, given);
      if (mode.training && noise > 0) return noisyScores(x, weight, bias, noise, mode.key);
      return smoothing > 0 ? symmetricScores(x, weight, bias, smoothing) : plainScores(x, weight, bias);
    },
    ridges(params) {
      return smoothing > 0 ? undefined : ridgesOf(params);
    },
    steps(params) {
      if (smoothing > 0)
        throw new InputError(
          `bounds cannot go through the smoothed rectifier of this network (noise ${noise}); make it with evaluation 'plain'`,
        );
      return ridgeSteps(ridgesOf(params));
    },
    nearRidges(params) {
      return smoothing > 0
        ? smoothedRidges(params.weight as Tensor2D, params.bias.dataSync()[0], smoothing)
        : undefined;
    },
    surrogate(params, smoothing) {
      requirePositive({ smoothing }, 'units of a pre-activation');
      const ridges = () => averagedRidges(ridgesOf(params), smoothing);
      return Object.assign((given: Tensor) => ridgeScores(requireFit(params, given).x, ridges()), {
        ridges,
        steps: () => ridgeSteps(ridges()),
      });
    },
  });
}

/** One draw of the noise: it lowers the threshold of both rectifiers of a neuron, for this example alone. */
function noisyScores(x: Tensor2D, weight: Tensor2D, bias: Scalar, noise: number, key?: Key): Tensor1D {
  if (!key)
    throw new InputError(`a training step with noise ${noise} must be given a key, got { training: true } alone`);
  return tidy(() => {
    const rho = normalTensor(key, [x.shape[0], weight.shape[0]], noise); // [batch, m]
    return plainScores(x, weight, sub(bias, rho));
  });
}

/** One threshold, or one for each example and neuron, [batch, m]: by the backend's own kernel if it has one. */
function plainScores(x: Tensor2D, weight: Tensor2D, threshold: Tensor): Tensor1D {
  if (!hasExtraKernel('SymmetricTwoLayer')) return symmetricScores(x, weight, threshold);
  return tidy(() => {
    const bias = threshold.rank === 2 ? transpose(threshold) : threshold; // the kernel wants [m, batch]
    const [scores] = runExtraKernel('SymmetricTwoLayer', { x, weight, bias }, {}); // and the pre-activations [m, batch]
    return scores;
  });
}
