import { ball, exampleKeys, type LoopOptions, l2, type Params } from '@advml/core';
import { outputOfLayer } from '@advml/networks';
import { neuron, type Visualization, visualize } from '@advml/purification';
import { fill, slice, type Tensor } from '@tensorflow/tfjs-core';
import { type Own, owning } from '../../run/owning.ts';
import type { ImagesWorld } from '../world.ts';
import type { NeuronPictures } from './measures.ts';
import { picturesOf } from './numbers.ts';

/** Pixels of the grey image that noise is added to. */
const GREY = 0.5;

/** Some neurons of a layer, spread evenly over it. */
const spread = (neurons: number, shown: number): readonly number[] =>
  Array.from({ length: Math.min(shown, neurons) }, (_, at) => Math.floor((at * neurons) / Math.min(shown, neurons)));

/**
 * What neurons of the deepest layers want to see: images moved uphill along the activation, within an l2 budget, from grey noise and
 * from test images.
 *
 * @param world - The run.
 * @param networks - Parameters by the networks' names; only read.
 * @param own - Takes tensors into the care of the stage.
 * @param loop - Progress in pictures, and abort.
 * @returns Plain numbers.
 */
export async function neuronPictures(
  { network: net, weights, test, shape, setting, root }: ImagesWorld,
  networks: Readonly<Record<string, Params>>,
  own: Own,
  { onProgress, signal }: LoopOptions,
): Promise<NeuronPictures> {
  const { neurons: shown, layers: depth, budget, steps } = setting.pictures;
  const threat = ball(l2, budget, { low: 0, high: 1 });
  const [params] = Object.values(networks);
  const layers = weights.slice(-depth);
  const starts = own(test.take(Math.min(shown, test.count))).x;
  const { grey } = own({ grey: fill([1, ...shape], GREY) });
  const total = layers.reduce(
    (sum, name) => sum + 2 * Object.keys(networks).length * Math.min(shown, params[name].shape[0]),
    0,
  );
  let done = 0;
  const seek = async (
    activation: Parameters<typeof visualize>[0],
    x: Tensor,
    at: number,
    fromNoise: boolean,
  ): Promise<Visualization> => {
    const keys = fromNoise ? exampleKeys(root.child('pictures', 'neurons'), 1, [at]) : undefined;
    const found = await visualize(activation, x, { threat, steps, keys, signal });
    own({ x: found.x });
    onProgress?.(++done, total);
    return found;
  };

  const found: NeuronPictures['layers'][number][] = [];
  for (const name of layers) {
    const layer = name.replace(/\.weight$/, '');
    const neurons = spread(params[name].shape[0], shown);
    const responses = outputOfLayer(net, layer);
    const perNetwork: NeuronPictures['layers'][number]['networks'][number][] = [];
    for (const [network, trained] of Object.entries(networks)) {
      const [fromNoise, fromImages, rise] = [[] as number[][], [] as number[][], [] as number[]];
      for (const [at, index] of neurons.entries()) {
        const activation = neuron((x) => responses(trained, x), index);
        const noise = await seek(activation, grey, at, true);
        fromNoise.push(...picturesOf(noise.x).map((picture) => [...picture]));
        await owning(async (ownStart) => {
          const { start } = ownStart({ start: slice(starts, [at % starts.shape[0]], [1]) });
          const image = await seek(activation, start, at, false);
          fromImages.push(...picturesOf(image.x).map((picture) => [...picture]));
          rise.push(image.after[0] - image.before[0]);
        });
      }
      perNetwork.push({ network, fromNoise, fromImages, rise });
    }
    found.push({ layer, neurons, networks: perNetwork });
  }
  return { starts: picturesOf(starts), layers: found };
}
