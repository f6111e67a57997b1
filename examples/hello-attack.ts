// Break a classifier with a perturbation that nobody would see, and measure how often that works.
import { writeFileSync } from 'node:fs';
import { fgm, noise, pgd } from '@advml/attacks';
import { ball, classifier, describeThreat, key, linf } from '@advml/core';
import { gaussianMixture } from '@advml/data';
import { cleanAccuracy, robustAccuracy } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { adam } from '@advml/optimizers';
import { robustnessCurves } from '@advml/plots';
import { cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';

const quick = process.argv.includes('--quick');
const root = key('hello-attack', 0);
await useWasm();

// Two clouds of points in 100 dimensions: far apart as a whole, close together in every single coordinate.
const data = gaussianMixture({ dimension: 100, classes: 2, separation: 8, key: root.child('data') });
const network = mlp({ inputs: 100, hidden: [64], outputs: 'score' });

// Train it in the usual way, on new examples at every step.
const { params } = await fit({
  network,
  params: network.init(root.child('init')),
  objective: cleanObjective(),
  optimizer: adam({ rate: 0.002 }),
  batches: (step) => data.batch(root.child('batch', step), 128),
  steps: quick ? 60 : 400,
  key: root.child('training'),
});
const model = classifier(network, params);

// Attack it: every coordinate may move by at most eps, where the points themselves spread by 1 around their centre.
const test = data.batch(root.child('test'), quick ? 200 : 1000);
const clean = await cleanAccuracy(model, test);
console.log(`clean accuracy ${clean.value}`);
const series = ['noise', 'FGM', 'PGD'].map((label) => ({ label, points: [{ eps: 0, accuracy: clean }] }));
for (const eps of [0.1, 0.3, 0.5]) {
  const threat = ball(linf, eps);
  const attacks = [noise({ threat, draws: 10 }), fgm({ threat }), pgd({ threat, steps: 20, restarts: 2 })];
  for (const [at, attack] of attacks.entries()) {
    const { accuracy } = await robustAccuracy(model, test, attack, { key: root.child('attack') });
    series[at].points.push({ eps, accuracy });
    console.log(
      `${describeThreat(threat)}, ${attack.label}: ${accuracy.value} [${accuracy.low.toFixed(3)}, ${accuracy.high.toFixed(3)}]`,
    );
  }
}
writeFileSync('hello-attack.svg', robustnessCurves({ title: 'Noise, one step, many steps', series, norm: 'linf' }));
