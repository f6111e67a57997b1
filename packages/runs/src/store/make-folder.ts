import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './disk-errors.ts';

/**
 * Makes a folder and those above it, where they are not there yet. Node's own way never ends where a system says of a folder in one that
 * exists that there is none, as under /proc.
 *
 * @param path - The folder.
 * @throws Error of Node if it cannot be made.
 */
export async function makeFolder(path: string): Promise<void> {
  await make(path).catch(async (error) => {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make(path);
  });
}

const make = (path: string): Promise<void> =>
  mkdir(path).catch(async (error) => {
    if (codeOf(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  });
