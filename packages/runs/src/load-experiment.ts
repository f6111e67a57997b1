import { fileURLToPath } from 'node:url';
import type { Experiment } from './experiment.ts';
import { experimentIn } from './experiment-module.ts';
import { isPath, loadModule } from './load-module.ts';
import type { ModuleVersion } from './store/run-module.ts';

/** An experiment out of a file or a package. */
export interface LoadedExperiment {
  /** The experiment. */
  readonly experiment: Experiment;
  /** URL of its module, for `stageWorkers`. */
  readonly url: string;
  /** Its module, for `startRun` and `resumeRun`. */
  readonly module: ModuleVersion;
}

/**
 * Loads an experiment. Its module is code, which runs with all rights of the user.
 *
 * @param path - Path of a file in JavaScript, or in TypeScript where Node can read it or tsx is installed beside it; or the name of a
 * package.
 * @param name - Which experiment of the module. Default: the only one.
 * @returns The experiment, and what says where it comes from.
 * @throws InputError if there is no such file, its default export is no experiment, or it fails to load.
 * @example
 * ```ts
 * const { experiment, module } = await loadExperiment('./my-experiment.mjs');
 * await startRun(diskStore('runs/mine'), experiment, {}, { module });
 * ```
 */
export async function loadExperiment(path: string, name?: string): Promise<LoadedExperiment> {
  const { exported, url, digest } = await loadModule('experiment', path);
  const shown = isPath(path) ? fileURLToPath(url) : path;
  return { experiment: experimentIn(exported, path, name), url, module: { path: shown, digest } };
}
