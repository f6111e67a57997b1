import { appendFile, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '@advml/core';
import { codeOf, explained } from './disk-errors.ts';
import { folderLock } from './folder-lock.ts';
import { makeFolder } from './make-folder.ts';
import type { RunStore } from './store.ts';
import { isTemporary, temporaryOf } from './temporary.ts';

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

/** Folders of a run with files of its own: nothing else in its folder, which may be anybody's home, is looked into. */
const FOLDERS = ['figures', 'measures', 'tables', 'weights'];

/** What is in a folder; nothing where it has been taken away meanwhile. */
const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });

/** Removes what dead writers left in a folder, and in those of its folders that count. */
async function removeUnfinished(folder: string, counts = (name: string) => FOLDERS.includes(name)): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (isTemporary(entry.name)) await rm(path, { recursive: true, force: true });
    else if (entry.isDirectory() && counts(entry.name)) await removeUnfinished(path, () => true);
  }
}

/**
 * A store in a folder of the disk. Files are written under a temporary name and renamed, so a kill never leaves half a file.
 *
 * @param folder - The folder; made when the first file is written.
 * @returns The store.
 * @throws InputError if the folder has no name; from its functions where the disk is full or may not be written, with the way out.
 * @example
 * ```ts
 * const store = diskStore('runs/mine');
 * ```
 */
export function diskStore(folder: string): RunStore {
  if (folder.trim() === '')
    throw new InputError(`the folder of a run must have a name, such as runs/mine, got '${folder}'`);
  const root = resolve(folder);
  const at = async (name: string) => {
    const path = join(root, name);
    await makeFolder(dirname(path));
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
        const temporary = temporaryOf(path, process.pid);
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
    lock: (name) =>
      explained(`write ${join(folder, name)}`, async () => {
        const path = join(root, name);
        const release = await folderLock(path);
        await removeUnfinished(dirname(path)).catch(async (error) => {
          await release();
          throw error;
        });
        return () => explained(`remove ${join(folder, name)}`, release);
      }),
  };
}
