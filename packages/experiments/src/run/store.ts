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
  };
}
