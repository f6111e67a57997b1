import { ball, classifier, type LoopOptions, l2, type Params } from '@advml/core';
import { labelsOf, subset } from '@advml/data';
import { clopperPearson } from '@advml/metrics';
import { neuron, visualize } from '@advml/purification';
import { owning } from '@advml/runs';
import { argMax, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { SoughtClasses } from './measures.ts';
import type { PicturesWorld } from './setting.ts';

/** Test images among which those of other classes are looked for. */
const LOOKED_THROUGH = 2000;

/**
 * What an output wants to see, as a network sees it that was trained apart. Test images are moved towards each class along the gradient
 * of its output, within an l2 budget, and shown to the network itself and to the control.
 *
 * @param world - The run.
 * @param networks - Parameters by the networks' names; only read.
 * @param control - Parameters of the control; only read.
 * @param loop - Progress in images, and abort.
 * @returns Shares over all classes and images.
 */
export async function soughtClasses(
  { network: net, test, classes, setting }: PicturesWorld,
  networks: Readonly<Record<string, Params>>,
  control: Params,
  { onProgress, signal }: LoopOptions,
): Promise<readonly SoughtClasses[]> {
  const { starts, budget, steps } = setting.pictures;
  const threat = ball(l2, budget, { low: 0, high: 1 });
  const labels = labelsOf(subset(test, Math.min(LOOKED_THROUGH, test.count)));
  const jobs = Object.keys(networks).length * classes;
  let done = 0;
  const found: SoughtClasses[] = [];
  for (const [network, params] of Object.entries(networks)) {
    const model = classifier(net, params);
    const counts = { own: 0, control: 0, images: 0 };
    for (let sought = 0; sought < classes; sought++) {
      const others = [...labels.keys()].filter((index) => labels[index] !== sought).slice(0, starts);
      await owning(async (own) => {
        const { x } = own(test.take(others));
        const before = done++;
        const { x: moved } = own(
          await visualize(neuron(model, sought), x, {
            threat,
            steps,
            signal,
            onProgress: (now, total) => onProgress?.(before * steps + now, jobs * total),
          }),
        );
        counts.own += timesTaken(classifier(net, params), moved, sought);
        counts.control += timesTaken(classifier(net, control), moved, sought);
        counts.images += others.length;
      });
    }
    const share = (of: 'own' | 'control') => clopperPearson(counts[of], counts.images);
    found.push({ network, own: share('own'), control: share('control') });
  }
  return found;
}

/** How many images a model takes for a class. */
function timesTaken(model: (x: Tensor) => Tensor, images: Tensor, sought: number): number {
  const taken = tidy(() => argMax(model(images) as Tensor2D, 1).dataSync());
  return taken.filter((label) => label === sought).length;
}
