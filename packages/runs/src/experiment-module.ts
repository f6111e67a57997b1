import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import type { Experiment } from './experiment.ts';

/** What every experiment has, whoever made it. */
const PARTS: readonly (keyof Experiment)[] = [
  'name',
  'schema',
  'presets',
  'check',
  'stages',
  'claims',
  'tables',
  'figures',
];

const isExperiment = (value: unknown): value is Experiment =>
  typeof value === 'object' && value !== null && PARTS.every((part) => part in value);

/**
 * The experiment that a module exports.
 *
 * @param module - What `import` gave: its default export is an experiment, or a list of them.
 * @param path - Where it came from, for messages.
 * @param name - Which experiment. Default: the only one.
 * @returns The experiment.
 * @throws InputError that shows the right export if there is none, or lists the names if none or several could be meant.
 * @example
 * ```ts
 * const experiment = experimentIn(await import('./my-experiment.mjs'), './my-experiment.mjs');
 * ```
 */
export function experimentIn(module: unknown, path: string, name?: string): Experiment {
  const exported = (module as { readonly default?: unknown } | undefined)?.default;
  const all = Array.isArray(exported) ? exported : [exported];
  if (all.length === 0 || !all.every(isExperiment))
    throw new InputError(
      `${path} must export its experiment, as in "export default defineExperiment({ name, settings, stages })" of @advml/runs, or a list of several; its default export is ${exported === undefined ? 'missing' : described(exported)}`,
    );
  const found = name === undefined && all.length === 1 ? all[0] : all.find((experiment) => experiment.name === name);
  if (found) return found;
  const names = all.map((experiment) => experiment.name).join(', ');
  throw new InputError(
    name === undefined
      ? `${path} exports several experiments; name one of ${names}`
      : `${path} has no experiment '${name}'; it has ${names}`,
  );
}
