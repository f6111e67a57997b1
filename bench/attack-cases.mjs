// What ours and bench/peers/attacks.py both attack: two trained networks, one set of inputs, attacks without random starts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apgd, pgd } from '@advml/attacks';
import { ball, classifier, crossEntropy, key, l2, linf, margin, normalTensor, paramsToArrays } from '@advml/core';
import { gaussianMixture } from '@advml/data';
import { encodeSafetensors } from '@advml/formats';
import { mlp } from '@advml/networks';
import { adam } from '@advml/optimizers';
import { cleanObjective, fit } from '@advml/training';
import { add, clipByValue, conv2d, image, matMul, maxPool, relu, reshape, tidy, zeros } from '@tensorflow/tfjs-core';
import { startTorch } from './torch.mjs';

export const about =
  'Perceptron 784-256-256-10, and images 28 x 28 x 1 with twice 3 x 3 convolution (16, 32 filters), relu and 2 x 2 max pooling and a\n' +
  'dense layer; trained on ten Gaussian classes; 200 examples. No random starts; no example is left alone once it is fooled.';

const root = key('attack-cases', 0);
const box = { low: -3, high: 3 };
const [norms, losses, attacks] = [
  { l2, linf },
  { margin, crossEntropy },
  { pgd, apgd },
];

/** The network of cnn.bench.mjs, as `mlp` gives its own. */
const cnn = {
  name: 'CNN',
  inputShape: [28, 28, 1],
  output: 'logits',
  init: (from) => {
    const he = (name, shape, fanIn) => normalTensor(from.child(name), shape, Math.sqrt(2 / fanIn));
    return {
      'conv1.weight': he('conv1', [3, 3, 1, 16], 9),
      'conv1.bias': zeros([16]),
      'conv2.weight': he('conv2', [3, 3, 16, 32], 144),
      'conv2.bias': zeros([32]),
      'dense.weight': he('dense', [7 * 7 * 32, 10], 7 * 7 * 32),
      'dense.bias': zeros([10]),
    };
  },
  apply: (params, x) =>
    tidy(() => {
      const layer = (h, name) =>
        maxPool(relu(add(conv2d(h, params[`${name}.weight`], 1, 'same'), params[`${name}.bias`])), 2, 2, 'valid');
      const h = reshape(layer(layer(x, 'conv1'), 'conv2'), [x.shape[0], -1]);
      return add(matMul(h, params['dense.weight']), params['dense.bias']);
    }),
};
const networks = { mlp: mlp({ inputs: 784, hidden: [256, 256], outputs: 10 }), cnn };

/** Radii at which part of the examples stand. */
const radii = { mlp: { l2: 1.2, linf: 0.05 }, cnn: { l2: 0.8, linf: 0.04 } };
/** Each class is a Gaussian of so many squares a side: what a convolution can learn has patches. */
const laws = { mlp: { squares: 28, separation: 6 }, cnn: { squares: 7, separation: 4 } };
const kinds = [
  { attack: 'pgd', norm: 'l2', loss: 'margin' },
  { attack: 'pgd', norm: 'linf', loss: 'crossEntropy' },
  { attack: 'apgd', norm: 'l2', loss: 'crossEntropy' },
  { attack: 'apgd', norm: 'l2', loss: 'margin' },
  { attack: 'apgd', norm: 'linf', loss: 'crossEntropy' },
  { attack: 'apgd', norm: 'linf', loss: 'margin' },
];

/** Every attack on every network, as the peer reads it; in l-infinity the inputs stay in their box. */
function describe(steps) {
  return Object.keys(networks).flatMap((network) =>
    kinds.map(({ attack, norm, loss }) => ({
      name: `${network}/${attack}/${norm}/${loss}`,
      network,
      attack,
      norm,
      loss,
      eps: radii[network][norm],
      ...(norm === 'linf' && { box: [box.low, box.high] }),
      options: attack === 'pgd' ? { steps, step_size: 2.5 / steps } : { steps },
    })),
  );
}

