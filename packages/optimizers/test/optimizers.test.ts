// Every optimizer and every part goes through the shared suite.
import { describeOptimizer } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll } from 'vitest';
import {
  adam,
  adamw,
  chain,
  cosine,
  decayWeights,
  descend,
  freeze,
  growBias,
  growBiasLinearly,
  momentum,
  movingAverage,
  nesterov,
  purificationRegularizer,
  scaleByAdam,
  sgd,
  stateless,
  stochasticWeightAveraging,
  trace,
} from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

describeOptimizer('sgd', sgd({ rate: 0.5 }));
describeOptimizer('momentum', momentum({ rate: 0.1 }));
describeOptimizer('nesterov', nesterov({ rate: 0.1 }));
describeOptimizer('adam', adam({ rate: cosine({ from: 0.1, steps: 500 }) }));
describeOptimizer('adamw', adamw({ rate: cosine({ from: 0.1, steps: 500 }), weightDecay: 0 }));
describeOptimizer(
  'a chain in a chain',
  chain(chain(trace(0.5), scaleByAdam()), descend(cosine({ from: 0.1, steps: 500 }))),
);

const parts = { minimizes: false };
const growth = { bias: 'layer.bias', weight: 'layer.weight' };
describeOptimizer('descend', descend(0.1), parts);
describeOptimizer('trace', trace(0.9), parts);
describeOptimizer('trace with nesterov', trace(0.9, { nesterov: true }), parts);
describeOptimizer('scaleByAdam', scaleByAdam(), parts);
describeOptimizer('decayWeights', decayWeights(0.1, { only: ['layer.weight'] }), parts);
describeOptimizer('purificationRegularizer', purificationRegularizer(0.1, { only: ['layer.weight'] }), parts);
describeOptimizer('growBias', growBias({ ...growth, ratio: 0.5, final: 1 }), parts);
describeOptimizer('growBiasLinearly', growBiasLinearly({ bias: 'layer.bias', from: 0, to: 1, steps: 5 }), parts);
describeOptimizer('freeze', freeze(['layer.bias']), parts);
describeOptimizer(
  'stateless',
  stateless((update) => update.clone()),
  parts,
);
describeOptimizer('moving average', movingAverage(0.9), parts);
describeOptimizer('stochastic weight averaging', stochasticWeightAveraging({ from: 2, every: 2 }), parts);
