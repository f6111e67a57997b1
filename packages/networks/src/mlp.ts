import { type Network, normalTensor, requireInteger, requireSameTree, requireShape } from '@advml/core';
import { add, matMul, relu, reshape, squeeze, type Tensor, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** What {@link mlp} takes. */
export interface MlpOptions {
  /** Number of inputs, or the shape of one input, such as `[28, 28, 1]`, which is flattened. */
  readonly inputs: number | readonly number[];
  /** Neurons of each hidden layer; `[]` is a linear model. */
  readonly hidden: readonly number[];
  /** Number of classes, at least 2, or `score` for a single number whose sign is the class. */
  readonly outputs: number | 'score';
  /** What a hidden layer does to its pre-activations, any differentiable function of each entry; `relu` unless told. */
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
 * @returns A frozen network.
 * @throws InputError if a size is not a positive integer, or there is one class only; when applied, if inputs or parameters
 * do not fit.
 * @example
 * ```ts
 * const network = mlp({ inputs: [28, 28, 1], hidden: [256, 256], outputs: 10 });
 * const logits = network.apply(network.init(key('init', 0)), x); // [batch, 10]
 * ```
 * @see He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015 (arXiv:1502.01852).
 */
export function mlp({ inputs, hidden, outputs, activation = relu }: MlpOptions): Network {
  const inputShape = typeof inputs === 'number' ? [inputs] : [...inputs];
  for (const length of inputShape) requireInteger({ inputs: length }, 1);
  for (const neurons of hidden) requireInteger({ hidden: neurons }, 1);
  if (outputs !== 'score') requireInteger({ outputs }, 2);
  const width = inputShape.reduce((product, length) => product * length, 1);
  const sizes = [width, ...hidden, outputs === 'score' ? 1 : outputs];
  const layers = sizes.slice(1).map((out, at) => ({ name: `layer${at + 1}`, in: sizes[at], out }));
  const last = layers.length - 1;
  const shapes = Object.fromEntries(
    layers.flatMap((layer) => [
      [`${layer.name}.weight`, { shape: [layer.out, layer.in] }],
      [`${layer.name}.bias`, { shape: [layer.out] }],
    ]),
  );

  return Object.freeze<Network>({
    name: `MLP ${sizes.join('-')}`,
    inputShape: Object.freeze(inputShape),
    output: outputs === 'score' ? 'score' : 'logits',
    init: (key) =>
      Object.fromEntries(
        layers.flatMap((layer, at) => {
          const deviation = Math.sqrt((at === last ? 1 : 2) / layer.in);
          return [
            [`${layer.name}.weight`, normalTensor(key.child(layer.name), [layer.out, layer.in], deviation)],
            [`${layer.name}.bias`, tensor1d(new Float32Array(layer.out))],
          ];
        }),
      ),
    apply(params, x) {
      requireSameTree('parameters', params, shapes);
      requireShape('x', x, [null, ...inputShape]);
      return tidy(() => {
        let h: Tensor = reshape(x, [x.shape[0], width]);
        for (const [at, { name }] of layers.entries()) {
          const product = matMul(h as Tensor2D, params[`${name}.weight`] as Tensor2D, false, true);
          const preactivation = add(product, params[`${name}.bias`]); // [batch, out]
          h = at === last ? preactivation : activation(preactivation);
        }
        return outputs === 'score' ? squeeze(h, [1]) : h;
      });
    },
  });
}