async function trained(name) {
  const network = networks[name];
  const { squares, separation } = laws[name];
  const data = gaussianMixture({ dimension: squares ** 2, classes: 10, separation, key: root.child('data') });
  const examples = (from, count) =>
    tidy(() => {
      const { x, y } = data.batch(from, count);
      const images = image.resizeNearestNeighbor(reshape(x, [count, squares, squares, 1]), [28, 28]);
      return { x: clipByValue(reshape(images, [count, ...network.inputShape]), box.low, box.high), y };
    });
  const { params } = await fit({
    network,
    params: network.init(root.child(name)),
    objective: cleanObjective(),
    optimizer: adam({ rate: 1e-3 }),
    batches: (step) => examples(root.child('train', step), 100),
    steps: 40,
    key: root.child('fit'),
  });
  return { params, model: classifier(network, params), ...examples(root.child('test'), 200) };
}

function ours({ attack, norm, loss, eps, box, options: { steps, step_size: stepSize } }, { model, x, y }) {
  const threat = ball(norms[norm], eps, box && { low: box[0], high: box[1] });
  const settings = {
    threat,
    steps,
    ...(stepSize && { stepSize }),
    loss: losses[loss],
    start: 'none',
    earlyStop: false,
  };
  const run = attacks[attack](settings);
  return () => {
    const found = run(model, x, y, { key: root });
    found.x.dispose();
    return Array.from(found.loss);
  };
}

/** Tensors of one network and its examples, by names that begin with the network's. */
function tensorsOf(name, { params, x, y }) {
  return Object.entries(paramsToArrays({ ...params, x, y })).map(([own, array]) => [`${name}/${own}`, array]);
}

/**
 * Trains the networks and starts a peer on the same weights and inputs.
 *
 * @param program - The peer's program, which takes the file that `load` of bench/peers/attacked.py reads.
 * @param described - Its cases: each with `name` and `network`, and what else the program wants.
 * @param ours - Gets a case and its `{ model, x, y }`; gives a function that attacks with ours and gives one number an example.
 * @returns `cases`, each with its `name` and `run`; and `torch`, as `startTorch` gives it.
 */
export async function startOn(program, described, ours) {
  const subjects = {};
  for (const { network } of described) subjects[network] ??= await trained(network);
  const folder = mkdtempSync(join(tmpdir(), 'advml-peers-'));
  const file = join(folder, 'cases.safetensors');
  const tensors = Object.fromEntries(Object.entries(subjects).flatMap(([name, one]) => tensorsOf(name, one)));
  writeFileSync(file, encodeSafetensors(tensors, { cases: JSON.stringify(described) }));
  const torch = await startTorch(program, 1, [file]);
  rmSync(folder, { recursive: true });
  const cases = described.map((one) => ({ name: one.name, run: ours(one, subjects[one.network]) }));
  return { cases, torch };
}

/**
 * The cases of PGD and APGD; see `startOn`.
 *
 * @param steps - Gradient steps of every attack.
 * @returns `cases`, whose `run` gives the margin loss of each example, and `torch`.
 */
export const startCases = (steps) => startOn('attacks', describe(steps), ours);

/**
 * Asks that two attacks came to the same: robust accuracies within 0.5 points, and losses within 1e-3 on average and on 99% of
 * the examples. Rounding lets the paths of single examples part where a gradient jumps.
 *
 * @param name - The case, for the message.
 * @param mine - Margin losses, one an example, in output units.
 * @param theirs - The same of the peer.
 * @returns A sentence with the figures.
 * @throws Error if they differ more.
 */
export function requireSame(name, mine, theirs) {
  const accuracy = (losses) => losses.filter((loss) => loss < 0).length / losses.length;
  const [own, other] = [accuracy(mine), accuracy(theirs)];
  const gaps = mine.map((loss, at) => Math.abs(loss - theirs[at]));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const near = gaps.filter((gap) => gap <= 1e-3).length / gaps.length;
  const found = `robust accuracy ${own} and ${other}; losses differ by ${mean.toExponential(1)} on average, ${Math.max(...gaps).toExponential(1)} at most`;
  if (!(Math.abs(own - other) <= 0.005 && mean <= 1e-3 && near >= 0.99)) throw new Error(`${name}: ${found}`);
  return found;
}
