// Write an attack of your own: you say how to search, and the library checks and grades what the search found.
import { writeFileSync } from 'node:fs';
import { fgm, pgd, worstOf } from '@advml/attacks';
import { advance, graded, type SearchTask, startDelta, uphill } from '@advml/attacks/parts';
import { type Attack, ball, classifier, key, linf, margin, perturb, type Threat } from '@advml/core';
import { gaussianMixture } from '@advml/data';
import { robustAccuracy, robustnessCurve } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { adam } from '@advml/optimizers';
import { robustnessCurves } from '@advml/plots';
import { cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { mul } from '@tensorflow/tfjs-core';

const quick = process.argv.includes('--quick');
const root = key('write-an-attack', 0);
await useWasm();

// The conditional gradient method of Frank and Wolfe (Chen et al. 2018, arXiv:1811.10828): each step goes part of the way to the point
// of the ball that the gradient names. It never leaves the ball, so there is nothing to project.
function frankWolfe({ threat, steps }: { threat: Threat; steps: number }): Attack {
  const search = (task: SearchTask) => {
    let delta = startDelta(task, 'none');
    const zeroGradient = task.keys.map(() => false);
    for (let step = 0; step < steps; step++) {
      const at = perturb(threat, task.x, delta);
      const { direction, flat } = uphill(task, at, { model: task.model, loss: margin, draw: step });
      const part = 2 / (step + 2);
      const lengths = task.threat.radii.map((radius) => part * radius);
      delta = advance(task, mul(delta, 1 - part), direction, lengths);
      for (const row of flat) zeroGradient[row] = true;
    }
    return { delta, gradients: new Int32Array(task.keys.length).fill(steps), zeroGradient };
  };
  return graded(`Frank-Wolfe-${threat.norm.name}, ${steps} steps`, threat, search);
}

// A network to try it on.
const data = gaussianMixture({ dimension: 100, classes: 2, separation: 8, key: root.child('data') });
const network = mlp({ inputs: 100, hidden: [64], outputs: 'score' });
const { params } = await fit({
  network,
  params: network.init(root.child('init')),
  objective: cleanObjective(),
  optimizer: adam({ rate: 0.002 }),
  batches: (step) => data.batch(root.child('batch', step), 128),
  steps: quick ? 40 : 300,
  key: root.child('training'),
});
const model = classifier(network, params);
const test = data.batch(root.child('test'), quick ? 100 : 1000);

// It fits wherever an attack does: alone, in the worst case of several, and in a curve.
const steps = quick ? 5 : 20;
const threat = ball(linf, 0.4);
const [own, others] = [frankWolfe({ threat, steps }), pgd({ threat, steps })];
for (const attack of [fgm({ threat }), own, others, worstOf([own, others])]) {
  const { accuracy } = await robustAccuracy(model, test, attack, { key: root.child('attack') });
  console.log(`${attack.label}: ${accuracy.value}`);
}

const kinds: Record<string, (threat: Threat) => Attack> = {
  FGM: (threat) => fgm({ threat }),
  'Frank-Wolfe': (threat) => frankWolfe({ threat, steps }),
  PGD: (threat) => pgd({ threat, steps }),
};
const series = [];
for (const [label, attack] of Object.entries(kinds)) {
  const options = { norm: linf, eps: [0, 0.2, 0.3, 0.4, 0.5, 0.6], attack, key: root.child('attack') };
  series.push({ label, points: (await robustnessCurve(model, test, options)).points });
}
writeFileSync('write-an-attack.svg', robustnessCurves({ title: 'An attack of your own', series, norm: 'linf' }));
