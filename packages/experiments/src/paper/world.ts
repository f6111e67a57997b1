import { type Key, key, mapParams, type Params } from '@advml/core';
import { type SparseCodingModel, sparseCoding } from '@advml/data';
import { type SymmetricTwoLayer, type SymmetricTwoLayerOptions, symmetricTwoLayer } from '@advml/networks';
import { type Overrides, parseSetting } from '@advml/runs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ZodType } from 'zod';
import { type MainSetting, mainSchema } from './main-setting.ts';

/** What a run of the pipeline is about: the data model, the network and the root of its randomness. */
export interface PaperWorld<Setting extends MainSetting = MainSetting> {
  /** The run's setting. */
  readonly setting: Setting;
  /** Root of all randomness of the run. */
  readonly root: Key;
  /** The data model, with an orthonormal dictionary M. */
  readonly data: SparseCodingModel;
  /** The network. */
  readonly network: SymmetricTwoLayer;
}

/**
 * The data model and network of a setting and seed.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @returns The world; it holds no tensors.
 * @throws InputError if the data model or the network cannot be made.
 */
export function paperWorld<Setting extends MainSetting>(setting: Setting, seed: number): PaperWorld<Setting> {
  const root = key('paper', seed);
  return {
    setting,
    root,
    data: sparseCoding({ ...setting.data, key: root.child('data') }),
    network: paperNetwork(setting),
  };
}

/**
 * The same run with something changed, in the dictionary's own coordinates: its label weights and keys, so that what the two
 * have in common is drawn alike, with the identity in place of the dictionary. Its network is evaluated and attacked without
 * the noise of training, which a battery has gradients for at a fraction of the time.
 *
 * @param world - The run.
 * @param changes - What is different in its setting, later ones winning; the dimension must be the same.
 * @returns The other world; it holds no tensors.
 * @throws InputError if the changed setting cannot be used.
 */
export function variantWorld<Setting extends MainSetting>(
  { setting: main, data, root }: PaperWorld<Setting>,
  ...changes: readonly Overrides[]
): PaperWorld<Setting> {
  const setting = parseSetting(mainSchema as unknown as ZodType<Setting>, [main, ...changes]);
  const model = { ...setting.data, dictionary: 'identity' as const, wStar: data.wStar, key: root.child('data') };
  return { setting, root, data: sparseCoding(model), network: paperNetwork(setting, 'plain') };
}

/**
 * The same data model without the margin: near-ties are drawn too (gamma = 0).
 *
 * @param world - The run.
 * @returns A data model with the same dictionary and label weights.
 */
export function dataOfAnyMargin({ setting, data, root }: PaperWorld): SparseCodingModel {
  const { dictionary, wStar } = data;
  return sparseCoding({ ...setting.data, margin: 0, dictionary, wStar, key: root.child('data') });
}

/**
 * Refuses a data model that leaves no examples.
 *
 * @param world - The run.
 * @throws InputError that says which setting leaves none.
 */
export function requireExamples({ data, root }: PaperWorld): void {
  const { x, y } = data.batch(root.child('check'), 1, 'coefficients');
  x.dispose();
  y.dispose();
}

/**
 * The network of a setting.
 *
 * @param setting - A complete setting.
 * @param evaluation - Whether it is evaluated with the mean over its noise, as it is by default, or without the noise.
 * @returns The network.
 */
export function paperNetwork(
  { data, network, clean }: MainSetting,
  evaluation: SymmetricTwoLayerOptions['evaluation'] = 'smoothed',
): SymmetricTwoLayer {
  const { neurons, initialDeviation, noise } = network;
  const initialThreshold = clean.biasStart * initialDeviation;
  return symmetricTwoLayer({ inputs: data.dimension, neurons, initialDeviation, initialThreshold, noise, evaluation });
}

/**
 * The same network in the dictionary's own coordinates, where inputs are the sparse z instead of x = M z.
 *
 * With M orthonormal the network with rows `w_i` at `M z` is the network with rows `M^T w_i` at `z`, and gradients, the regularizer
 * and l2 attacks turn with it. Training is the same up to rounding, and its first product costs little where z is sparse.
 *
 * @param data - Data model with an orthonormal dictionary.
 * @param params - Parameters for inputs x.
 * @returns Parameters for inputs z, owned by the caller.
 */
export function toCoefficients(data: SparseCodingModel, params: Params): Params {
  return mapParams(params, (tensor, name) =>
    name === 'weight' ? data.toCoefficients(tensor as Tensor2D) : tensor.clone(),
  );
}

/**
 * The way back from {@link toCoefficients}.
 *
 * @param data - Data model with an orthonormal dictionary.
 * @param params - Parameters for inputs z.
 * @returns Parameters for inputs x, owned by the caller.
 */
export function toInputs(data: SparseCodingModel, params: Params): Params {
  return mapParams(params, (tensor, name) => (name === 'weight' ? data.toInputs(tensor as Tensor2D) : tensor.clone()));
}
