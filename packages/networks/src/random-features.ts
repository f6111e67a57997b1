import { normalTensor } from '@advml/core';
import { denseStep, requireInteger, requireOptions, requireSameTree, requireShape } from '@advml/core/internal';
import { add, matMul, mul, relu, reshape, scalar, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { FeatureModel } from './feature-model.ts';

/** What {@link randomFeatures} takes. */
export interface RandomFeaturesOptions {
  /** Number of inputs, d. */
  readonly inputs: number;
  /** Number of features, n. */
  readonly features: number;
}

/**
 * Random rectified features with a linear classifier on top.
 *
 * ```math
 * f(x) = c + \sum_{i=1}^n a_i\, \mathrm{relu}(\langle w_i, x\rangle + b_i), \qquad w_i \sim N(0, I), \quad b_i \sim N(0, 1)
 * ```
 *
 * Parameters: `weight` [n] and `bias` [], which are trained, and the features' `feature.weight` [n, d] and `feature.bias` [n],
 * which stay as they were drawn. The weights start as `N(0, 1/n)`, the bias at zero.
 *
 * @param options - See {@link RandomFeaturesOptions}.
 * @returns A frozen network that gives scores; `fixed` names the parameters of the features.
 * @throws InputError if a size is not a positive integer; when applied, if inputs or parameters do not fit.
 * @example
 * ```ts
 * const network = randomFeatures({ inputs: 1536, features: 3072 });
 * const optimizer = chain(descend(0.1), freeze(network.fixed)); // from '@advml/optimizers'
 * ```
 * @see Rahimi, Recht: Random Features for Large-Scale Kernel Machines, 2007.
 */
export function randomFeatures(options: RandomFeaturesOptions): FeatureModel {
  requireOptions<RandomFeaturesOptions>('randomFeatures', options, { inputs: true, features: true });
  const { inputs, features } = options;
  requireInteger({ inputs, features }, 1);
  const shapes = {
    weight: { shape: [features] },
    bias: { shape: [] },
    'feature.weight': { shape: [features, inputs] },
    'feature.bias': { shape: [features] },
  };

  return Object.freeze<FeatureModel>({
    name: `random features ${inputs}-${features}`,
    inputShape: Object.freeze([inputs]),
    output: 'score',
    parameters: shapes,
    describe: () => ({ kind: 'random-features', inputs, features }),
    fixed: Object.freeze(['feature.weight', 'feature.bias']),
    init: (key) => ({
      weight: normalTensor(key.child('weight'), [features], features ** -0.5),
      bias: scalar(0),
      'feature.weight': normalTensor(key.child('feature.weight'), [features, inputs]),
      'feature.bias': normalTensor(key.child('feature.bias'), [features]),
    }),
    apply(params, x) {
      requireSameTree('parameters', params, shapes);
      requireShape('x', x, [null, inputs]);
      return tidy(() => {
        const u = matMul(x as Tensor2D, params['feature.weight'] as Tensor2D, false, true); // [batch, features]
        const h = relu(add(u, params['feature.bias']));
        return add(sum(mul(h, params.weight), 1), params.bias); // [batch]
      });
    },
    steps: (params) => [
      {
        name: 'feature',
        ...denseStep(
          [features, inputs],
          () => params['feature.weight'] as Tensor2D,
          () => params['feature.bias'],
        ),
      },
      { kind: 'bend', name: 'relu', shape: [features], pieces: { knots: [0], slopes: [0, 1], value: 0 } },
      {
        name: 'weight',
        ...denseStep(
          [1, features],
          () => reshape(params.weight, [1, features]) as Tensor2D,
          () => params.bias,
        ),
      },
    ],
  });
}
