import { InputError } from '@advml/core';

/**
 * Where a run keeps its files: a folder, or memory in a page or a test.
 *
 * Names are relative paths with forward slashes, such as `weights/clean.safetensors`.
 */
export interface RunStore {
  /** Where it is, for messages. */
  readonly location: string;
  /**
   * The bytes of a file.
   *
   * @param name - Relative path.
   * @returns The bytes, or undefined if there is no such file.
   */
  read(name: string): Promise<Uint8Array | undefined>;
  /**
   * Writes a whole file: afterwards it holds either all of the new bytes or all of the old ones.
   *
   * @param name - Relative path.
   * @param content - Bytes, or text in UTF-8.
   */
  write(name: string, content: Uint8Array | string): Promise<void>;
  /**
   * Adds text at the end of a file, which is created if need be; a kill may tear the last line.
   *
   * @param name - Relative path.
   * @param text - What to add, in UTF-8.
   */
  append(name: string, text: string): Promise<void>;
  /**
   * Removes a file, if it is there.
   *
   * @param name - Relative path.
   */
  remove(name: string): Promise<void>;
  /**
   * Takes a lock that no other program, and no other work of this one, can have at the same time; what a dead owner left is
   * cleared away.
   *
   * @param name - Relative path.
   * @returns A function that gives it back.
   * @throws InputError that names the owner if it is taken.
   */
  lock(name: string): Promise<() => Promise<void>>;
}

/**
 * A store in memory, for pages and tests.
 *
 * @returns An empty store.
 * @example
 * ```ts
 * const store = memoryStore();
 * await store.write('claims.json', '{}');
 * ```
 */
export function memoryStore(): RunStore {
  const files = new Map<string, Uint8Array>();
  const locks = new Set<string>();
  const bytesOf = (content: Uint8Array | string) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
  return {
    location: 'memory',
    read: async (name) => files.get(name)?.slice(),
    write: async (name, content) => void files.set(name, bytesOf(content)),
    append: async (name, text) => {
      const [before, after] = [files.get(name) ?? new Uint8Array(), bytesOf(text)];
      const joined = new Uint8Array(before.length + after.length);
      joined.set(before);
      joined.set(after, before.length);
      files.set(name, joined);
    },
    remove: async (name) => void files.delete(name),
    lock: async (name) => {
      if (locks.has(name)) throw new InputError('the run in memory is in use by this program; wait for it to end');
      locks.add(name);
      return async () => void locks.delete(name);
    },
  };
}

/**
 * A text file of a store.
 *
 * @param store - Where to look.
 * @param name - Relative path.
 * @returns Its text, or undefined if there is no such file.
 */
export async function readText(store: RunStore, name: string): Promise<string | undefined> {
  const bytes = await store.read(name);
  return bytes && new TextDecoder().decode(bytes);
}

/**
 * A folder of a store, as a store of its own.
 *
 * @param store - The outer store.
 * @param folder - Relative path of the folder.
 * @returns The inner store; it keeps its files in the outer one.
 */
export function folderOf(store: RunStore, folder: string): RunStore {
  const inside = (name: string) => `${folder}/${name}`;
  return {
    location: `${store.location}/${folder}`,
    read: (name) => store.read(inside(name)),
    write: (name, content) => store.write(inside(name), content),
    append: (name, text) => store.append(inside(name), text),
    remove: (name) => store.remove(inside(name)),
    lock: (name) => store.lock(inside(name)),
  };
}

/**
 * Works on a run's files while nobody else does.
 *
 * @param store - The run's files.
 * @param work - What to do.
 * @returns What the work returns.
 * @throws InputError that names who else is at work.
 */
export async function locked<T>(store: RunStore, work: () => Promise<T>): Promise<T> {
  const release = await store.lock('run.lock');
  try {
    return await work();
  } finally {
    await release();
  }
}
