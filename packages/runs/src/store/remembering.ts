import type { RunStore } from './store.ts';

/** Bytes that are remembered at most. */
const MOST = 2 ** 26;

/**
 * The same store, which asks for the content of a file once and remembers it: a run reads most of its files for its claims, its
 * tables, its figures and the stages that need them.
 *
 * It must be used only while nobody else changes what is there, as in a run that is locked. Worker threads only add files, so what
 * is not there is asked for again. Texts are remembered when they are written too; arrays, of which checkpoints are written over and
 * over, when they are read. The oldest go first.
 *
 * @param store - The run's files.
 * @param most - Bytes that are remembered at most. Default: 64 MB.
 * @returns A store over the same files.
 */
export function remembering(store: RunStore, most = MOST): RunStore {
  const known = new Map<string, Uint8Array>(); // the oldest first
  const asked = new Map<string, Promise<Uint8Array | undefined>>();
  let size = 0;
  const forget = (name: string) => {
    asked.delete(name); // what is on its way is of before
    size -= known.get(name)?.length ?? 0;
    known.delete(name);
  };
  const remember = (name: string, bytes: Uint8Array) => {
    forget(name);
    known.set(name, bytes);
    size += bytes.length;
    for (const oldest of known.keys()) if (size > most) forget(oldest);
  };
  const ask = async (name: string): Promise<Uint8Array | undefined> => {
    const reading = asked.get(name) ?? store.read(name);
    asked.set(name, reading);
    try {
      const bytes = await reading;
      if (bytes && asked.get(name) === reading) remember(name, bytes);
      return bytes;
    } finally {
      if (asked.get(name) === reading) asked.delete(name);
    }
  };
  /** Makes a change, during and after which nothing of before is remembered. */
  const change = async (name: string, make: () => Promise<void>) => {
    forget(name);
    await make();
    forget(name);
  };
  return {
    location: store.location,
    read: async (name) => (known.get(name) ?? (await ask(name)))?.slice(),
    async write(name, content) {
      await change(name, () => store.write(name, content));
      if (typeof content === 'string') remember(name, new TextEncoder().encode(content));
    },
    append: (name, text) => change(name, () => store.append(name, text)),
    remove: (name) => change(name, () => store.remove(name)),
    lock: (name) => store.lock(name),
  };
}
