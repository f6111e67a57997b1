// An experiment of one's own from the parts: does the width of a network change how robust plain training leaves it?
import { pgd } from '@advml/attacks';
import { ball, classifier, key, l2 } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { meanInterval, robustAccuracy } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { adamw } from '@advml/optimizers';
import { cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';

const quick = process.argv.includes('--quick');
const widths = quick ? [8, 16] : [16, 64, 256];
const seeds = quick ? [0, 1] : [0, 1, 2, 3, 4];
const threat = ball(l2, 0.2);
const attack = pgd({ threat, steps: quick ? 5 : 30, restarts: 2 });
await useWasm();

/** Robust accuracy of one network of a width, trained and attacked with a seed's randomness. */
async function robustness(width: number, seed: number): Promise<number> {
  const root = key('width', seed);
  const data = sparseCoding({ dimension: 128, active: 3, margin: 0.3, key: root.child('data') });
  const network = mlp({ inputs: 128, hidden: [width], outputs: 'score' });
  const { params } = await fit({
    network,
    params: network.init(root.child('init')),
    objective: cleanObjective(),
    optimizer: adamw({ rate: 0.003, decay: 1e-4 }),
    batches: freshBatches(data, root.child('batches'), 128),
    steps: quick ? 40 : 500,
    key: root.child('training'),
  });
  const test = data.batch(root.child('test'), quick ? 100 : 500);
  const { accuracy } = await robustAccuracy(classifier(network, params), test, attack, { key: root.child('attack') });
  return accuracy.value;
}

console.log(`${attack.label}, mean and 95% interval over ${seeds.length} seeds`);
for (const width of widths) {
  const values: number[] = [];
  for (const seed of seeds) values.push(await robustness(width, seed));
  const { mean, low, high } = meanInterval(values);
  console.log(`width ${width}: ${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`);
}
