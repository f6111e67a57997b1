import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InputError } from '@advml/core';
import { resolve as resolvePackage } from 'import-meta-resolve';
import type { Experiment } from './experiment.ts';
import { experimentIn } from './experiment-module.ts';
import { importModule } from './import-module.ts';
import { digestOf } from './module-digest.ts';
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
 * Whether a text names a file, not an experiment or a package.
 *
 * @param text - What the user said.
 * @returns True for paths such as `./mine.mjs`, `/home/me/mine.ts` or `mine.js`.
 */
export function isPath(text: string): boolean {
  return /^\.{0,2}[\\/]|^file:|^[a-z]:[\\/]|\.[cm]?[jt]s$/i.test(text);
}

function urlOf(path: string): string {
  if (path.startsWith('file:')) return path;
  if (isPath(path)) return pathToFileURL(resolve(path)).href;
  try {
    return resolvePackage(path, pathToFileURL(resolve('here.js')).href);
  } catch (error) {
    throw new InputError(
      `there is no package '${path}' here (${(error as Error).message}); a file is named by its path, such as ./${path}.mjs`,
      {
        cause: error,
      },
    );
  }
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
  const url = urlOf(path);
  const digest = await digestOf(url).catch((error) => {
    throw new InputError(`cannot read the experiment ${path}: ${(error as Error).message}`, { cause: error });
  });
  const exported = await importModule(url).catch((error) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`the experiment ${path} fails to load: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  });
  const shown = isPath(path) ? fileURLToPath(url) : path;
  return { experiment: experimentIn(exported, path, name), url, module: { path: shown, digest } };
}
