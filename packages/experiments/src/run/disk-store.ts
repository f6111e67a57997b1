import { appendFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '@advml/core';
import type { RunStore } from './store.ts';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, then resume the run',
  EDQUOT: 'the disk quota is used up; free some space, then resume the run',
  EACCES: 'permission denied; choose a folder you may read and write',
  EPERM: 'permission denied; choose a folder you may read and write',
  EROFS: 'the file system is read-only; choose another folder',
  EISDIR: 'a folder is in its place; choose another folder',
  ENOTDIR: 'a part of the path is a file; choose another folder',
  EEXIST: 'a part of the path is a file; choose another folder',
};

/** Runs one file operation; a failure the user can mend says how. */
async function explained<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const remedy = REMEDIES[codeOf(error) ?? ''];
    throw remedy ? new InputError(`cannot ${doing}: ${remedy} (${codeOf(error)})`, { cause: error }) : error;
  }
}

/** Writes bytes and waits until the disk has them. */
async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * A store in a folder of the disk. Files are written under a temporary name and renamed, so a kill never leaves half a file.
 *
 * @param folder - The folder; made when the first file is written.
 * @returns The store.
 * @throws InputError from its functions where the disk is full or may not be written, with the way out.
 * @example
 * ```ts
 * const store = diskStore('runs/mine');
 * ```
 */
export function diskStore(folder: string): RunStore {
  const root = resolve(folder);
  const at = async (name: string) => {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    return path;
  };
  return {
    location: folder,
    read: (name) =>
      explained(`read ${join(folder, name)}`, async () => {
        try {
          return new Uint8Array(await readFile(join(root, name)));
        } catch (error) {
          if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
          throw error;
        }
      }),
    write: (name, content) =>
      explained(`write ${join(folder, name)}`, async () => {
        const path = await at(name);
        const temporary = `${path}.${process.pid}.tmp`;
        try {
          await writeDurably(temporary, content);
          await rename(temporary, path);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      }),
    append: (name, text) => explained(`write ${join(folder, name)}`, async () => appendFile(await at(name), text)),
    remove: (name) => explained(`remove ${join(folder, name)}`, () => rm(join(root, name), { force: true })),
  };
}
