// The network of the experiment images-cnn by the command, against the same written plainly in PyTorch: its clean training and its
// adversarial training in linf on Fashion-MNIST, and what the networks are worth after the same number of steps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pgd } from '@advml/attacks';
import { ball, classifier, crossEntropy, key, linf, paramsFromArrays } from '@advml/core';
import { fashionMnist } from '@advml/data/disk';
import { decodeSafetensors } from '@advml/formats';
import { cleanAccuracy, robustAccuracy } from '@advml/metrics';
import { cnn } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { dispose } from '@tensorflow/tfjs-core';
import { accuracies } from './accuracies.mjs';
import { commandRun, phaseRows } from './command-run.mjs';
import { bestRun } from './torch.mjs';

export const title = 'Training on Fashion-MNIST';
export const about = `The network of \`advml run images-cnn\`, two convolutions with strides and a hidden layer, in three epochs of clean training and
three more of adversarial training in linf, against \`bench/peers/images.py\`, which takes the same steps from other random numbers.
Each runs once, ours in one thread, PyTorch with one thread and with two, of which the faster is shown. Clean accuracy is that on
the 10,000 test images, robust accuracy that on the first 1,000 under PGD of 40 steps, each side by its own. Their intervals are over
images alone; other seeds move the robust accuracy of w, which is near zero, by more.`;

/** Two trainings that take minutes, and next to nothing of what is not compared. */
const short = [
  'claims=["C15"]',
  'threats=[{"norm":"linf","eps":0.1}]',
  'clean.epochs=3',
  'adversarial.epochs=3',
  'sparse.images=50',
  'sparse.patches=1',
  'sparse.atoms=1',
  'sparse.most=4',
  'sparse.penalties=[0.5]',
];

/** How many test images PGD attacks. */
const attacked = 1000;

const noteOf = (network, symbol) => (ours, theirs) =>
  accuracies(symbol, ours.networks[network], theirs?.networks[network]);

const phases = [
  { name: 'clean training', stages: /^clean training$/, parts: ['clean'], note: noteOf('clean', 'w') },
  {
    name: 'adversarial training',
    stages: /^robust-linf training$/,
    parts: ['adversarial'],
    note: noteOf('robust', "w'"),
  },
  { name: 'both', stages: /^(clean|robust-linf) training$/, parts: ['clean', 'adversarial'] },
];

export async function* rows({ set, progress }) {
  await useWasm();
  const ours = await commandRun(['images-cnn', '--workers', '1'], { set: [...short, ...set], progress, networksOf });
  yield* phaseRows(phases, ours, await bestRun('images', ours.setting, progress));
}

/** Accuracies of the networks that a run left. */
async function networksOf(folder, { network: sizes, threats: [{ eps }], data }) {
  const { test } = await fashionMnist(data.folder ?? undefined);
  const network = cnn({ ...sizes, inputs: [28, 28, 1], outputs: 10 });
  const threat = ball(linf, eps, { low: 0, high: 1 });
  const attack = pgd({ threat, steps: 40, stepSize: 0.1, start: 'random', loss: crossEntropy });
  const [all, first] = [test.take(test.count), test.take(attacked)];
  const judge = async (name) => {
    const { tensors } = decodeSafetensors(readFileSync(join(folder, 'weights', `${name}.safetensors`)));
    const params = paramsFromArrays(tensors);
    const model = classifier(network, params);
    const clean = await cleanAccuracy(model, all, { batchSize: 1000 });
    const { accuracy: robust } = await robustAccuracy(model, first, attack, { key: key('bench', 0).child(name) });
    dispose(params);
    return { clean, robust };
  };
  try {
    return { clean: await judge('clean'), robust: await judge('robust-linf') };
  } finally {
    dispose([all, first]);
  }
}
