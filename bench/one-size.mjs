// `node one-size.mjs D`: milliseconds of a clean and of an adversarial training step and of a PGD step with d = m = D, and the
// peak of this process's memory, as JSON.
import { fgm, pgd } from '@advml/attacks';
import { ball, classifier, key, l2, logistic } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { symmetricTwoLayer } from '@advml/networks';
import { chain, descend, freeze, purificationRegularizer } from '@advml/optimizers';
import { adversarialObjective, cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { randomNormal, sign, tidy } from '@tensorflow/tfjs-core';
import { median } from './measured.mjs';

const size = Number(process.argv[2]);
const [batch, steps, threat] = [512, 20, ball(l2, 0.115)];

await useWasm();
const root = key('size', 0);
const data = sparseCoding({ dimension: size, active: 2, margin: 0.5, dictionary: 'identity', key: root.child('data') });
const initialDeviation = 1e-2;
const initialThreshold = 1.96 * initialDeviation;
const network = symmetricTwoLayer({ inputs: size, neurons: size, initialDeviation, initialThreshold });
const params = network.init(root.child('init'));

const result = {
  clean: await training(cleanObjective({ loss: logistic })),
  adversarial: await training(adversarialObjective({ loss: logistic, attack: fgm({ threat }) })),
  pgd: await evaluation(),
  megabytes: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(result));

/** The median of nine training steps after two. */
async function training(objective) {
  const times = [];
  let before = performance.now();
  const onStep = () => {
    times.push(performance.now() - before);
    before = performance.now();
  };
  const optimizer = chain(purificationRegularizer(1e-5, { only: ['weight'] }), descend(1e-3), freeze(['bias']));
  const batches = freshBatches(data, root.child('train'), batch, 'coefficients');
  const { params: trained, optimizer: state } = await fit({
    network,
    params,
    objective,
    optimizer,
    batches,
    steps: 11,
    key: root.child('fit'),
    onStep,
  });
  for (const tensor of [...Object.values(trained), ...Object.values(state)]) tensor.dispose();
  return median(times.slice(2));
}

/** The median of three attacks, by steps. Each meets other weights, so that nothing is known of them. */
async function evaluation() {
  const attack = pgd({ threat, steps, stepSize: 2.5 / steps, start: 'none', earlyStop: false });
  const times = [0, 1, 2].map((at) => {
    const x = randomNormal([batch, size], 0, size ** -0.5);
    const y = tidy(() => sign(randomNormal([batch])));
    const own = network.init(root.child('attacked', at));
    const start = performance.now();
    const result = attack(classifier(network, own), x, y, { key: root.child('attack', at) });
    const time = performance.now() - start;
    for (const tensor of [x, y, result.x, ...Object.values(own)]) tensor.dispose();
    return time / steps;
  });
  return median(times);
}
