import { ball, type Classifier, exampleKeys, type Key, type LoopOptions, l2, type Params } from '@advml/core';
import { outputOfLayer } from '@advml/networks';
import { neuron, type VisualizeOptions, visualize } from '@advml/purification';
import { type Own, owning } from '@advml/runs';
import { fill, slice, type Tensor } from '@tensorflow/tfjs-core';
import type { NeuronPictures, Picture } from './measures.ts';
import { picturesOf } from './numbers.ts';
import type { PicturesWorld } from './setting.ts';

/** What neurons of one layer want to see in one network. */
type Wishes = NeuronPictures['layers'][number]['networks'][number];

/** Pixels of the grey image that noise is added to. */
const GREY = 0.5;

/** Some neurons of a layer, spread evenly over it. */
const spread = (neurons: number, shown: number): readonly number[] =>
  Array.from({ length: Math.min(shown, neurons) }, (_, at) => Math.floor((at * neurons) / Math.min(shown, neurons)));

/** One image moved uphill. */
async function wishOf(activation: Classifier, x: Tensor, options: VisualizeOptions): Promise<Picture> {
  const { x: found } = await visualize(activation, x, options);
  const [picture] = picturesOf(found);
  found.dispose();
  return picture;
}

/** Where neurons start from. */
interface Starts {
  /** One grey image. */
  readonly grey: Tensor;
  /** Test images, one a neuron, again from the first where there are fewer. */
  readonly images: Tensor;
  /** Decides the noise; each neuron has a child of its own. */
  readonly key: Key;
}

async function wishesOf(
  network: string,
  activations: readonly Classifier[],
  { grey, images, key }: Starts,
  options: VisualizeOptions,
  onWish: () => void,
): Promise<Wishes> {
  const found = { fromNoise: [] as Picture[], fromImages: [] as Picture[] };
  for (const [at, activation] of activations.entries()) {
    const noise = await wishOf(activation, grey, { ...options, keys: exampleKeys(key, 1, [at]) });
    const image = await owning(async (own) => {
      const { start } = own({ start: slice(images, [at % images.shape[0]], [1]) });
      return wishOf(activation, start, options);
    });
    found.fromNoise.push(noise);
    found.fromImages.push(image);
    onWish();
  }
  return { network, ...found };
}

/**
 * What neurons of the deepest layers want to see: images moved uphill along the activation, within an l2 budget, from grey noise and
 * from test images.
 *
 * @param world - The run.
 * @param networks - Parameters by the networks' names; only read.
 * @param own - Takes tensors into the care of the stage.
 * @param loop - Progress in neurons, and abort.
 * @returns Plain numbers.
 */
export async function neuronPictures(
  { network: net, weights, test, shape, setting, root }: PicturesWorld,
  networks: Readonly<Record<string, Params>>,
  own: Own,
  { onProgress, signal }: LoopOptions,
): Promise<NeuronPictures> {
  const { neurons: shown, layers: depth, budget, steps } = setting.pictures;
  const options = { threat: ball(l2, budget, { low: 0, high: 1 }), steps, signal };
  const { x: images } = own(test.take(Math.min(shown, test.count)));
  const starts = { ...own({ grey: fill([1, ...shape], GREY) }), images, key: root.child('pictures', 'neurons') };
  const [params] = Object.values(networks);
  const chosen = weights.slice(-depth).map((name) => ({
    layer: name.replace(/\.weight$/, ''),
    neurons: spread(params[name].shape[0], shown),
  }));
  const total = Object.keys(networks).length * chosen.reduce((sum, { neurons }) => sum + neurons.length, 0);
  let done = 0;

  const layers: NeuronPictures['layers'][number][] = [];
  for (const { layer, neurons } of chosen) {
    const responses = outputOfLayer(net, layer);
    const wishes: Wishes[] = [];
    for (const [network, trained] of Object.entries(networks)) {
      const activations = neurons.map((index) => neuron((x) => responses(trained, x), index));
      wishes.push(await wishesOf(network, activations, starts, options, () => onProgress?.(++done, total)));
    }
    layers.push({ layer, neurons, networks: wishes });
  }
  return { starts: picturesOf(images), layers };
}
