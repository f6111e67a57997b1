// Look at neurons before and after adversarial training: what they carry, and what was taken away.
import { writeFileSync } from 'node:fs';
import { fgm } from '@advml/attacks';
import { ball, key, l2 } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { symmetricTwoLayer } from '@advml/networks';
import { chain, freeze, growBias, purificationRegularizer, sgd } from '@advml/optimizers';
import { histograms } from '@advml/plots';
import { coefficients, decompose, featureMass } from '@advml/purification';
import { adversarialObjective, cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';

const quick = process.argv.includes('--quick');
const d = quick ? 64 : 256;
const root = key('what-neurons-learned', 0);
await useWasm();

const data = sparseCoding({ dimension: d, active: 2, margin: 0.5, key: root.child('data') });
const network = symmetricTwoLayer({ inputs: d, neurons: d, initialDeviation: 1e-4, initialThreshold: 2.5e-4 });
const regularizer = purificationRegularizer(1e-5, { only: ['weight'] });
const grow = growBias({ bias: 'bias', weight: 'weight', ratio: 0.055, final: 0.05 });
const shared = { network, batches: freshBatches(data, root.child('batches'), 256), steps: quick ? 40 : 300 };
const clean = await fit({
  ...shared,
  params: network.init(root.child('init')),
  objective: cleanObjective(),
  optimizer: chain(regularizer, sgd({ rate: 0.016 * d }), grow),
  key: root.child('clean'),
});
const robust = await fit({
  ...shared,
  params: clean.params,
  objective: adversarialObjective({ attack: fgm({ threat: ball(l2, 0.15) }) }),
  optimizer: chain(regularizer, sgd({ rate: 0.008 * d }), freeze(['bias'])),
  key: root.child('robust'),
});

// Each neuron as a sum of the features that the data are made of.
const dictionary = tensor2d(data.dictionary, [data.atoms, d]);
for (const [name, { params }] of Object.entries({ clean, robust })) {
  const { summary } = featureMass(coefficients(params.weight as Tensor2D, dictionary), data.wStar);
  const share = (value: number) => `${(100 * value).toFixed(1)}%`;
  const parts = `mixture ${share(summary.mixture.mean)}, features ${share(summary.top.mean)}, rest ${share(summary.rest.mean)}`;
  console.log(`${name}: ${parts}; ${summary.features.median} features a neuron`);
}

// w = beta w' + v: how much of each neuron did adversarial training keep?
const { cosine, share } = decompose(clean.params.weight as Tensor2D, robust.params.weight as Tensor2D);
console.log(`cos(w, w') > 0.707 for ${(100 * share).toFixed(0)}% of the neurons`);
const series = [{ label: "cos(w, w')", values: cosine }];
writeFileSync('what-neurons-learned.svg', histograms({ series, xLabel: 'cosine', countLabel: 'neurons' }));
