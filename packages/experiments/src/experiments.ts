import { InputError } from '@advml/core';
import { imagesCnn } from './images/cnn.ts';
import { imagesMlp } from './images/mlp.ts';
import { imagesResnet } from './images/resnet.ts';
import { paper } from './paper/paper.ts';
import type { Experiment } from './run/experiment.ts';
import type { Overrides } from './run/settings.ts';

/** Every experiment that the command can run. */
export const experiments: readonly Experiment[] = [paper, imagesMlp, imagesCnn, imagesResnet] as readonly Experiment[];

/**
 * The experiment of a name.
 *
 * @param name - As the command takes it.
 * @returns The experiment.
 * @throws InputError that lists the known names.
 * @example
 * ```ts
 * Object.keys(experimentNamed('paper').presets); // ['paper', 'smoke', 'large']
 * ```
 */
export function experimentNamed(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (found) return found;
  throw new InputError(
    `unknown experiment '${name}'; known: ${experiments.map((experiment) => experiment.name).join(', ')}`,
  );
}

/**
 * The changes of the defaults that a preset stands for.
 *
 * @param experiment - The experiment.
 * @param name - Name of its preset; the first unless told.
 * @returns The changes.
 * @throws InputError that lists the known names.
 * @example
 * ```ts
 * presetOf(experimentNamed('paper'), 'linf'); // { claims: ['C12'] }
 * ```
 */
export function presetOf({ name: of, presets }: Experiment, name = Object.keys(presets)[0]): Overrides {
  if (Object.hasOwn(presets, name)) return presets[name];
  throw new InputError(`unknown preset '${name}' of ${of}; known: ${Object.keys(presets).join(', ')}`);
}
