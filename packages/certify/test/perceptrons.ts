// Perceptrons that tests write down as rows of numbers.
import { classifier } from '@advml/core';
import { mlp } from '@advml/networks';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import type { LayeredCertifier } from '../src/index.ts';
import type { PlainMlp } from './plain-bounds.ts';

/** A perceptron from its matrices and biases, each as rows. */
export function perceptron(layers: PlainMlp, outputs: number | 'score') {
  const hidden = layers.slice(0, -1).map(({ bias }) => bias.length);
  const network = mlp({ inputs: layers[0].weight[0].length, hidden, outputs });
  const params = Object.fromEntries(
    layers.flatMap(({ weight, bias }, at) => [
      [`layer${at + 1}.weight`, tensor2d(weight.map((row) => [...row]))],
      [`layer${at + 1}.bias`, tensor1d([...bias])],
    ]),
  );
  return classifier(network, params);
}

/** The bound of one example. */
export const boundOf = async (
  certifier: LayeredCertifier,
  model: ReturnType<typeof classifier>,
  x: readonly number[],
  label: number,
) => (await certifier(model, tensor2d([[...x]]), tensor1d([label]))).bound[0];
