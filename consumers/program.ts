// A network and data of one's own, trained robustly with the packages' parts and evaluated, under strict settings.
import { fgm, pgd } from '@advml/attacks';
import { type BatchSource, ball, classifier, InputError, key, l2, type Network } from '@advml/core';
import { robustAccuracy } from '@advml/metrics';
import { adam } from '@advml/optimizers';
import { adversarialObjective, disposeState, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { matMul, squeeze, tensor1d, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core';

await useWasm();

const linear: Network = {
  name: 'linear',
  inputShape: [2],
  output: 'score',
  init: () => ({ weight: zeros([2, 1]) }),
  apply: ({ weight }, x) => {
    if (!weight) throw new InputError('params must hold weight');
    return tidy(() => squeeze(matMul(x, weight), [1]));
  },
};

/** Two clusters around (2, 0) and (-2, 0). */
const batches: BatchSource = (step) => {
  const size = 64;
  const draw = key('clusters', step);
  const y = draw.child('label').signs(size);
  const noise = draw.child('noise').normal(2 * size, 0.3);
  const x = noise.map((value, at) => value + (at % 2 === 0 ? 2 * (y[at >>> 1] ?? 0) : 0));
  return { x: tensor2d(x, [size, 2]), y: tensor1d(y) };
};

const threat = ball(l2, 0.5);
const trained = await fit({
  network: linear,
  params: linear.init(key('start')),
  objective: adversarialObjective({ attack: fgm({ threat }) }),
  optimizer: adam({ rate: 0.1 }),
  batches,
  steps: 40,
  key: key('run', 0),
});

const { accuracy, attack } = await robustAccuracy(
  classifier(linear, trained.params),
  batches(1000),
  pgd({ threat, steps: 20 }),
  { key: key('evaluation', 0) },
);
console.log(attack, accuracy);
disposeState(trained);
if (accuracy.value !== 1) throw new Error(`clusters four apart must be told apart at eps 0.5, got ${accuracy.value}`);
