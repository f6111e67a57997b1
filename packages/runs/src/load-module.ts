import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '@advml/core';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { importModule } from './import-module.ts';
import { digestOf } from './module-digest.ts';

/** A module of the user's own, of which nothing has run. */
export interface FoundModule {
  /** Its URL. */
  readonly url: string;
  /** SHA-256, in hexadecimal digits, of its file and of all that it imports by relative paths. */
  readonly digest: string;
}

/** A module of the user's own that has run. */
export interface LoadedModule extends FoundModule {
  /** What it exports. */
  readonly exported: unknown;
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
 * Finds a module and runs nothing of it.
 *
 * @param what - What it is for, as errors say it, such as `experiment`.
 * @param path - Path of a file, or the name of a package.
 * @returns Where it is, and its digest.
 * @throws InputError if there is no such file.
 */
export async function findModule(what: string, path: string): Promise<FoundModule> {
  const url = urlOf(path);
  const digest = await digestOf(url).catch((error) => {
    throw new InputError(`cannot read the ${what} ${path}: ${(error as Error).message}`, { cause: error });
  });
  return { url, digest };
}

/** The modules that this process has imported, as they were then: whatever their files are now, they are not imported again. */
const imported = new Map<string, FoundModule>();

/**
 * Loads a module, which is code that runs with all rights of the user.
 *
 * @param what - What it is for, as errors say it, such as `experiment`.
 * @param path - Path of a file in JavaScript, or in TypeScript where Node can read it or tsx is installed beside it; or the name of a
 * package.
 * @param check - Told what was found before any of it runs; what it throws ends the loading.
 * @returns What it exports, and what says where it comes from.
 * @throws InputError if there is no such file, or it fails to load.
 * @example
 * ```ts
 * const { exported, digest } = await loadModule('model', './model.mjs');
 * ```
 */
export async function loadModule(
  what: string,
  path: string,
  check: (found: FoundModule) => void = () => {},
): Promise<LoadedModule> {
  const found = imported.get(urlOf(path)) ?? (await findModule(what, path));
  check(found);
  const exported = await importModule(found.url).catch((error) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`the ${what} ${path} fails to load: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  });
  imported.set(found.url, found);
  return { ...found, exported };
}
