import { readdir } from 'node:fs/promises';
import { InputError } from '@advml/core';
import { codeOf, explained } from '../store/disk-errors.ts';

/** Held while runs of the sweep are made. */
export const SWEEP_LOCK = 'sweep.lock';

/** Held while a search may still add runs to the sweep. */
export const SEARCH_LOCK = 'sweep.search.lock';

/**
 * Refuses a folder with something else in it: a sweep makes many folders, which nobody wants among his own files.
 *
 * @param folder - Where a sweep is to be.
 * @throws InputError if it is not empty, and holds no sweep.
 */
export async function requireSweepFolder(folder: string): Promise<void> {
  const names = await explained(`read ${folder}`, () =>
    readdir(folder).catch((error): string[] => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }),
  );
  const own = (name: string) => name.startsWith('sweep.'); // its record and its locks
  if (names.includes('sweep.json') || names.every(own)) return;
  throw new InputError(
    `${folder} holds no sweep but ${names.includes('run.json') ? 'a run' : names.find((name) => !own(name))}; choose another folder, which need not exist`,
  );
}
