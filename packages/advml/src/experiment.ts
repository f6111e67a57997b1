import { InputError } from '@advml/core';
import { experimentNamed, experiments } from '@advml/experiments';
import { catalogue } from '@advml/experiments/catalogue';
import { type Experiment, type ModuleVersion, type RunStore, readRunRecord } from '@advml/runs';
import { isPath, loadExperiment } from '@advml/runs/disk';
import { inShell, sameModule } from '@advml/runs/internal';

/** An experiment that a command can run. */
export interface FoundExperiment {
  /** The experiment. */
  readonly experiment: Experiment;
  /** URL of the module that has it, for worker threads. */
  readonly url: string;
  /** That module, where it is none of ours. */
  readonly module?: ModuleVersion;
}

const shipped = (name: string): FoundExperiment => ({ experiment: experimentNamed(name), url: catalogue });

const isShipped = (name: string): boolean => experiments.some((experiment) => experiment.name === name);

/**
 * The experiment that a user names.
 *
 * @param name - One that ships, or the path of a file, or the name of a package, that exports one.
 * @param which - The experiment of a file or package that exports several.
 * @returns The experiment.
 * @throws InputError if there is none.
 */
export async function findExperiment(name: string, which?: string): Promise<FoundExperiment> {
  if (which === undefined && isShipped(name)) return shipped(name);
  if (isPath(name)) return loadExperiment(name, which);
  return loadExperiment(name, which).catch((error) => {
    if (!(error instanceof InputError) || (error.cause as NodeJS.ErrnoException)?.code !== 'ERR_MODULE_NOT_FOUND')
      throw error;
    if (isShipped(name))
      throw new InputError(`${name} takes no NAME, got '${which}'; a preset is chosen by --preset ${which}`);
    throw new InputError(
      `there is no experiment or package '${name}' here; advml has ${experiments.map((known) => known.name).join(', ')}, and a file of your own is named by its path, such as ./${name}.mjs`,
    );
  });
}

/** What a user says of the experiment of a run folder. */
export interface Trust {
  /** Path or package of the module that the run is of. */
  readonly path?: string;
  /** Whether the module that the run folder names may be loaded. */
  readonly trust?: boolean;
  /** Whether the module may be another than the run began with. */
  readonly changed?: boolean;
}

/**
 * The experiment of the run in a folder. A folder alone, which may come from anywhere, never makes code run: a module of somebody's
 * own is loaded only if the user names it, or trusts the folder, and only if it is still what the run began with, or the user says that
 * it may have changed.
 *
 * @param store - The run's files.
 * @param trust - See {@link Trust}.
 * @returns The experiment.
 * @throws InputError if there is no run, or its experiment is a module that the user has not named, or that has changed, or is none.
 */
export async function experimentOfRun(
  store: RunStore,
  { path, trust = false, changed = false }: Trust,
): Promise<FoundExperiment> {
  const record = await readRunRecord(store);
  if (!record)
    throw new InputError(
      `${store.location} holds no run; start one with 'advml run EXPERIMENT --out ${inShell(store.location)}'`,
    );
  const { experiment: name, module } = record;
  const check = (now: ModuleVersion) => void sameModule(store.location, module, now, changed);
  if (path !== undefined && !module && isShipped(name))
    throw new InputError(
      `the run in ${store.location} is of the experiment ${name} that advml has, and not of one in ${path}; leave that out, or start a run of it in another folder`,
    );
  if (path !== undefined) return loadExperiment(path, name, check);
  if (!module) return shipped(name);
  if (trust) return loadExperiment(module.path, name, check);
  throw new InputError(
    `the run in ${store.location} is of an experiment in ${module.path}, which is code that would run with all your rights; name it after the folder if it is yours, or give --trust`,
  );
}
