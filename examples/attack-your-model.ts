// Attack models that advml did not make: any function from tensor to tensor, and a tfjs-layers model.
import { writeFileSync } from 'node:fs';
import { fgm, hopSkipJump, noise, pgd, square } from '@advml/attacks';
import { type Battery, ball, type Classifier, key, l2 } from '@advml/core';
import { gaussianMixture } from '@advml/data';
import { evaluate } from '@advml/metrics';
import { type RobustnessSeries, robustnessCurves } from '@advml/plots';
import { useWasm } from '@advml/wasm';
import { div, mean, mul, reshape, round, sum, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';

const quick = process.argv.includes('--quick');
const root = key('attack-your-model', 0);
await useWasm();

const width = 20;
const data = gaussianMixture({ dimension: width, classes: 2, separation: 4, key: root.child('data') });
const train = data.batch(root.child('train'), 1000);
const test = data.batch(root.child('test'), quick ? 60 : 300); // labels are -1 and +1

// Attacks of several kinds, for a radius that the evaluation chooses.
const battery: Battery = [
  {
    kind: 'white-box',
    attack: (threat) => pgd({ threat, steps: 40 }),
    withSteps: (threat, steps) => pgd({ threat, steps }),
  },
  { kind: 'one-step', attack: (threat) => fgm({ threat }) },
  { kind: 'black-box', attack: (threat) => square({ threat, queries: quick ? 100 : 500 }) },
  { kind: 'black-box', attack: (threat) => hopSkipJump({ threat, steps: quick ? 2 : 10 }) },
  { kind: 'noise', attack: (threat) => noise({ threat, draws: 10 }) },
];

const series: RobustnessSeries[] = [];
async function judge(name: string, model: Classifier, members = battery): Promise<void> {
  const { clean, accuracy, attacks, curve, masking } = await evaluate(model, test, ball(l2, 1), members, {
    key: root.child('evaluation'),
    eps: [0.5, 2],
  });
  series.push({ label: name, points: curve });
  console.log(`\n${name}: ${clean.value.toFixed(3)} clean, ${accuracy.value.toFixed(3)} in the worst case`);
  console.table(
    attacks.map((one) => ({ attack: one.attack, accuracy: one.accuracy.value.toFixed(3), alone: one.alone })),
  );
  console.log(curve.map((point) => `${point.accuracy.value.toFixed(3)} at eps ${point.eps}`).join(', '));
  for (const { id, message } of masking) console.log(`warning, ${id}: ${message}`);
}

// 1. A tfjs-layers model. Its last layer gives one score without a sigmoid: attacks want scores or logits, not probabilities.
// Seeds, and no shuffling, make every run the same.
const seeded = (seed: number) => ({ kernelInitializer: initializers.glorotUniform({ seed }) });
const network = sequential({
  layers: [
    layers.dense({ inputShape: [width], units: 32, activation: 'relu', ...seeded(1) }),
    layers.dense({ units: 1, ...seeded(2) }),
  ],
});
network.compile({ optimizer: 'adam', loss: 'hinge' });
await network.fit(train.x, train.y, { epochs: quick ? 2 : 10, shuffle: false, verbose: 0 });
const scores: Classifier = (x) => tidy(() => reshape(network.apply(x) as Tensor, [-1])); // [batch]
await judge('tfjs-layers network', scores);

// 2. Any function. This one compares distances to the two centres, after rounding its input: it has no gradient, and the
// warnings say that its accuracy under PGD is not to be believed.
const centre = tidy(() => mean(mul(train.x, reshape(train.y, [-1, 1])), 0).arraySync() as number[]);
const smooth: Classifier = (x) => tidy(() => sum(mul(x, tensor1d(centre)), 1) as Tensor1D);
const rounded: Classifier = (x) => tidy(() => smooth(div(round(mul(x, 2)), 2)));
await judge('function that rounds its input', rounded);

// 3. The same function with the way out: steps follow the gradient of a differentiable stand-in, and the function itself decides.
const [, ...others] = battery;
await judge('the same, by the gradient of a stand-in', rounded, [
  { kind: 'white-box', attack: (threat) => pgd({ threat, steps: 40, gradientModel: smooth }) },
  ...others,
]);

writeFileSync('attack-your-model.svg', robustnessCurves({ title: 'Worst case of each model', series, norm: 'l2' }));
