import { applyUpdates, mapParams, type Optimizer, type Params } from '@advml/core';
import {
  adam,
  adamw,
  averageOf,
  chain,
  cosine,
  descend,
  freeze,
  growBias,
  momentum,
  movingAverage,
  nesterov,
  purificationRegularizer,
  scaleFactors,
  sgd,
  stochasticWeightAveraging,
} from '@advml/optimizers';
import { mul, sub } from '@tensorflow/tfjs-core';
import { type BackendCase, numbers } from './case.ts';

const start = (): Params => ({ weight: numbers(1, [5, 3]), bias: numbers(2, []) });

/** Five steps down a bowl, whose gradient is the distance to its bottom. */
function walked(optimizer: Optimizer, first = start()) {
  let [params, state] = [first, optimizer.init(first)];
  for (let step = 0; step < 5; step++) {
    const gradients = mapParams(params, (value, name) => mul(sub(value, numbers(name.length, value.shape)), 0.7));
    const next = optimizer.update(gradients, state, params);
    [params, state] = [applyUpdates(params, next.updates), next.state];
  }
  return { params, state };
}

const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ rate: cosine({ from: 0.5, to: 0.1, steps: 5 }) }),
  momentum: momentum({ rate: 0.2 }),
  nesterov: nesterov({ rate: 0.2 }),
  adam: adam({ rate: 0.1 }),
  adamw: adamw({ rate: 0.1, weightDecay: 0.1, only: ['weight'] }),
  freeze: chain(descend(0.1), freeze(['bias'])),
  'regularizer of purification, growing bias': chain(
    purificationRegularizer(1e-2, { only: ['weight'] }),
    descend(0.2),
    growBias({ bias: 'bias', weight: 'weight', ratio: 0.1, final: 5 }),
  ),
};

const averages: Readonly<Record<string, Optimizer>> = {
  movingAverage: chain(momentum({ rate: 0.1 }), movingAverage(0.9)),
  stochasticWeightAveraging: chain(sgd({ rate: 0.1 }), stochasticWeightAveraging({ from: 2 })),
};

/** A few steps of every optimizer. */
export const optimizerCases: readonly BackendCase[] = [
  ...Object.entries(optimizers).map(([name, optimizer]) => ({ name, run: () => walked(optimizer) })),
  ...Object.entries(averages).map(([name, optimizer]) => ({
    name,
    run: () => {
      const { params, state } = walked(optimizer);
      return averageOf(state, params);
    },
  })),
  {
    name: 'scaleFactors',
    run: () =>
      walked(chain(scaleFactors(['weight']), descend(0.02)), {
        'weight.left': numbers(3, [5, 2]),
        'weight.right': numbers(4, [2, 3]),
      }),
  },
];
