import { InputError } from '@advml/core';
import type { Experiment } from './experiment.ts';
import type { Overrides } from './settings/settings.ts';

/**
 * The changes of the defaults that a preset stands for.
 *
 * @param experiment - The experiment.
 * @param name - Name of its preset. Default: the first.
 * @returns The changes.
 * @throws InputError that lists the known names.
 * @example
 * ```ts
 * presetOf(paper, 'linf'); // { claims: ['C12'] }
 * ```
 */
export function presetOf(
  { name: of, presets }: Pick<Experiment, 'name' | 'presets'>,
  name = Object.keys(presets)[0],
): Overrides {
  if (Object.hasOwn(presets, name)) return presets[name];
  throw new InputError(`unknown preset '${name}' of ${of}; known: ${Object.keys(presets).join(', ')}`);
}
