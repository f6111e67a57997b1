import { InputError } from '@advml/core';
import type { Experiment } from './experiment.ts';

/** The experiment of a run, or what finds it by the name that `run.json` has. */
export type ExperimentSource = Experiment | ((name: string) => Experiment);

/**
 * The experiment of a run.
 *
 * @param source - The experiment, or what finds it.
 * @param name - Its name, as `run.json` has it.
 * @returns The experiment.
 * @throws InputError if the run is one of another experiment.
 */
export function experimentOf(source: ExperimentSource, name: string): Experiment {
  const experiment = typeof source === 'function' ? source(name) : source;
  if (experiment.name === name) return experiment;
  throw new InputError(`the run is one of the experiment '${name}', got '${experiment.name}'; give it that one`);
}
