import {
  type Batch,
  ball,
  InputError,
  type Key,
  key,
  l1,
  l2,
  linf,
  matrixNames,
  matrixShape,
  type Threat,
} from '@advml/core';
import { type ExampleSet, labelsOf, subset } from '@advml/data';
import { checksum } from '@advml/formats';
import type { LayeredNetwork } from '@advml/networks';
import { imagesOnDisk } from '#image-folders';
import { builtInSets, isBuiltIn } from './built-in-sets.ts';
import type { LabelledImages } from './image-sets.ts';
import type { MainSetting } from './main-setting.ts';

/** What a run on images is about: images, network, and the root of its randomness. */
export interface ImagesWorld<Setting extends MainSetting = MainSetting> extends LabelledImages {
  /** The run's setting. */
  readonly setting: Setting;
  /** Root of all randomness of the run. */
  readonly root: Key;
  /** The network. */
  readonly network: LayeredNetwork;
  /** Names of its weights that are matrices or filters, from the input on. */
  readonly weights: readonly string[];
  /** Shape of an image, [height, width, channels]. */
  readonly shape: readonly number[];
  /** Checksum of some images of each part, which tells one set from another. */
  readonly fingerprint: string;
}

/**
 * Makes the network of a run.
 *
 * @param sizes - What the setting says of it.
 * @param inputs - Shape of an image.
 * @param classes - Number of outputs.
 * @returns The network.
 */
export type MakeNetwork<Sizes> = (sizes: Sizes, inputs: readonly number[], classes: number) => LayeredNetwork;

async function labelledImages(data: MainSetting['data']): Promise<LabelledImages> {
  const { set, folder } = data;
  if (!isBuiltIn(set)) return imagesOnDisk(data);
  if (folder !== null) throw new InputError(`data.folder must be null for the built-in ${set}, got '${folder}'`);
  return builtInSets[set]();
}

/** How many examples of each part a fingerprint looks at. */
const LOOKED_AT = 100;

function fingerprintOf(sets: readonly ExampleSet<Batch>[]): string {
  const parts = sets.flatMap((set) => {
    const indices = Array.from({ length: LOOKED_AT }, (_, at) => Math.floor((at * set.count) / LOOKED_AT));
    const batch = set.take(indices);
    const arrays = [batch.x, batch.y].map((tensor) => tensor.dataSync().slice());
    for (const tensor of [batch.x, batch.y]) tensor.dispose();
    return arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  });
  return checksum(...parts);
}

/** Refuses to look at more images than there are. */
function requireMost(name: string, count: number, set: ExampleSet<Batch>, what: string): void {
  if (count <= set.count) return;
  throw new InputError(`${name} must be at most ${set.count}, the ${what}, got ${count}`);
}

/**
 * Refuses more test images than there are.
 *
 * @param world - The images.
 * @param needed - How many are looked at, by the settings that say so.
 * @throws InputError that names the first that is too large.
 */
export function requireTestImages({ test, setting }: ImagesWorld, needed: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(needed))
    requireMost(name, count, test, `test images of ${setting.data.set}`);
}

/**
 * Refuses test images that are sorted by their class, of which the first, which are attacked, have one only.
 *
 * @param world - The images.
 * @throws InputError with the way out.
 */
export function requireClasses({ test, classes, setting: { data, evaluation } }: ImagesWorld): void {
  const { examples } = evaluation;
  const [first, ...others] = new Set(labelsOf(subset(test, Math.min(examples, test.count))));
  if (examples > 1 && classes > 1 && others.length === 0)
    throw new InputError(
      `the first ${examples} test images of ${data.set}, which are attacked, must have several classes, got class ${first} alone; shuffle the files`,
    );
}

/** Refuses layers whose neurons have one input: all directions are the same there. */
function requireWidths(network: LayeredNetwork, weights: readonly string[], shape: readonly number[]): void {
  const shapes = network.layers.parameters(shape);
  const narrow = weights.find((name) => matrixShape(name, shapes[name].shape)[1] < 2);
  if (narrow !== undefined)
    throw new InputError(
      `neurons of '${narrow}' must have two inputs or more, of which directions can be compared, got shape [${shapes[narrow].shape}]; make the layer before it wider, or the filters larger`,
    );
}

/**
 * Reads the images of a setting and makes its network.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @param makeNetwork - Makes the network.
 * @returns The world; it holds bytes of images and no tensors.
 * @throws InputError if the images cannot be read or are too few, or the network cannot be made for them.
 */
export async function imagesWorld<Sizes, Setting extends MainSetting & { readonly network: Sizes }>(
  setting: Setting,
  seed: number,
  makeNetwork: MakeNetwork<Sizes>,
): Promise<ImagesWorld<Setting>> {
  const { data } = setting;
  const sets = await labelledImages(data);
  if (data.train !== null) requireMost('data.train', data.train, sets.train, `train images of ${data.set}`);
  const train = data.train === null ? sets.train : subset(sets.train, data.train);
  const { x, y } = sets.test.take([0]);
  const shape = x.shape.slice(1);
  for (const tensor of [x, y]) tensor.dispose();
  const network = makeNetwork(setting.network, shape, sets.classes);
  const weights = matrixNames(network.layers.parameters(shape));
  requireWidths(network, weights, shape);
  return {
    ...sets,
    train,
    setting,
    root: key('images', seed),
    network,
    weights,
    shape,
    fingerprint: fingerprintOf([train, sets.test]),
  };
}

/** The norms that a setting may name. */
const NORMS = { l1, l2, linf };

/**
 * The threat of a setting in a norm, on pixels from 0 to 1.
 *
 * @param described - Norm and radius.
 * @returns The threat.
 */
export function threatOf({ norm, eps }: MainSetting['threats'][number]): Threat {
  return ball(NORMS[norm], eps, { low: 0, high: 1 });
}
