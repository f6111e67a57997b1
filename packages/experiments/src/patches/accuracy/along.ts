import { type Batch, type Classifier, outputMargins } from '@advml/core';
import type { PatchBatch, PatchData } from '@advml/data';
import { clopperPearson, type Proportion } from '@advml/metrics';
import { add, tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * Perturbations from the feature of each example's class to that of another, in the patches that hold it.
 *
 * @param data - The data model.
 * @param batch - The examples.
 * @param kind - Which features.
 * @param others - How many classes on, at least 1.
 * @param eps - l2 size of each perturbation, in input units.
 * @returns [batch, P, 1, d] one after the other.
 */
function towards(
  data: PatchData,
  { held, y }: PatchBatch,
  kind: 'robust' | 'nonRobust',
  others: number,
  eps: number,
): Float32Array {
  const { dimension, patches, classes } = data;
  const features = kind === 'robust' ? data.robustFeatures : data.nonRobustFeatures;
  const size = eps / Math.sqrt(2 * data[kind].patches); // of each of two directions in each patch
  const wanted = kind === 'robust' ? 1 : -1;
  const labels = y.dataSync();
  const moves = new Float32Array(held.length * dimension);
  for (const [at, holds] of held.entries()) {
    if (holds !== wanted) continue;
    const label = labels[Math.floor(at / patches)];
    const [from, to] = [label * dimension, ((label + others) % classes) * dimension];
    for (let c = 0; c < dimension; c++) moves[at * dimension + c] = size * (features[to + c] - features[from + c]);
  }
  return moves;
}

/**
 * The share of examples that stays right whatever class the features of one kind are moved to.
 *
 * @param model - The network.
 * @param data - The data model.
 * @param batch - The examples; only read.
 * @param kind - Which features.
 * @param eps - l2 size of each perturbation, in input units.
 * @returns The share with its interval.
 */
export function accuracyAlong(
  model: Classifier,
  data: PatchData,
  batch: PatchBatch,
  kind: 'robust' | 'nonRobust',
  eps: number,
): Proportion {
  const { x, y }: Batch = batch;
  const withstands = new Array<boolean>(x.shape[0]).fill(true);
  for (let others = 1; others < data.classes; others++) {
    const margins = tidy(() =>
      outputMargins(model(add(x, tensor(towards(data, batch, kind, others, eps), x.shape))), y),
    );
    for (const [at, margin] of margins.entries()) if (!(margin > 0)) withstands[at] = false;
  }
  return clopperPearson(withstands.filter(Boolean).length, withstands.length);
}
