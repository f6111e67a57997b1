// Train the same network twice, plainly and against an attacker, and compare how much each withstands.
import { writeFileSync } from 'node:fs';
import { fgm, pgd } from '@advml/attacks';
import { type Attack, ball, classifier, key, l2, type Params } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { robustnessCurve } from '@advml/metrics';
import { symmetricTwoLayer } from '@advml/networks';
import { chain, freeze, growBias, purificationRegularizer, sgd } from '@advml/optimizers';
import { robustnessCurves } from '@advml/plots';
import { adversarialObjective, cleanObjective, fit, type Objective } from '@advml/training';
import { useWasm } from '@advml/wasm';

const quick = process.argv.includes('--quick');
const d = quick ? 64 : 256;
const root = key('train-robustly', 0);
await useWasm();

const data = sparseCoding({ dimension: d, active: 2, margin: 0.5, key: root.child('data') });
const network = symmetricTwoLayer({ inputs: d, neurons: d, initialDeviation: 1e-4, initialThreshold: 2.5e-4 });

function train(name: string, start: Params, objective: Objective, rate: number, bias = freeze(['bias'])) {
  return fit({
    network,
    params: start,
    objective,
    optimizer: chain(purificationRegularizer(1e-5, { only: ['weight'] }), sgd({ rate }), bias),
    batches: freshBatches(data, root.child(name, 'data'), 256),
    steps: quick ? 40 : 300,
    key: root.child(name),
  });
}

// First the usual training, while the threshold of the neurons grows with their weights. Then, from there, the same training on
// inputs that an attacker has moved by 0.15, one gradient step at a time.
const threat = ball(l2, 0.15);
const grow = growBias({ bias: 'bias', weight: 'weight', ratio: 0.055, final: 0.05 });
const clean = await train('clean', network.init(root.child('init')), cleanObjective(), 0.016 * d, grow);
const robust = await train('robust', clean.params, adversarialObjective({ attack: fgm({ threat }) }), 0.008 * d);

// Robust accuracy against the radius of a stronger attacker.
const test = data.batch(root.child('test'), quick ? 100 : 500);
const attack = (within: typeof threat): Attack => pgd({ threat: within, steps: quick ? 5 : 40 });
const series = [];
for (const [name, { params }] of Object.entries({ clean, robust })) {
  const options = { norm: l2, eps: [0, 0.05, 0.1, 0.15, 0.2], attack, key: root.child('attack') };
  const { points } = await robustnessCurve(classifier(network, params), test, options);
  series.push({ label: `${name} training`, points });
  console.log(`${name}: ${points.map(({ eps, accuracy }) => `${accuracy.value.toFixed(3)} at ${eps}`).join(', ')}`);
}
const title = 'The same network, trained twice';
writeFileSync('train-robustly.svg', robustnessCurves({ title, series, norm: 'l2', tau: threat.eps }));
