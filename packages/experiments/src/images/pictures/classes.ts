import { ball, classifier, InputError, type LoopOptions, l2, type Params } from '@advml/core';
import { labelsOf } from '@advml/data';
import { clopperPearson } from '@advml/metrics';
import { neuron, visualize } from '@advml/purification';
import { owning } from '@advml/runs';
import { argMax, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { SoughtClasses } from './measures.ts';
import type { PicturesWorld } from './setting.ts';

/** For each class the first images of others, each image for one class only: so their outcomes are independent. */
export function startsOf(labels: readonly number[], classes: number, count: number): readonly (readonly number[])[] {
  const unused = new Set(labels.keys());
  return Array.from({ length: classes }, (_, sought) => {
    const starts = [...unused].filter((index) => labels[index] !== sought).slice(0, count);
    for (const index of starts) unused.delete(index);
    return starts;
  });
}

/**
 * Refuses more starts than the test images have for every class.
 *
 * @param world - The run.
 * @throws InputError with the largest number that they have.
 */
export function requireStarts({ test, classes, setting: { pictures, data } }: PicturesWorld): void {
  const { starts } = pictures;
  const labels = labelsOf(test);
  const suffices = (count: number) => startsOf(labels, classes, count).every((own) => own.length === count);
  let most = Math.min(starts, Math.floor(test.count / classes));
  while (!suffices(most)) most--;
  if (most < starts)
    throw new InputError(
      `pictures.starts must be at most ${most}, so many of the ${test.count} test images of ${data.set} each of ${classes} classes can have for itself, got ${starts}`,
    );
}

/**
 * What an output wants to see, as networks see it that were trained apart. Test images are moved towards each class along the gradient
 * of its output, within an l2 budget, and shown to the network itself and to the controls.
 *
 * @param world - The run.
 * @param networks - Parameters by the networks' names; only read.
 * @param controls - Parameters of each control; only read.
 * @param loop - Progress in images, and abort.
 * @returns Shares over all classes and images.
 */
export async function soughtClasses(
  { network: net, test, classes, setting }: PicturesWorld,
  networks: Readonly<Record<string, Params>>,
  controls: readonly Params[],
  { onProgress, signal }: LoopOptions,
): Promise<readonly SoughtClasses[]> {
  const { starts, budget, steps } = setting.pictures;
  const threat = ball(l2, budget, { low: 0, high: 1 });
  const startsByClass = startsOf(labelsOf(test), classes, starts);
  const jobs = Object.keys(networks).length * classes;
  let done = 0;
  const found: SoughtClasses[] = [];
  for (const [network, params] of Object.entries(networks)) {
    const model = classifier(net, params);
    const counts = { own: 0, panel: 0, controls: controls.map(() => 0), images: 0 };
    for (const [sought, others] of startsByClass.entries()) {
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
        counts.own += sum(takenFor(sought, classifier(net, params), moved));
        const votes = controls.map((control) => takenFor(sought, classifier(net, control), moved));
        for (const [at, taken] of votes.entries()) counts.controls[at] += sum(taken);
        counts.panel += mostTake(votes);
        counts.images += others.length;
      });
    }
    const share = (count: number) => clopperPearson(count, counts.images);
    found.push({ network, own: share(counts.own), panel: share(counts.panel), controls: counts.controls.map(share) });
  }
  return found;
}

/** Whether a model takes each image for a class, 1 or 0. */
function takenFor(sought: number, model: (x: Tensor) => Tensor, images: Tensor): readonly number[] {
  const taken = tidy(() => argMax(model(images) as Tensor2D, 1).dataSync());
  return Array.from(taken, (label) => Number(label === sought));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/**
 * On how many images more than half of a panel agree.
 *
 * @param votes - 1 or 0 of each member on each image.
 * @returns A number of images.
 */
export function mostTake(votes: readonly (readonly number[])[]): number {
  return votes[0].filter((_, image) => 2 * sum(votes.map((own) => own[image])) > votes.length).length;
}
