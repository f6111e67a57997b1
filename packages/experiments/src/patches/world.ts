import { ball, type Key, key, l2, type Threat } from '@advml/core';
import { type ExampleSet, examplesOf, type PatchBatch, type PatchData, patchData } from '@advml/data';
import {
  activation,
  convolution,
  dense,
  globalAveragePooling,
  type LayeredNetwork,
  layeredNetwork,
  lecun,
  piecewiseLinear,
  sequential,
} from '@advml/networks';
import type { MainSetting } from './main-setting.ts';

/** What a run is about: the data model, the network and the root of its randomness. */
export interface PatchesWorld<Setting extends MainSetting = MainSetting> {
  /** The run's setting. */
  readonly setting: Setting;
  /** Root of all randomness of the run. */
  readonly root: Key;
  /** The data model. */
  readonly data: PatchData;
  /** The network. */
  readonly network: LayeredNetwork;
  /** What the attacker may do. */
  readonly threat: Threat;
  /** The training examples, drawn when they are first asked for. */
  readonly train: ExampleSet;
}

/** Name of the filters among the parameters. */
export const FILTERS = 'conv1.weight';

/**
 * Two layers: rectified filters that all patches share, summed over the patches, and a linear classifier on top.
 *
 * The sum is the mean over rectifiers whose slope is the number of patches, so that all its layers are ones that certificates know.
 *
 * @param setting - A complete setting.
 * @returns The network.
 */
export function patchNetwork({ data, network }: Pick<MainSetting, 'data' | 'network'>): LayeredNetwork {
  const { patches, dimension, classes } = data;
  return layeredNetwork({
    name: `patches ${patches}x${dimension}-${network.filters}-${classes}`,
    inputShape: [patches, 1, dimension],
    layers: sequential({
      conv1: convolution({ filters: network.filters, size: 1 }),
      relu1: activation(piecewiseLinear({ knots: [0], slopes: [0, patches], value: 0 })),
      pool: globalAveragePooling(),
      dense1: dense({ neurons: classes, initial: lecun }),
    }),
  });
}

/**
 * The data model and network of a setting and seed.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @returns The world; it holds no tensors.
 * @throws InputError if the data model or the network cannot be made.
 */
export function patchesWorld<Setting extends MainSetting>(setting: Setting, seed: number): PatchesWorld<Setting> {
  const { data: of, eps } = setting;
  const root = key('patches', seed);
  const data = patchData({
    dimension: of.dimension,
    patches: of.patches,
    classes: of.classes,
    robust: { patches: of.robustPatches, size: of.robustSize },
    nonRobust: { patches: of.nonRobustPatches, size: of.nonRobustSize },
    deviation: of.deviation,
    key: root.child('data'),
  });
  let train: ExampleSet | undefined;
  return {
    setting,
    root,
    data,
    network: patchNetwork(setting),
    threat: ball(l2, eps),
    get train() {
      train ??= drawn(data, root.child('train'), of.train);
      return train;
    },
  };
}

/** Examples of the model, drawn once and kept outside the backend. */
function drawn(data: PatchData, own: Key, count: number): ExampleSet {
  const batch = data.batch(own, count);
  const set = examplesOf(batch);
  batch.x.dispose();
  batch.y.dispose();
  return set;
}

/**
 * Fresh examples, which no training sees.
 *
 * @param world - The run.
 * @param examples - How many.
 * @returns The first of them, owned by the caller.
 */
export function freshExamples({ data, root }: PatchesWorld, examples: number): PatchBatch {
  return data.batch(root.child('test'), examples);
}
