import { requireInteger, requireOptions } from '@advml/core/internal';
import { relu, type Tensor } from '@tensorflow/tfjs-core';
import { describedLayers } from './described/described-layers.ts';
import { activation } from './layers/activation.ts';
import { dense } from './layers/dense.ts';
import { flatten } from './layers/flatten.ts';
import { lecun } from './layers/initial.ts';
import { type LayeredNetwork, layeredNetwork } from './layers/layered-network.ts';
import { sequential } from './layers/sequential.ts';
import { requireLengths } from './require-lengths.ts';

/** What {@link mlp} takes. */
export interface MlpOptions {
  /** Number of inputs, or the shape of one input, such as `[28, 28, 1]`, which is flattened. */
  readonly inputs: number | readonly number[];
  /** Neurons of each hidden layer; `[]` is a linear model. */
  readonly hidden: readonly number[];
  /** Number of classes, at least 2, or `score` for a single number whose sign is the class. */
  readonly outputs: number | 'score';
  /** What a hidden layer does to its pre-activations, any differentiable function of each entry. Default: `relu`. */
  readonly activation?: (preactivation: Tensor) => Tensor;
}

/**
 * A multi-layer perceptron.
 *
 * ```math
 * h_0 = x, \qquad h_l = a(W_l h_{l-1} + b_l), \qquad f(x) = W_L h_{L-1} + b_L
 * ```
 *
 * Parameters are named and shaped as those of PyTorch's `nn.Linear`: `layer1.weight` [out, in], `layer1.bias` [out],
 * `layer2.weight` and so on; a module with `nn.Linear` members `layer1`, `layer2`, ... loads them. Images are flattened
 * channels last. Weights start as `N(0, 2 / in)` (He et al.), in the last layer as `N(0, 1 / in)`, biases at zero.
 *
 * @param options - See {@link MlpOptions}.
 * @returns A frozen network of dense layers.
 * @throws InputError if a size is not a positive integer, or there is one class only; when applied, if inputs or parameters
 * do not fit.
 * @example
 * ```ts
 * const network = mlp({ inputs: [28, 28, 1], hidden: [256, 256], outputs: 10 });
 * const logits = network.apply(network.init(key('init', 0)), x); // [batch, 10]
 * ```
 * @see He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015 (arXiv:1502.01852).
 */
export function mlp(options: MlpOptions): LayeredNetwork {
  requireOptions<MlpOptions>('mlp', options, { inputs: true, hidden: true, outputs: true, activation: true });
  const { inputs, hidden, outputs, activation: bend = relu } = options;
  const inputShape = typeof inputs === 'number' ? [inputs] : inputs;
  requireLengths({ inputs: inputShape, hidden });
  if (outputs !== 'score') requireInteger({ outputs }, 2);
  const last = outputs === 'score' ? 1 : outputs;
  const width = inputShape.reduce((product, length) => product * length, 1);
  const network = layeredNetwork({
    name: `MLP ${[width, ...hidden, last].join('-')}`,
    inputShape,
    layers: sequential({
      flatten: flatten(),
      ...Object.assign(
        {},
        ...hidden.map((neurons, at) => ({
          [`layer${at + 1}`]: dense({ neurons }),
          [`activation${at + 1}`]: activation(bend),
        })),
      ),
      [`layer${hidden.length + 1}`]: dense({ neurons: last, initial: lecun }),
    }),
  });
  return describedLayers(network, bend, { kind: 'mlp', inputs: [...inputShape], hidden: [...hidden], outputs });
}
