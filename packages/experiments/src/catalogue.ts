import { InputError } from '@advml/core';
import type { Experiment } from '@advml/runs';
import { imagesCnn } from './images/cnn.ts';
import { imagesMlp } from './images/mlp.ts';
import { imagesResnet } from './images/resnet.ts';
import { paper } from './paper/paper.ts';
import { patches } from './patches/patches.ts';

/** Every experiment that the command can run. */
export const experiments: readonly Experiment[] = [
  paper,
  patches,
  imagesMlp,
  imagesCnn,
  imagesResnet,
] as readonly Experiment[];

/**
 * The experiment of a name.
 *
 * @param name - As the command takes it.
 * @returns The experiment.
 * @throws InputError that lists the known names.
 * @example
 * ```ts
 * Object.keys(experimentNamed('patches').presets); // ['default', 'smoke']
 * ```
 */
export function experimentNamed(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (found) return found;
  throw new InputError(
    `unknown experiment '${name}'; known: ${experiments.map((experiment) => experiment.name).join(', ')}`,
  );
}

/** URL of this module, whose default export is {@link experiments}: what `stageWorkers` is given to run them in threads. */
export const catalogue: string = import.meta.url;

export default experiments;
