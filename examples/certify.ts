// Prove that no attack exists, for a network of layers and for the two-layer network of the paper, and see how near attacks come.
import { writeFileSync } from 'node:fs';
import { fgm, pgd } from '@advml/attacks';
import { crown, jointBound } from '@advml/certify';
import { type Battery, ball, classifier, key, l2, type Network } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { evaluate, evaluationTable } from '@advml/metrics';
import { mlp, symmetricTwoLayer } from '@advml/networks';
import { adam, chain, freeze, growBias, purificationRegularizer, sgd } from '@advml/optimizers';
import { certifiedCurves } from '@advml/plots';
import { adversarialObjective, cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';

const quick = process.argv.includes('--quick');
const d = quick ? 48 : 128;
const root = key('certify', 0);
await useWasm();

// Both are trained against an attacker, or there would be little to prove.
const data = sparseCoding({ dimension: d, active: 2, margin: 0.5, key: root.child('data') });
const threat = ball(l2, 0.15);
const robust = adversarialObjective({ attack: fgm({ threat }) });
const shared = { batches: freshBatches(data, root.child('batches'), 256), key: root.child('training') };

const layered = mlp({ inputs: d, hidden: [32, 32], outputs: 'score' });
const layers = await fit({
  ...shared,
  network: layered,
  params: layered.init(root.child('layers')),
  objective: robust,
  optimizer: adam({ rate: 0.003 }),
  steps: quick ? 60 : 600,
});

const twoLayer = symmetricTwoLayer({ inputs: d, neurons: d, initialDeviation: 1e-4, initialThreshold: 2.5e-4 });
const regularizer = purificationRegularizer(1e-5, { only: ['weight'] });
const grow = growBias({ bias: 'bias', weight: 'weight', ratio: 0.055, final: 0.05 });
const clean = await fit({
  ...shared,
  network: twoLayer,
  params: twoLayer.init(root.child('neurons')),
  objective: cleanObjective(),
  optimizer: chain(regularizer, sgd({ rate: 0.016 * d }), grow),
  steps: quick ? 40 : 300,
});
const neurons = await fit({
  ...shared,
  network: twoLayer,
  params: clean.params,
  objective: robust,
  optimizer: chain(regularizer, sgd({ rate: 0.008 * d }), freeze(['bias'])),
  steps: quick ? 40 : 300,
});

// The same threat and examples for attacks and proofs. `evaluate` throws if a proof and an attack ever contradict each other.
const test = data.batch(root.child('test'), quick ? 20 : 200);
const battery: Battery = [{ kind: 'white-box', attack: (threat) => pgd({ threat, steps: quick ? 5 : 40 }) }];
const eps = quick ? [0.1] : [0.05, 0.1, 0.2];
const judge = (network: Network, { params }: typeof layers, certifier: typeof crown | typeof jointBound) =>
  evaluate(classifier(network, params), test, threat, battery, {
    key: root.child('evaluation'),
    eps,
    certifiers: [(threat) => certifier({ threat })],
  });
const found = {
  'three layers, CROWN': await judge(layered, layers, crown),
  'two layers, all neurons together': await judge(twoLayer, neurons, jointBound),
};
for (const [name, one] of Object.entries(found)) console.log(`\n${name}\n${evaluationTable(one)}`);

const series = Object.entries(found).map(([label, { curve }]) => ({ label, points: curve }));
writeFileSync('certify.svg', certifiedCurves({ series, norm: 'l2', tau: threat.eps }));
