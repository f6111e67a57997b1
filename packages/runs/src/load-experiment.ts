import { fileURLToPath } from 'node:url';
import type { Experiment } from './experiment.ts';
import { experimentIn } from './experiment-module.ts';
import { type FoundModule, isPath, loadModule } from './load-module.ts';
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
 * @param check - Told what the module is before any of it runs; what it throws ends the loading.
 * @returns The experiment, and what says where it comes from.
 * @throws InputError if there is no such file, its default export is no experiment, or it fails to load.
 * @example
 * ```ts
 * const { experiment, module } = await loadExperiment('./my-experiment.mjs');
 * await startRun(diskStore('runs/mine'), experiment, {}, { module });
 * ```
 */
export async function loadExperiment(
  path: string,
  name?: string,
  check: (module: ModuleVersion) => void = () => {},
): Promise<LoadedExperiment> {
  const versionOf = ({ url, digest }: FoundModule) => ({ path: isPath(path) ? fileURLToPath(url) : path, digest });
  const loaded = await loadModule('experiment', path, (found) => check(versionOf(found)));
  return { experiment: experimentIn(loaded.exported, path, name), url: loaded.url, module: versionOf(loaded) };
}
