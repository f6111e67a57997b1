import { InputError } from '@advml/core';
import { findModule, loadExperiment, type SweepRecord, type SweptExperiment } from '@advml/runs/disk';
import { versions } from '../environment.ts';
import { findExperiment } from '../experiment.ts';

/**
 * The experiments of a sweep as they are on this machine, where they must be the same code. A folder alone never makes code run: a module of
 * somebody's own is loaded only if the user names it, or trusts the folder.
 *
 * @param sweep - The sweep.
 * @param files - Files of the user's own.
 * @param trust - Whether files that the sweep names may be loaded.
 * @returns The experiments.
 * @throws InputError if the version or the code is another, or a file was not named.
 */
export async function experimentsHere(
  { experiments, version }: SweepRecord,
  files: readonly string[],
  trust: boolean,
): Promise<readonly SweptExperiment[]> {
  if (version !== versions().advml)
    throw new InputError(
      `the sweep is of version ${version} of advml, this is ${versions().advml}; install version ${version} here`,
    );
  const named = await Promise.all(
    files.map(async (path) => [(await findModule('experiment', path)).digest, path] as const),
  );
  return Promise.all(
    Object.entries(experiments).map(async ([name, module]) => {
      if (!module) return findExperiment(name);
      const path = new Map(named).get(module.digest) ?? (trust ? module.path : undefined);
      if (path === undefined && files.length === 0)
        throw new InputError(
          `the experiment '${name}' of the sweep is in ${module.path}, which is code that would run with all your rights; name it after 'advml worker' if it is yours, or give --trust`,
        );
      const other = (paths: readonly string[]) =>
        new InputError(
          `the experiment '${name}' in ${paths.join(', ')} is other code than the sweep was planned with; take the same files on all machines`,
        );
      if (path === undefined) throw other(files);
      return loadExperiment(path, name, (now) => {
        if (now.digest !== module.digest) throw other([...files, now.path]);
      });
    }),
  );
}
