import { type Classifier, key, type StrictNorm } from '@advml/core';
import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { along, closestOnRays } from './closest-on-rays.ts';
import { outputsFor, type ReluNetOptions, reluLayers } from './relu-layers.ts';
import { reluNet } from './relu-net.ts';

/** A small network with inputs that it gets right, of each of which the closest error is known. */
export interface SmallNetwork {
  /** Two or three entries, a score or three logits. */
  readonly name: string;
  /** The network. */
  readonly model: Classifier;
  /** The inputs. */
  readonly x: readonly number[][];
  /** What the network takes them for, as a new tensor. */
  labels(): Tensor1D;
  /** How far each input is from an error, infinite where there is none. */
  closest(norm: StrictNorm): number[];
}

/** Inputs of each network. */
const COUNT = 8;

function smallNetwork(seed: number, options: ReluNetOptions): SmallNetwork {
  const [layers, { inputs, output }] = [reluLayers(seed, options), options];
  const values = key('small networks', seed).uniform(COUNT * inputs, -1, 1);
  const x = Array.from({ length: COUNT }, (_, at) => Array.from(values.subarray(at * inputs, (at + 1) * inputs)));
  const y = x.map((row) => {
    const outputs = outputsFor(layers, along(layers, row, row).start);
    return output === 'score' ? Math.sign(outputs[0]) : outputs.indexOf(Math.max(...outputs));
  });
  return {
    name: `${inputs} inputs, ${output === 'score' ? 'a score' : 'three logits'}, seed ${seed}`,
    model: reluNet(seed, options),
    x,
    labels: () => tensor1d(y, output === 'score' ? 'float32' : 'int32'),
    closest: (norm) => x.map((row, at) => closestOnRays(layers, row, y[at], norm)),
  };
}

/**
 * Six ReLU networks of 12 hidden neurons with 2 or 3 inputs, eight examples each: neither linear nor convex, and yet the closest
 * error of every example is known.
 *
 * @returns The networks, the three with two inputs first.
 */
export function smallNetworks(): readonly SmallNetwork[] {
  const kinds = [
    [20, 2, 'score'],
    [21, 2, 'logits'],
    [24, 2, 'logits'],
    [22, 3, 'score'],
    [23, 3, 'logits'],
    [25, 3, 'logits'],
  ] as const;
  return kinds.map(([seed, inputs, output]) => smallNetwork(seed, { inputs, output, hidden: 12 }));
}
