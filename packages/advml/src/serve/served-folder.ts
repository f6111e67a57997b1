import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { InputError } from '@advml/core';
import type { RunStore } from '@advml/runs';
import { placeIn } from './files.ts';
import { isServed } from './guard.ts';
import { openPlain } from './open-plain.ts';
import { walk } from './walk.ts';

/** Bytes of a file that are read for a page, at most. */
const MOST_BYTES = 2 ** 26;

/** A folder inside that which is served, read through no link that leads out. */
export interface ServedFolder {
  /** The parts of its path from the top. */
  readonly parts: readonly string[];
  /** Its files; of a very long one only the beginning. It cannot be written to. */
  readonly store: RunStore;
  /**
   * What is in a folder of it.
   *
   * @param name - Relative path.
   * @param deep - Whether also what is in the folders in it, as far as {@link walk} goes.
   * @returns Names as relative paths with slashes, in the order of letters.
   */
  list(name: string, deep?: boolean): Promise<readonly string[]>;
  /**
   * When a file was changed last.
   *
   * @param name - Relative path.
   * @returns A time; undefined if there is no such file.
   */
  changed(name: string): Promise<Date | undefined>;
}

const readOnly = async (): Promise<never> => {
  throw new InputError('runs are only read here');
};

async function beginningOf(file: FileHandle): Promise<Uint8Array> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, MOST_BYTES)), 0);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead);
}

/**
 * A folder inside that which is served.
 *
 * @param root - The folder that is served, without links itself.
 * @param parts - The parts of the path, none of which is a way up.
 * @returns The folder.
 */
export function servedFolder(root: string, parts: readonly string[]): ServedFolder {
  const place = (name: string) => placeIn(root, [...parts, ...name.split('/').filter((part) => part !== '')]);
  const withFile = async <T>(name: string, work: (file: FileHandle) => Promise<T>): Promise<T | undefined> => {
    const at = await place(name);
    const file = at && (await openPlain(at));
    return file ? work(file).finally(() => file.close()) : undefined;
  };
  return {
    parts,
    store: {
      location: [basename(root), ...parts].join('/'),
      read: (name) => withFile(name, beginningOf),
      write: readOnly,
      append: readOnly,
      remove: readOnly,
      lock: readOnly,
    },
    list: async (name, deep = false) => {
      const at = await place(name);
      const names: string[] = [];
      if (at)
        await walk(at, (above, entries) => {
          for (const { name } of entries) if (isServed(name)) names.push([...above, name].join('/'));
          return deep;
        });
      return names.sort();
    },
    changed: (name) => withFile(name, async (file) => (await file.stat()).mtime),
  };
}
