import type { Key, Params } from '@advml/core';
import { type ClusteredData, clusteredData } from '@advml/data';
import { type LayeredNetwork, mlp } from '@advml/networks';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import type { PatchesWorld } from '../world.ts';
import type { ClustersSetting } from './setting.ts';

/** The clusters of a run, and what learns them. */
export interface Clusters {
  /** The data model. */
  readonly data: ClusteredData;
  /** Root of all randomness of this part. */
  readonly root: Key;
  /** The network that is trained: one hidden layer of rectifiers. */
  readonly network: LayeredNetwork;
  /** One of the same kind with a neuron a cluster. */
  readonly byHand: LayeredNetwork;
  /** Size of the perturbation that is judged, in input units. */
  readonly size: number;
}

/**
 * The clusters of a run.
 *
 * @param world - The run.
 * @returns Data model, networks and sizes; it holds no tensors.
 * @throws InputError if there are more clusters than dimensions.
 */
export function clustersOf({ setting: { clusters: of }, root }: PatchesWorld<ClustersSetting>): Clusters {
  const own = root.child('clusters');
  const { dimension, clusters, deviation, neurons } = of;
  return {
    data: clusteredData({ dimension, clusters, deviation, key: own.child('data') }),
    root: own,
    network: mlp({ inputs: dimension, hidden: [neurons], outputs: 'score' }),
    byHand: mlp({ inputs: dimension, hidden: [clusters], outputs: 'score' }),
    size: of.multiple * Math.sqrt(dimension / clusters),
  };
}

/**
 * A robust network, made by hand: each neuron knows one cluster and is silent until an input is half way to its mean.
 *
 * ```math
 * f(x) = \sum_q y_q\, \mathrm{relu}\bigl(\langle \mu_q, x\rangle / \sqrt d - \sqrt d / 2\bigr)
 * ```
 *
 * With means at right angles and without noise the closest error is at `sqrt(d) / 2`.
 *
 * @param data - The data model.
 * @returns Parameters of a multi-layer perceptron with as many neurons as clusters, owned by the caller.
 */
export function robustByHand({ means, signs, dimension, clusters }: ClusteredData): Params {
  const half = Math.sqrt(dimension) / 2;
  const directions = means.map((entry) => entry / Math.sqrt(dimension));
  return {
    'layer1.weight': tensor2d(directions, [clusters, dimension]),
    'layer1.bias': tensor1d(new Float32Array(clusters).fill(-half)),
    'layer2.weight': tensor2d(signs, [1, clusters]),
    'layer2.bias': tensor1d([0]),
  };
}
